//go:build unix

package main

import (
	"os"
	"os/exec"
	"testing"

	"github.com/brio-go/brio/internal/testkit"
)

// The tests of the template full pass with PostgreSQL too. make services runs this.
func TestFullProjectOnPostgreSQL(t *testing.T) {
	needsCommand(t)
	url := testkit.Postgres(t)
	newProject(t, "full")
	cmd := exec.Command("go", "test", "-vet=off", ".")
	cmd.Dir, cmd.Env = "shop", append(os.Environ(), "DATABASE_URL="+url)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
