package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// TestMergedProgramIsEachMutant: the environment chooses which of the mutants a merged program is. Lines stay those of the source.
func TestMergedProgramIsEachMutant(t *testing.T) {
	const program = `package main

import (
	"fmt"
	"runtime"
)

func main() {
	fmt.Print(f(1), f(2), " ")
	g()
}

func f(n int) (sum int) {
outer:
	for i := 0; ; i++ {
		for range 2 {
			if i >= n {
				break outer
			}
		}
		sum += i + 1
	}
	return sum
}

func g() {
	_, _, line, _ := runtime.Caller(0)
	fmt.Print(line)
	func() { fmt.Print(" end") }()
}
`
	folder := t.TempDir()
	path := filepath.Join(folder, "main.go")
	sites, err := sitesOfFile("main.go", []byte(program))
	if err != nil {
		t.Fatal(err)
	}
	want := map[int]string{0: "1 3 27 end"}
	mutants := map[int]site{}
	for i, s := range sites {
		text, ok := map[string]string{
			"main.go: operator: >= => >":                       "3 6 27 end",
			"main.go: operator: + => -":                        "-1 -1 27 end",
			"main.go: no call: g()":                            "1 3 ",
			"main.go: no assignment: sum += i + 1":             "0 0 27 end",
			"main.go: invert if: i >= n => !(i >= n)":          "0 0 27 end",
			`main.go: no call: func() { fmt.Print(" end") }()`: "1 3 27",
		}[s.id(0)]
		if ok {
			mutants[i+1], want[i+1] = s, text
		}
	}
	if len(want) != 7 {
		t.Fatalf("%d mutants", len(want)-1)
	}
	merged, name, err := merge(path, []byte(program), mutants)
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(folder, "program")
	for name, text := range map[string][]byte{"main.go": merged, "mutant_chosen.go": chooser(name), "go.mod": []byte("module program\n\ngo 1.24\n")} {
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Dir = folder
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, merged)
	}
	for n, want := range want {
		cmd := exec.Command(binary)
		cmd.Env = append(os.Environ(), variable+"="+strconv.Itoa(n))
		if out, err := cmd.CombinedOutput(); err != nil || string(out) != want {
			t.Errorf("%d: got %q, %v; want %q", n, out, err, want)
		}
	}
}
