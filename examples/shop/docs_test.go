package main

import (
	"os/exec"
	"testing"
)

// TestDocsAreUpToDate fails when a comment has changed since go generate was run.
func TestDocsAreUpToDate(t *testing.T) {
	if out, err := exec.Command("go", "run", "github.com/brio-go/brio/cmd/brio", "docs", "-check", ".").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
