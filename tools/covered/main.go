// Command covered reads cover.out, which `make cover` writes, and prints the coverage of each package. It fails when a package has less
// than the bound, or less than its own bound in tests/house/testdata/uncovered.txt.
package main

import (
	"bufio"
	"cmp"
	"flag"
	"fmt"
	"log"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
)

const module = "github.com/brio-go/brio/"

var (
	profile = flag.String("profile", "../cover.out", "the profile, in the text form of go tool covdata")
	bounds  = flag.String("bounds", "../tests/house/testdata/uncovered.txt", "packages with bounds of their own")
	bound   = flag.Float64("bound", 95, "percent of statements of the other packages")
)

func main() {
	log.SetFlags(0)
	flag.Parse()
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

// statements counts those of a package.
type statements struct{ all, covered int }

func (s statements) percent() float64 { return 100 * float64(s.covered) / float64(max(s.all, 1)) }

func run() error {
	text, err := os.ReadFile(*profile)
	if err != nil {
		return err
	}
	packages, err := read(string(text))
	if err != nil {
		return err
	}
	if text, err = os.ReadFile(*bounds); err != nil {
		return err
	}
	own, err := readBounds(string(text))
	if err != nil {
		return err
	}
	names := slices.Collect(maps.Keys(packages))
	slices.SortFunc(names, func(a, b string) int { return cmp.Compare(packages[a].percent(), packages[b].percent()) })
	below, total := 0, statements{}
	for _, name := range names {
		s := packages[name]
		total.all, total.covered = total.all+s.all, total.covered+s.covered
		want, note := *bound, ""
		if b, ok := own[name]; ok {
			want, note = b, fmt.Sprintf("  its bound is %g", b)
		}
		if s.percent() < want {
			below++
			note = fmt.Sprintf("  BELOW %g", want)
		}
		fmt.Printf("%5.1f %%  %4d statements uncovered  %s%s\n", s.percent(), s.all-s.covered, name, note)
	}
	fmt.Printf("%5.1f %%  of %d statements\n", total.percent(), total.all)
	if below > 0 {
		return fmt.Errorf("%d packages are below their bound", below)
	}
	return nil
}

// read returns the statements of each package. A block counts once, however many test binaries have run.
func read(profile string) (map[string]statements, error) {
	type block struct {
		count   int
		covered bool
	}
	blocks := map[string]block{}
	for lines := bufio.NewScanner(strings.NewReader(profile)); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) != 3 { // the line of the mode
			continue
		}
		count, err := strconv.Atoi(fields[1])
		if err != nil {
			return nil, fmt.Errorf("%q: %w", lines.Text(), err)
		}
		blocks[fields[0]] = block{count, blocks[fields[0]].covered || fields[2] != "0"}
	}
	packages := map[string]statements{}
	for place, b := range blocks {
		file, _, _ := strings.Cut(place, ":")
		name := "."
		if i := strings.LastIndexByte(strings.TrimPrefix(file, module), '/'); i >= 0 {
			name = strings.TrimPrefix(file, module)[:i]
		}
		s := packages[name]
		s.all += b.count
		if b.covered {
			s.covered += b.count
		}
		packages[name] = s
	}
	return packages, nil
}

// readBounds reads lines of a package, its bound and the reason for it.
func readBounds(text string) (map[string]float64, error) {
	own := map[string]float64{}
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] == "#" {
			continue
		}
		if len(fields) < 3 {
			return nil, fmt.Errorf("%q: want a package, its bound and a reason", line)
		}
		percent, err := strconv.ParseFloat(fields[1], 64)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", line, err)
		}
		own[fields[0]] = percent
	}
	return own, nil
}
