package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// TestMergedProgramIsEachMutant: the environment chooses which of the mutants a merged program is. Lines stay those of the source. The
// conditions of a switch are reached by what runs them, and not by the case above.
func TestMergedProgramIsEachMutant(t *testing.T) {
	const program = `package main

import (
	"fmt"
	"os"
	"runtime"
)

func main() {
	fmt.Print(f(1), f(2), h(2))
	g()
	if len(os.Args) > 1 {
		func() { g() }()
	}
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

func h(n int) string {
	switch {
	case n < 2:
		return " few "
	case n == 2:
		return " two "
	}
	return " many "
}
`
	folder := t.TempDir()
	path := filepath.Join(folder, "main.go")
	sites, err := sitesOfFile("main.go", []byte(program))
	if err != nil {
		t.Fatal(err)
	}
	want := map[int]string{0: "1 3 two 31 end"}
	mutants := map[int]site{}
	never := 0
	for i, s := range sites {
		text, ok := map[string]string{
			"main.go: operator: >= => >":                       "3 6 two 31 end",
			"main.go: operator: + => -":                        "-1 -1 two 31 end",
			"main.go: no call: g()":                            "1 3 two ",
			"main.go: no assignment: sum += i + 1":             "0 0 two 31 end",
			"main.go: invert if: i >= n => !(i >= n)":          "0 0 two 31 end",
			"main.go: operator: < => <=":                       "1 3 few 31 end",
			"main.go: operator: == => !=":                      "1 3 many 31 end",
			`main.go: no call: func() { fmt.Print(" end") }()`: "1 3 two 31",
		}[s.id(0)]
		if s.id(0) == "main.go: no call: g()" && len(mutants) > 0 { // the second
			text, never = want[0], i+1
		}
		if ok {
			mutants[i+1], want[i+1] = s, text
		}
	}
	if len(want) != 10 {
		t.Fatalf("%d mutants", len(want)-1)
	}
	merged, name, err := merge(path, []byte(program), mutants)
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(folder, "program")
	for name, text := range map[string][]byte{"main.go": merged, "mutant_chosen.go": chooser(name, len(sites)+1), "go.mod": []byte("module program\n\ngo 1.24\n")} {
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
		reached := filepath.Join(folder, "reached"+strconv.Itoa(n))
		cmd.Env = append(os.Environ(), variable+"="+strconv.Itoa(n), reachedVariable+"="+reached)
		if out, err := cmd.CombinedOutput(); err != nil || string(out) != want {
			t.Errorf("%d: got %q, %v; want %q", n, out, err, want)
		}
		found, err := readReached(reached)
		if err != nil || n == 0 && len(found) != len(mutants)-1 || n == 0 && found[never] || n != 0 && len(found) > 0 {
			t.Errorf("%d reaches %v, %v", n, found, err)
		}
	}
}
