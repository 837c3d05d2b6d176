package examples_test

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/tests/internal/oastest"
)

// serving is what a program logs with the address that it listens on.
var serving = regexp.MustCompile(`serving.*address"?[=:]"?([^\s",]+)`)

// TestDocuments: the document of each program is valid in each version of OpenAPI. A program that needs servers has its document in a
// file, which is judged in its place.
func TestDocuments(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds programs")
	}
	programs, err := filepath.Glob("../../examples/*/main.go")
	if err != nil || len(programs) == 0 {
		t.Fatalf("no programs: %v", err)
	}
	for _, program := range programs {
		dir := filepath.Dir(program)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			if document, err := os.ReadFile(filepath.Join(dir, "testdata/openapi.json")); err == nil {
				oastest.Check(t, document)
				return
			}
			oastest.Served(t, httputil.NewSingleHostReverseProxy(start(t, dir)))
		})
	}
}

// start builds the program in dir, with the race detector when the test has it, starts it in an empty folder, where it keeps its data, and returns its address. It ends with the test.
func start(t *testing.T, dir string) *url.URL {
	t.Helper()
	folder := t.TempDir()
	binary := filepath.Join(folder, "program")
	if out, err := exec.Command("go", "build", "-C", dir, fmt.Sprintf("-race=%t", testkit.RaceEnabled), "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	cmd := exec.Command(binary, "-addr", "127.0.0.1:0")
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "AUTH_KEYS=test:"+base64.StdEncoding.EncodeToString(make([]byte, 32)))
	log, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for lines := bufio.NewScanner(log); lines.Scan(); {
		if m := serving.FindStringSubmatch(lines.Text()); m != nil {
			address, err := url.Parse(m[1])
			if err != nil {
				t.Fatal(err)
			}
			return address
		}
	}
	t.Fatal("the program has ended")
	return nil
}
