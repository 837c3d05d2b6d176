package briotest

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/brio-go/brio/internal/published"
)

// publications has the examples for which this process has called Publish, by exampleKey.
var publications sync.Map

// exampleKey identifies an example.
type exampleKey struct{ file, operation, name string }

// Main runs the tests of a package, and fails if a file of examples has one that no test has published: its test was removed or renamed, and
// nothing would notice when the example is no longer true. With the environment variable [UpdateEnv] it removes such examples instead.
//
//	func TestMain(m *testing.M) { os.Exit(briotest.Main(m)) }
//
// files are the names that the option [ExamplesFile] has, testdata/examples.json without an argument. The tests of one package publish all
// examples of a file; several packages have a file each. A test that is skipped publishes nothing. Main judges complete runs that pass: with
// -run, -skip, -short, -list or -fuzz, and after a failure, it only runs the tests. The result is the exit code.
func Main(m *testing.M, files ...string) int {
	code := m.Run()
	if code != 0 || !isComplete() {
		return code
	}
	if len(files) == 0 {
		files = []string{defaultExamplesFile}
	}
	for _, file := range files {
		if err := checkPublished(file); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	return code
}

// isComplete reports whether the flags of the test process let all tests run.
func isComplete() bool {
	return !testing.Short() && !slices.ContainsFunc([]string{"test.run", "test.skip", "test.list", "test.fuzz"}, func(name string) bool {
		return flag.Lookup(name).Value.String() != ""
	})
}

// checkPublished returns an error that lists the examples of a file that this process has not published, or removes them.
func checkPublished(file string) error {
	all, err := published.Load(file)
	if err != nil {
		return fmt.Errorf("briotest: %w", err)
	}
	var errs []error
	for _, operation := range slices.Sorted(maps.Keys(all)) {
		for _, name := range slices.Sorted(maps.Keys(all[operation])) {
			if _, ok := publications.Load(exampleKey{file, operation, name}); ok {
				continue
			}
			if os.Getenv(UpdateEnv) == "" {
				err = fmt.Errorf("briotest: %s has the example %q of %s, which no test publishes; %s=1 removes it", file, name, operation, UpdateEnv)
			} else {
				err = published.Remove(file, operation, name)
			}
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
