package house_test

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/doc"
	"go/token"
	"go/types"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

func byKey(a, b place) int { return cmp.Compare(a.key, b.key) }

// packageComments finds packages without a comment, comments outside of doc.go, and comments that begin in another way. A program
// of one file has its comment there.
func packageComments(t *tree) []place {
	var places []place
	for _, p := range t.pkgs {
		if len(p.files) == 0 {
			continue // tests alone
		}
		with := 0
		for _, f := range p.files {
			if f.ast.Doc == nil {
				continue
			}
			with++
			if path.Base(f.name) != "doc.go" && !(p.name == "main" && path.Base(f.name) == "main.go") {
				places = append(places, place{f.name + " has a package comment", f.name})
			}
			begin := "Package " + p.name + " "
			if p.name == "main" {
				begin = "Command " + path.Base(p.path) + " "
			}
			if text := strings.ReplaceAll(f.ast.Doc.Text(), "\n", " "); !strings.HasPrefix(text, begin) {
				places = append(places, place{fmt.Sprintf("%s: the comment does not begin with %q", f.name, strings.TrimSpace(begin)), f.name})
			}
		}
		if with != 1 {
			places = append(places, place{fmt.Sprintf("%s has %d package comments", p.path, with), p.files[0].name})
		}
	}
	return places
}

// longFunction is the number of lines up to which a function needs no comment: its name and body say what it does.
const longFunction = 10

// withoutComment finds types without a comment, and functions without one that have more than longFunction lines between their
// braces or are exported. An exported function of one line needs none below internal/, and an exported method of an unexported type
// needs none: the interface that it implements has the comment.
func withoutComment(t *tree) []place {
	var places []place
	for _, p := range t.pkgs {
		if !p.core() {
			continue
		}
		for _, f := range p.files {
			note := func(name string, pos token.Pos) {
				places = append(places, place{p.path + ": " + name, t.place(pos)})
			}
			for _, d := range f.ast.Decls {
				switch d := d.(type) {
				case *ast.FuncDecl:
					name, owner := d.Name.Name, ""
					if d.Recv != nil {
						owner, _, _ = strings.Cut(strings.TrimPrefix(types.ExprString(d.Recv.List[0].Type), "*"), "[")
						name = owner + "." + name
					}
					lines := 0
					if d.Body != nil {
						lines = t.fset.Position(d.Body.Rbrace).Line - t.fset.Position(d.Body.Lbrace).Line - 1
					}
					seen := d.Name.IsExported() && (owner == "" || ast.IsExported(owner)) && (p.public() || lines > 1)
					if d.Doc == nil && (seen || lines > longFunction && !d.Name.IsExported()) {
						note(name, d.Pos())
					}
				case *ast.GenDecl:
					for _, s := range d.Specs {
						if s, ok := s.(*ast.TypeSpec); ok && d.Doc == nil && s.Doc == nil && s.Comment == nil {
							note("type "+s.Name.Name, s.Pos())
						}
					}
				}
			}
		}
	}
	return places
}

// withoutExample finds public packages without an example that runs.
func withoutExample(t *tree) []place {
	var places []place
	for _, p := range t.pkgs {
		if !p.public() {
			continue
		}
		var files []*ast.File
		for _, f := range p.tests {
			files = append(files, f.ast)
		}
		runs := func(e *doc.Example) bool { return e.Output != "" || e.EmptyOutput }
		if !slices.ContainsFunc(doc.Examples(files...), runs) {
			places = append(places, place{key: p.path})
		}
	}
	return places
}

// banned are the words for actors that have a name.
var banned = regexp.MustCompile(`(?i)\b(nobody|somebody|anybody|whoever|one\s+who|those\s+that)\b`)

// words finds the banned words in comments of files that are no tests, in all modules, and in docs/*.md. Words of fenced code in a
// page count too: a reader reads them.
func words(t *tree) []place {
	var places []place
	find := func(where, text string, at func(offset int) string) {
		for _, m := range banned.FindAllStringIndex(text, -1) {
			word := strings.ToLower(strings.Join(strings.Fields(text[m[0]:m[1]]), " "))
			places = append(places, place{fmt.Sprintf("%s: %q at %s, %d", where, word, at(m[0]), m[0]), at(m[0])})
		}
	}
	comments := func(where string, f *file) {
		for _, g := range f.ast.Comments {
			// One text for the whole comment: "those" may end a line.
			var text strings.Builder
			var ends []int
			for _, c := range g.List {
				text.WriteString(strings.TrimLeft(c.Text, "/*"))
				text.WriteString("\n")
				ends = append(ends, text.Len())
			}
			find(where, text.String(), func(offset int) string {
				i, _ := slices.BinarySearch(ends, offset+1)
				return t.place(g.List[i].Pos())
			})
		}
	}
	for _, p := range t.pkgs {
		for _, f := range p.files {
			comments(p.path, f)
		}
	}
	for _, f := range t.rest {
		comments(packageOf(f.name), f)
	}
	for _, page := range slices.Sorted(maps.Keys(t.docs)) {
		find("docs", t.docs[page], func(offset int) string {
			return fmt.Sprintf("%s:%d", page, 1+strings.Count(t.docs[page][:offset], "\n"))
		})
	}
	return places
}

// perPackage counts words by package.
func perPackage(places []place) string {
	counts := map[string]int{}
	for _, p := range places {
		where, _, _ := strings.Cut(p.key, ":")
		counts[where]++
	}
	var text strings.Builder
	for _, where := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(&text, "words in %-26s %4d\n", where, counts[where])
	}
	return text.String()
}
