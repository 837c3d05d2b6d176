package examples_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestMainFindsExamplesWithoutTests: briotest.Main fails a complete run whose file has an example that no test publishes, and removes it
// where it may write.
func TestMainFindsExamplesWithoutTests(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	read := func(name string) string {
		t.Helper()
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	write := func(name, text string) {
		t.Helper()
		name = filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	const file = "testdata/examples.json"
	from := filepath.Join(root, "docs/testing/examples")
	write("main_test.go", read(filepath.Join(from, "main_test.go")))
	published := read(filepath.Join(from, file))
	stale := strings.Replace(published, `"a hat": {`, `"a cap": {"request": {}, "response": {"status": 201}}, "a hat": {`, 1)
	write(file, stale)
	write("go.mod", strings.NewReplacer("module github.com/brio-go/brio\n", "module example.com/shop\n\nrequire github.com/brio-go/brio v0.0.0\n\nreplace github.com/brio-go/brio => "+root+"\n").Replace(read(filepath.Join(root, "go.mod"))))
	write("go.sum", read(filepath.Join(root, "go.sum")))
	run := func(env string, args ...string) (string, error) {
		cmd := exec.Command("go", append([]string{"test", "-mod=mod", "-count=1"}, args...)...)
		cmd.Dir, cmd.Env = folder, append(os.Environ(), env)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}

	out, err := run("BRIOTEST_UPDATE=")
	if want := `briotest: testdata/examples.json has the example "a cap" of POST /items, which no test publishes; BRIOTEST_UPDATE=1 removes it`; err == nil || !strings.Contains(out, want) {
		t.Errorf("error %v, want one with %s:\n%s", err, want, out)
	}
	if out, err := run("BRIOTEST_UPDATE=", "-run", "TestCreateItem"); err != nil {
		t.Errorf("a run of one test is judged: %v\n%s", err, out)
	}
	if out, err := run("BRIOTEST_UPDATE=1"); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if got := read(filepath.Join(folder, file)); got != published {
		t.Errorf("the file is not the published one:\n%s", got)
	}
	if out, err := run("BRIOTEST_UPDATE="); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
