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
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off", "CGO_ENABLED=0", "CHECKOUT="+checkout)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestFirstMinute repeats the first minute of README.md in an empty folder, as TestInstallWorks does, and compares the answers.
func TestFirstMinute(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not installed")
	}
	var commands, program string
	var requests *block
	for _, p := range readPages(t) {
		for _, b := range p.blocks() {
			switch {
			case p.file != "README.md":
			case b.lang == "sh" && commands == "":
				commands = b.body()
			case b.lang == "go" && program == "":
				program = b.body()
			case b.lang == "console" && requests == nil:
				requests = b
			}
		}
	}
	checkout, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	const get = "\ngo get github.com/brio-go/brio"
	commands, ok := strings.CutSuffix(commands, get)
	if !ok || !strings.Contains(program, address) || requests == nil {
		t.Fatal("README.md has no first minute in the form that this test expects")
	}
	dir := t.TempDir()
	cmd := exec.Command("sh", "-ec", commands+`
		go mod edit -require github.com/brio-go/brio@v0.0.0 -replace github.com/brio-go/brio="$CHECKOUT"
		printf '%s\n' "$PROGRAM" >main.go
		cp "$CHECKOUT/go.sum" .
		go mod tidy
		go build -ldflags=-s -o ../program .`)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off", "CGO_ENABLED=0", "CHECKOUT="+checkout, "PROGRAM="+strings.ReplaceAll(program, address, "127.0.0.1:0"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	r := newReader(t, dir)
	s := &server{dir: dir, ended: make(chan struct{})}
	s.cmd = exec.Command(filepath.Join(dir, "program"))
	s.cmd.Dir, s.cmd.Env, s.cmd.Stdout, s.cmd.Stderr = dir, r.env, s, s
	r.serve(requests, s)
	if s.port == "" {
		t.Fatalf("the program does not serve:\n%s", s.text(0))
	}
	r.program, r.running[dir] = dir, s
	got := r.commands(requests)
	switch {
	case matches(requests.body(), got):
	case *update:
		requests.page.rewrite(t, map[*block]string{requests: keepEllipses(requests.body(), got)})
	default:
		t.Errorf("README.md shows\n%s\nbut it is\n%s", requests.body(), got)
	}
}
