package testkit

import (
	"flag"
	"os"
	"regexp"
	"testing"
)

// Update is the flag -update of each package whose tests import testkit. With it, tests write their golden files anew.
var Update = flag.Bool("update", false, "write the golden files anew")

// testPlaces are file:line of a test's declarations. The folder is that of the checkout, and lines move with every edit.
var testPlaces = regexp.MustCompile(`[^\s(]*/(\w+_test\.go):\d+`)

// WantGolden fails the test when got is another text than the file of testdata. Lines of test files in it are written
// as NNN, without their folder. With -update it writes the file.
func WantGolden(t *testing.T, file, got string) {
	t.Helper()
	got = testPlaces.ReplaceAllString(got, "$1:NNN")
	if *Update {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", file, got, want)
	}
}
