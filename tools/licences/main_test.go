package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCompare: the page as it was written fits, and each difference is reported.
func TestCompare(t *testing.T) {
	found := map[string]*entry{
		"example.com/a": {licence: "MIT", users: []string{".", "tests"}},
		"example.com/b": {licence: "ISC", users: []string{"tests"}},
	}
	text := write([]byte("# By hand\n\n"+begin+"\nold\n"), found)
	if !strings.HasPrefix(string(text), "# By hand\n\n"+begin) || strings.Contains(string(text), "old") {
		t.Errorf("the page is\n%s", text)
	}
	listed, err := read(text)
	if err != nil {
		t.Fatal(err)
	}
	folders := []string{".", "tests"}
	if err := compare(listed, found, folders); err != nil {
		t.Errorf("what was written differs: %v", err)
	}
	for want, change := range map[string]func(map[string]*entry){
		"example.com/c, which tests brings, is not listed":             func(m map[string]*entry) { m["example.com/c"] = &entry{licence: "MIT", users: []string{"tests"}} },
		"example.com/a: the licence is ISC, the page says MIT":         func(m map[string]*entry) { m["example.com/a"] = &entry{licence: "ISC", users: []string{"."}} },
		"example.com/b: core brings it too":                            func(m map[string]*entry) { m["example.com/b"] = &entry{licence: "ISC", users: []string{".", "tests"}} },
		"example.com/b: tests brings it no more\ncompare the licences": func(m map[string]*entry) { delete(m, "example.com/b") },
	} {
		now := map[string]*entry{}
		for path, e := range found {
			now[path] = e
		}
		change(now)
		if err := compare(listed, now, folders); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got the error %v, want %q", err, want)
		}
	}
}

// TestLicenceOf reads the licence of Brio itself, refuses copyleft, and does not take a module without a licence for a free one.
func TestLicenceOf(t *testing.T) {
	licence, err := licenceOf("../..")
	if err != nil || licence != "MIT" {
		t.Errorf("Brio: got %q, %v", licence, err)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "LICENSE"), []byte("all rights reserved"), 0o600); err != nil {
		t.Fatal(err)
	}
	if licence, err = licenceOf(folder); err != nil || licence != "" {
		t.Errorf("no licence: got %q, %v", licence, err)
	}
	for licence, ok := range map[string]bool{"MIT": true, "": false, "AGPL-3.0": false, "MIT and GPL-2.0": false, "Apache-2.0 and MIT": true} {
		if err := checkLicences(map[string]*entry{"example.com/a": {licence: licence, users: []string{"."}}}); (err == nil) != ok {
			t.Errorf("the licence %q: %v", licence, err)
		}
	}
	// MPL-2.0 is allowed for River in contrib/river, and for no other module and no other folder of programs.
	for _, c := range []struct {
		path, licence, user string
		ok                  bool
	}{
		{"github.com/riverqueue/river/rivertype", "MPL-2.0", "contrib/river", true},
		{"github.com/riverqueue/river", "MPL-2.0", "tests", true},
		{"github.com/riverqueue/river", "MPL-2.0", ".", false},
		{"github.com/riverqueue/river", "GPL-3.0", "contrib/river", false},
		{"github.com/riverqueue/riverpro", "MPL-2.0", "contrib/river", false},
	} {
		if err := checkLicences(map[string]*entry{c.path: {licence: c.licence, users: []string{c.user}}}); (err == nil) != c.ok {
			t.Errorf("%+v: %v", c, err)
		}
	}
	// An exception holds where programs do not get the module.
	for user, ok := range map[string]bool{"tests": true, ".": false} {
		if err := checkLicences(map[string]*entry{"modernc.org/sqlite": {licence: "MPL-2.0", users: []string{user}}}); (err == nil) != ok {
			t.Errorf("an exception in %s: %v", user, err)
		}
	}
}
