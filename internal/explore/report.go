package explore

import (
	"fmt"
	"slices"
	"strings"
)

// String is a finding as a failure of a test shows it: what does not hold, the requests as commands, the answer, and a test.
func (f Finding) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: %s: %s\n", f.Op.Method, f.Op.Path, f.Check, f.Text)
	for _, r := range f.Requests {
		b.WriteString("  " + short(r.Curl()) + "\n")
	}
	fmt.Fprintf(&b, "  answer: %d %s\n", f.Answer.Status, f.Answer.Header.Get("Content-Type"))
	if len(f.Answer.Body) > 0 {
		b.WriteString("  " + short(strings.TrimSpace(string(f.Answer.Body))) + "\n")
	}
	b.WriteString("as a test:\n\tfunc Test" + f.testName() + "(t *testing.T) {\n\t\tc := briotest.New(t, newApp())\n")
	for i, r := range f.Requests {
		b.WriteString("\t\t" + short(r.GoCode()) + ".Send()")
		if i == len(f.Requests)-1 {
			b.WriteString(" // " + strings.ReplaceAll(short(f.Text), "\n", " "))
		}
		b.WriteString("\n")
	}
	b.WriteString("\t}")
	return b.String()
}

// testName is a name for the test of a finding.
func (f Finding) testName() string {
	var b strings.Builder
	for word := range strings.FieldsFuncSeq(f.Op.Method+" "+f.Op.Path+" "+f.Check, func(c rune) bool {
		return !slices.Contains([]rune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"), c)
	}) {
		if word == strings.ToUpper(word) {
			word = strings.ToLower(word)
		}
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}
