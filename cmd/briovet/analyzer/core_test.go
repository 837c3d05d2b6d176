package analyzer_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brio-go/brio/internal/testkit"
)

// root is the folder of the core.
const root = "../../.."

// Nothing is said of examples and templates. Of the core and its tests only the mistakes are found that tests have planted: the golden file
// lists them, and each is one that Check reports too.
func TestSaysNothingOfLegalPrograms(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it loads all packages of the core and of its tests")
	}
	top, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	found := find(t, root, "./...", "./cmd/brio/_templates/api", "./cmd/brio/_templates/minimal")
	for _, module := range []string{"examples/database", "examples/auth", "examples/negotiation", "examples/mount", "tests"} {
		found = append(found, find(t, filepath.Join(root, module), "./...")...)
	}
	var b strings.Builder
	for _, f := range found {
		file, err := filepath.Rel(top, f.file)
		if err != nil {
			t.Fatal(err)
		}
		isTest := strings.HasSuffix(file, "_test.go")
		if !isTest || strings.HasPrefix(file, "examples/") || strings.Contains(file, "/_templates/") {
			t.Errorf("%s:%d: %s", file, f.line, f.Message)
			continue
		}
		text, _, _ := strings.Cut(f.Message, "; legal: ")
		fmt.Fprintf(&b, "%s: %s\n", file, testPlaces.ReplaceAllString(text, "$1:NNN"))
	}
	testkit.WantGolden(t, "testdata/core.golden", b.String())
}

// The words are those of Check: what is found in the misdeclared apps of tests/startup stands in their reports.
func TestWordsAreThoseOfCheck(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(root + "/tests/startup/testdata/reports/*.golden")
	if err != nil {
		t.Fatal(err)
	}
	var reports strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		reports.Write(text)
	}
	found := 0
	for _, f := range find(t, root+"/tests", "./startup") {
		if filepath.Base(f.file) != "cases_test.go" {
			continue
		}
		found++
		text, legal, _ := strings.Cut(testPlaces.ReplaceAllString(f.Message, "$1:NNN"), "; legal: ")
		if want := text + "\n\tlegal: " + legal; !strings.Contains(reports.String(), want) {
			t.Errorf("line %d: no report of Check has\n%s", f.line, want)
		}
	}
	if found < 20 {
		t.Errorf("%d mistakes are found, want at least 20", found)
	}
}
