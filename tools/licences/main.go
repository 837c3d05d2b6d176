// Command licences keeps docs/licences.md: the modules that Brio's own modules bring into a build, with their licences. `make licences`
// compares the page with the builds, and `make licences-update` writes it anew.
//
// A module is listed if a package of it is compiled: for the core and contrib/ into programs that import them, for the other modules into
// their tests too. What the core brings is listed once, as the core's. The licence is read in the module cache. A licence that is not in permissive fails, and so does a module without a licence,
// one that the page does not list, and one that nothing brings any more. The arguments are the folders of the modules to compare.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

var (
	root   = flag.String("root", "..", "the root of the repository")
	update = flag.Bool("update", false, "write the page; the arguments are then all modules")
)

// page is the file of the list, below the root.
const page = "docs/licences.md"

// permissive are the SPDX names of licences that ask for a notice at most.
var permissive = []string{"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "Unlicense", "Zlib"}

// exceptions are modules with another licence, which only tests and comparisons compile, and why that is no harm.
var exceptions = map[string]string{
	"github.com/alecthomas/chroma/v2": "MIT; OFL-1.1 is that of a font in its SVG output, which the guide does not use",
	"modernc.org/sqlite":              "BSD-3-Clause; a file about others names MPL-2.0",
}

// byFile are modules whose licence holds for their own files alone, by their prefix, and the one folder of ours that may bring them into
// programs. A program may link them under any licence; their notices, and changes of their files, have to be handed out with it.
var byFile = map[string]string{
	"github.com/riverqueue/river": "contrib/river", // MPL-2.0: the engine of jobs that the database of the program keeps
}

// isByFile reports whether a licence is one that byFile allows for a module and all its users.
func isByFile(path, licence string, users []string) bool {
	for prefix, user := range byFile {
		if licence == "MPL-2.0" && strings.HasPrefix(path+"/", prefix+"/") {
			return !slices.ContainsFunc(users, func(u string) bool { return u != user && isShipped(u) })
		}
	}
	return false
}

// entry is one module of the list.
type entry struct {
	licence string
	users   []string // folders of Brio's modules, "." the core
}

func main() {
	log.SetFlags(0)
	flag.Parse()
	if err := run(flag.Args()); err != nil {
		log.Fatal(err)
	}
}

func run(folders []string) error {
	found := map[string]*entry{}
	for _, folder := range folders {
		if err := addModules(found, folder); err != nil {
			return err
		}
	}
	path := filepath.Join(*root, filepath.FromSlash(page))
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if *update {
		return errors.Join(checkLicences(found), os.WriteFile(path, write(text, found), 0o644))
	}
	listed, err := read(text)
	if err != nil {
		return err
	}
	return errors.Join(checkLicences(found), compare(listed, found, folders))
}

// isShipped reports whether programs import the module in a folder.
func isShipped(folder string) bool {
	switch folder {
	case ".", "contrib/autotls", "contrib/http3", "contrib/nats", "contrib/oidc", "contrib/redis", "contrib/river", "contrib/sql":
		return true
	}
	return false
}

// addModules adds the modules that the packages of one module compile.
func addModules(found map[string]*entry, folder string) error {
	args := []string{"list", "-deps", "-json=Module"}
	if !isShipped(folder) {
		args = append(args, "-test")
	}
	cmd := exec.Command("go", append(args, "./...")...)
	cmd.Dir = filepath.Join(*root, filepath.FromSlash(folder))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("go list in %s: %w", folder, err)
	}
	type module struct {
		Path, Dir string
		Main      bool
	}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct{ Module *module }
		if err := d.Decode(&p); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		m := p.Module
		if m == nil || m.Main || strings.HasPrefix(m.Path+"/", "github.com/brio-go/brio/") {
			continue
		}
		e := found[m.Path]
		if e == nil {
			e = &entry{}
			if e.licence, err = licenceOf(m.Dir); err != nil {
				return fmt.Errorf("%s: %w", m.Path, err)
			}
			found[m.Path] = e
		}
		if !slices.Contains(e.users, folder) {
			e.users = append(e.users, folder)
		}
	}
}

// licenceOf returns the SPDX names of the licence files in the root of a module, joined by " and ".
func licenceOf(dir string) (string, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	var names []string
	for _, f := range files {
		name := strings.ToUpper(f.Name())
		if f.IsDir() || !strings.HasPrefix(name, "LICEN") && !strings.HasPrefix(name, "COPYING") && !strings.HasPrefix(name, "UNLICENSE") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return "", err
		}
		for _, m := range licensecheck.Scan(text).Match {
			if !m.IsURL && !slices.Contains(names, m.ID) {
				names = append(names, m.ID)
			}
		}
	}
	slices.Sort(names)
	return strings.Join(names, " and "), nil
}

// checkLicences fails for each module whose licence is not permissive or was not found.
func checkLicences(found map[string]*entry) error {
	var errs []error
	for _, path := range sorted(found) {
		e := found[path]
		if e.licence == "" {
			errs = append(errs, fmt.Errorf("%s: no licence that is known", path))
			continue
		}
		for name := range strings.SplitSeq(e.licence, " and ") {
			if slices.Contains(permissive, name) || isByFile(path, name, e.users) {
				continue
			}
			if reason := exceptions[path]; reason == "" || slices.ContainsFunc(e.users, isShipped) {
				errs = append(errs, fmt.Errorf("%s: the licence %s is not permissive", path, name))
			}
		}
	}
	return errors.Join(errs...)
}

// compare fails for each module of the folders that the page lists in another way than it was found.
func compare(listed, found map[string]*entry, folders []string) error {
	var errs []error
	for _, path := range sorted(found) {
		e, l := found[path], listed[path]
		if l == nil {
			errs = append(errs, fmt.Errorf("%s, which %s brings, is not listed", path, strings.Join(e.users, ", ")))
			continue
		}
		if l.licence != e.licence {
			errs = append(errs, fmt.Errorf("%s: the licence is %s, the page says %s", path, e.licence, l.licence))
		}
		for _, user := range e.users {
			if !slices.Contains(l.users, label(user)) && !slices.Contains(l.users, label(".")) {
				errs = append(errs, fmt.Errorf("%s: %s brings it too", path, label(user)))
			}
		}
	}
	for _, path := range sorted(listed) {
		for _, folder := range folders {
			if slices.Contains(listed[path].users, label(folder)) && (found[path] == nil || !slices.Contains(found[path].users, folder)) {
				errs = append(errs, fmt.Errorf("%s: %s brings it no more", path, label(folder)))
			}
		}
	}
	if len(errs) > 0 {
		errs = append(errs, fmt.Errorf("compare the licences, then: make licences-update, and read the difference of %s", page))
	}
	return errors.Join(errs...)
}

// label is how the page names a module of Brio.
func label(folder string) string {
	if folder == "." {
		return "core"
	}
	return folder
}

func sorted(m map[string]*entry) []string {
	paths := make([]string, 0, len(m))
	for path := range m {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return paths
}

// begin ends the part of the page that is written by hand.
const begin = "<!-- written by make licences-update -->\n"

// write returns the page with the list of found modules, those of programs first.
func write(text []byte, found map[string]*entry) []byte {
	head, _, _ := bytes.Cut(text, []byte(begin))
	var out bytes.Buffer
	out.Write(head)
	out.WriteString(begin)
	for _, shipped := range []bool{true, false} {
		if shipped {
			out.WriteString("\n## In programs\n\n")
		} else {
			out.WriteString("\n## In tests, examples and comparisons only\n\n")
		}
		out.WriteString("| module | licence | brought by |\n|---|---|---|\n")
		for _, path := range sorted(found) {
			e := found[path]
			if slices.ContainsFunc(e.users, isShipped) != shipped {
				continue
			}
			var users []string
			for _, user := range e.users {
				users = append(users, label(user))
			}
			slices.Sort(users)
			if slices.Contains(users, label(".")) {
				users = []string{label(".")}
			}
			fmt.Fprintf(&out, "| %s | %s | %s |\n", path, e.licence, strings.Join(users, ", "))
		}
	}
	return out.Bytes()
}

// read returns the modules of the page.
func read(text []byte) (map[string]*entry, error) {
	_, list, ok := bytes.Cut(text, []byte(begin))
	if !ok {
		return nil, fmt.Errorf("%s has no line %q", page, strings.TrimSpace(begin))
	}
	listed := map[string]*entry{}
	for line := range strings.Lines(string(list)) {
		cells := strings.Split(strings.TrimSpace(line), " | ")
		if len(cells) != 3 || cells[0] == "| module" {
			continue
		}
		listed[strings.TrimPrefix(cells[0], "| ")] = &entry{licence: cells[1], users: strings.Split(strings.TrimSuffix(cells[2], " |"), ", ")}
	}
	return listed, nil
}
