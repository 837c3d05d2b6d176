package house_test

import (
	"fmt"
	"go/ast"
	"go/types"
	"os"
	"slices"
	"strings"
	"testing"
)

// oldName is a line of testdata/oldnames.txt: "routing: endpoint.ends -> endsWithApp".
type oldName struct{ pkg, name, now string }

const oldNamesFile = "testdata/oldnames.txt"

// heirs are the packages that the code of a package moves to. Its old names are looked for in these too.
var heirs = map[string][]string{
	"brio":              {"internal/app"},
	"dependencies":      {"internal/inject"},
	"internal/exchange": {"internal/httpwriter", "internal/origin"},
	"internal/model":    {"internal/bind"},
	"params":            {"internal/bind"},
	"response":          {"internal/answer"},
	"responsemodel":     {"internal/encode"},
	"routing":           {"internal/route", "internal/declare", "internal/pathtree"},
}

func readOldNames() []oldName {
	text, err := os.ReadFile(oldNamesFile)
	if err != nil {
		panic(err)
	}
	return parseOldNames(string(text))
}

func parseOldNames(text string) []oldName {
	var list []oldName
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			name, now, _ := strings.Cut(line, " -> ")
			pkg, name, _ := strings.Cut(name, ": ")
			list = append(list, oldName{pkg, name, now})
		}
	}
	return list
}

func (o oldName) String() string { return fmt.Sprintf("%s: %s -> %s", o.pkg, o.name, o.now) }

// oldNames finds the declarations that still have an old name.
func (t *tree) oldNames(list []oldName) (places []place, gone []string) {
	declared := map[*pkg]map[string]string{}
	for _, p := range t.pkgs {
		declared[p] = t.declared(p)
	}
	renamed := map[string][]string{} // "params: text" to "parameter"
	for _, o := range list {
		renamed[o.pkg+": "+o.name] = strings.Split(o.now, ", ")
	}
	for _, o := range list {
		found := false
		names := []string{o.name}
		if owner, member, ok := strings.Cut(o.name, "."); ok {
			for _, now := range renamed[o.pkg+": "+owner] { // the type may have its new name already
				names = append(names, now+"."+member)
			}
		}
		for _, path := range append([]string{o.pkg}, heirs[o.pkg]...) {
			for _, name := range names {
				if p := t.pkg(path); p != nil && declared[p][name] != "" {
					places = append(places, place{o.String(), declared[p][name]})
					found = true
				}
			}
		}
		if !found {
			gone = append(gone, o.String())
		}
	}
	return places, gone
}

// declared returns where the package declares its names: functions, types, variables and constants, and methods and fields as
// T.name.
func (t *tree) declared(p *pkg) map[string]string {
	all := map[string]string{}
	note := func(id *ast.Ident, owner string) {
		if owner != "" {
			owner += "."
		}
		all[owner+id.Name] = t.place(id.Pos())
	}
	for _, f := range p.files {
		for _, d := range f.ast.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				owner := ""
				if d.Recv != nil && len(d.Recv.List) == 1 {
					owner, _, _ = strings.Cut(strings.TrimPrefix(types.ExprString(d.Recv.List[0].Type), "*"), "[")
				}
				note(d.Name, owner)
			case *ast.GenDecl:
				for _, s := range d.Specs {
					switch s := s.(type) {
					case *ast.ValueSpec:
						for _, id := range s.Names {
							note(id, "")
						}
					case *ast.TypeSpec:
						note(s.Name, "")
						if fields, ok := s.Type.(*ast.StructType); ok {
							for _, f := range fields.Fields.List {
								for _, id := range f.Names {
									note(id, s.Name.Name)
								}
							}
						}
					}
				}
			}
		}
	}
	return all
}

// TestOldNamesListIsShort finds the lines of testdata/oldnames.txt whose names are gone.
func TestOldNamesListIsShort(t *testing.T) {
	_, gone := loadHouse(t).oldNames(readOldNames())
	if *update {
		dropLines(t, oldNamesFile, gone)
		return
	}
	for _, line := range gone {
		t.Errorf("%s lists %s, which is gone.\nTo do: go test -C tests ./house -update.", oldNamesFile, line)
	}
}

// dropLines takes lines out of a file.
func dropLines(t *testing.T, file string, gone []string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := slices.DeleteFunc(strings.Split(string(text), "\n"), func(line string) bool { return slices.Contains(gone, line) })
	writeFile(t, file, strings.Join(lines, "\n"))
}
