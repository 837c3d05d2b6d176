package document

import (
	"regexp"
	"testing"
)

func TestExpressionsForECMAScript(t *testing.T) {
	for expr, want := range map[string]string{
		`^[a-z]+$`: `^[a-z]+$`, `^\d{2,3}\s?\.$`: `^\d{2,3}\s?\.$`, `\-\_x\@`[0:2] + `\@`: `-@`, `[\-\]\\]`: `[\-\]\\]`, `[[a]`: `[\[a]`, `a{`: `a\{`, `a}`: `a\}`, `a]`: `a\]`,
		`a{2}`: `a{2}`, `a{,2}`: `a\{,2\}`, `(?:a|b)`: `(?:a|b)`, `\p{L}\P{Lu}`: `\p{L}\P{Lu}`, `\x41`: `\x41`, `日本`: `日本`, `\/`: `\/`,
		// What the two do not have in common.
		`(?i)a`: "", `(?P<n>a)`: "", `\Aa\z`: "", `[[:alpha:]]`: "", `\pL`: "", `\p{Greek}`: "", `\x{41}`: "", `\Qa.b\E`: "", `[]a]`: "", `\a`: "", `[^]a]`: "", `[\b]`: "", `\C`: "", `\101`: "", `[\101]`: "", `\0`: "",
	} {
		got, ok := ecmaScript(expr)
		if !ok {
			got = ""
		}
		if got != want {
			t.Errorf("%s: %q, want %q", expr, got, want)
		}
		if got != "" {
			if _, err := regexp.Compile(got); err != nil {
				t.Errorf("%s: %v", expr, err)
			}
		}
	}
}

func FuzzExpressionsMeanTheSameInGo(f *testing.F) {
	f.Add(`^[\-\w]+\.$`, "a-b.")
	f.Add(`a{1,}|b{`, "b{")
	f.Fuzz(func(t *testing.T, expr, s string) {
		before, err := regexp.Compile(expr)
		if err != nil {
			return
		}
		got, ok := ecmaScript(expr)
		if !ok {
			return
		}
		after, err := regexp.Compile(got)
		if err != nil {
			t.Fatalf("%q became %q: %v", expr, got, err)
		}
		if before.MatchString(s) != after.MatchString(s) {
			t.Errorf("%q and %q differ on %q", expr, got, s)
		}
	})
}
