package enginetest_test

import (
	"fmt"
	"testing"

	"github.com/brio-go/brio/jobs"
	"github.com/brio-go/brio/jobs/enginetest"
)

// The tests of an engine of the program's own. That of a real engine goes through a server, which enginetest stops and starts.
func Example() {
	var server enginetest.Server
	tests := []testing.InternalTest{
		{Name: "TestEngine", F: func(t *testing.T) {
			enginetest.Engine(t, func(*testing.T) jobs.Engine { return jobs.NewMemory() })
		}},
		{Name: "TestShared", F: func(t *testing.T) {
			one := jobs.NewMemory()
			enginetest.Shared(t, func(*testing.T) jobs.Engine { return one })
		}},
		{Name: "TestFaults", F: func(t *testing.T) {
			enginetest.Faults(t, server, func(t *testing.T, addr string) jobs.Engine { panic("connects to addr") })
		}},
	}
	fmt.Println(len(tests), "tests")
	// Output: 3 tests
}
