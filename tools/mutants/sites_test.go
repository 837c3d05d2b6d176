package main

import (
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

const source = `package p

func f(a, b int, err error) (bool, error) {
	if a < b && b > 0 {
		a = b
	}
	for a == b {
		g()
		a++
		continue
	}
	_ = a
	if err != nil {
		return false, err
	}
	defer g()
	return true, nil
}
`

// TestSitesOfFile: each kind of change is found where it makes a difference, each result is Go, and no two have one name.
func TestSitesOfFile(t *testing.T) {
	sites, err := sitesOfFile("p.go", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range sites {
		got = append(got, s.id(0))
		changed := s.apply([]byte(source))
		if string(changed) == source {
			t.Errorf("%s changes nothing", s.id(0))
		}
		if _, err := parser.ParseFile(token.NewFileSet(), "p.go", changed, 0); err != nil {
			t.Errorf("%s: %v", s.id(0), err)
		}
	}
	want := []string{
		"invert if: a < b && b > 0 => !(a < b && b > 0)", "never if: a < b && b > 0 => false && (a < b && b > 0)",
		"only left: a < b && b > 0 => a < b", "only right: a < b && b > 0 => b > 0", "operator: < => <=", "operator: > => >=",
		"no assignment: a = b", "operator: == => !=", "no call: g()", "no ++: a++", "no continue: continue",
		"invert if: err != nil => !(err != nil)", "never if: err != nil => false && (err != nil)", "operator: != => ==",
		"result: false => true", "result: err => nil", "no defer: defer g()", "result: true => false",
	}
	if g, w := strings.Join(got, "\n"), "p.go: "+strings.Join(want, "\np.go: "); g != w {
		t.Errorf("sites: got\n%s\nwant\n%s", g, w)
	}
}
