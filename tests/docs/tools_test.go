package docs_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// shellOf returns the blocks of commands of a page that are no exchanges.
func shellOf(t *testing.T, file string) string {
	t.Helper()
	for _, p := range readPages(t) {
		if p.file != file {
			continue
		}
		var all []string
		for _, b := range p.blocks() {
			if b.lang == "sh" {
				all = append(all, b.body())
			}
		}
		return strings.Join(all, "\n")
	}
	t.Fatalf("there is no page %s", file)
	return ""
}

// TestInstallWorks runs the commands of the chapter Install in an empty folder, and builds the program of First steps there. In the
// place of go get, which needs a published version, go.mod names this checkout.
func TestInstallWorks(t *testing.T) {
	commands := shellOf(t, "docs/tutorial/install/README.md")
	checkout, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	const get = "\ngo get github.com/brio-go/brio"
	if !strings.HasSuffix(commands, get) {
		t.Fatalf("want commands that end with%s, got\n%s", get, commands)
	}
	commands = strings.TrimSuffix(commands, get) + `
		go mod edit -require github.com/brio-go/brio@v0.0.0 -replace github.com/brio-go/brio="$CHECKOUT"
		cp "$CHECKOUT/docs/tutorial/first-steps/main.go" .
		cp "$CHECKOUT/go.sum" .
		go mod tidy
		go build -o program .`
	cmd := exec.Command("sh", "-ec", commands)
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off", "CHECKOUT="+checkout)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
