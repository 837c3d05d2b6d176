package docs_test

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// checkedBy are the packages that find mistakes in declarations, with the title under which the page lists theirs. The second list has
// packages that read types, tags and paths: their errors are the texts of mistakes that another package reports.
var checkedBy = []struct {
	title, dir string
	isReader   bool
}{
	{"Options of package brio", ".", false},
	{"Switches and limits", "internal/argument", false},
	{"Routes, handlers and results", "internal/route", false},
	{"Functions, providers and paths", "internal/mistakes", false},
	{"Parameters and providers", "internal/inject", false},
	{"Documents, pages and mounted apps", "internal/app", false},
	{"Options", "internal/declare", false},
	{"Health checks", "internal/health", false},
	{"Static files", "internal/files", false},
	{"Addresses, TLS and the environment", "internal/serve", false},
	{"Middleware", "middleware", false},
	{"Functions, ends of messages", "internal/inject", true},
	{"Functions, what is legal", "internal/mistakes", true},
	{"Paths", "internal/pathtree", true},
	{"Fields and tags", "internal/model", true},
	{"Rules", "internal/constraint", true},
	{"Sources and bodies", "internal/bind", true},
	{"Languages", "internal/translate", true},
	{"Response models", "internal/encode", true},
	{"Settings", "internal/settings", true},
}

// mistake is one text of a start-up report, with … for what differs.
type mistake struct{ found, legal string }

// atRequests are files of readers whose texts are for requests, values and logs, and not for declarations.
var atRequests = regexp.MustCompile(`^(clock|duration|host|moment|limits|report|jsontext|names|maps|cleanup|email|kinds|bounds|upload|parts|request|append|walk|decode|value|state|fast|known|doc|explain|outside|multiple|calendar|append|encoder|dynamic|stream)\w*\.go$`)

// mistakesOf returns the mistakes that the sources of a package have, in the order of the alphabet.
func mistakesOf(t *testing.T, dir string, isReader bool) []mistake {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(root, dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || isReader && atRequests.MatchString(filepath.Base(name)) {
			continue
		}
		f, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	s := sources{texts: map[string]ast.Expr{}, reporters: map[string][2]int{"fail": {0, 1}}}
	for _, f := range files {
		s.declarations(f)
	}
	for _, f := range files {
		if isReader {
			s.errors(f)
		} else {
			s.reports(f)
		}
	}
	slices.SortFunc(s.all, func(a, b mistake) int {
		return cmp.Or(strings.Compare(a.found, b.found), strings.Compare(a.legal, b.legal))
	})
	return slices.Compact(s.all)
}

// sources reads the texts of one package.
type sources struct {
	texts     map[string]ast.Expr // constants and variables of the package
	reporters map[string][2]int   // functions with the parameters found and legal, and where these stand
	all       []mistake
}

// declarations notes constants, variables and functions that report mistakes.
func (s *sources) declarations(f *ast.File) {
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			for i, name := range n.Names {
				if i < len(n.Values) {
					s.texts[name.Name] = n.Values[i]
				}
			}
		case *ast.FuncDecl:
			found, legal, i := -1, -1, 0
			for _, p := range n.Type.Params.List {
				for _, name := range p.Names {
					switch name.Name {
					case "found":
						found = i
					case "legal":
						legal = i
					}
					i++
				}
			}
			if found >= 0 && legal >= 0 {
				s.reporters[n.Name.Name] = [2]int{found, legal}
			}
		}
		return true
	})
}

// reports notes what the code puts into Found and Legal: in a composite literal, an assignment, a call of a function that reports, or
// the results of a function whose last result is called legal.
func (s *sources) reports(f *ast.File) {
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			var found, legal ast.Expr
			for _, e := range n.Elts {
				if kv, ok := e.(*ast.KeyValueExpr); ok {
					switch fmt.Sprint(kv.Key) {
					case "Found":
						found = kv.Value
					case "Legal":
						legal = kv.Value
					}
				}
			}
			if found != nil {
				s.add(found, legal)
			}
		case *ast.AssignStmt:
			if len(n.Lhs) == 1 && len(n.Rhs) == 1 {
				if x, ok := n.Lhs[0].(*ast.Ident); isField(n.Lhs[0], "Found") || ok && (x.Name == "found" || x.Name == "wrong") {
					s.add(n.Rhs[0], nil)
				}
			}
			if len(n.Lhs) == 2 && len(n.Rhs) == 2 && isField(n.Lhs[0], "Found") && isField(n.Lhs[1], "Legal") {
				s.add(n.Rhs[0], n.Rhs[1])
			}
		case *ast.CallExpr:
			name := ""
			switch fn := n.Fun.(type) {
			case *ast.Ident:
				name = fn.Name
			case *ast.SelectorExpr:
				name = fn.Sel.Name
			}
			if at, ok := s.reporters[name]; ok && len(n.Args) > max(at[0], at[1]) {
				s.add(n.Args[at[0]], n.Args[at[1]])
			}
		case *ast.FuncDecl:
			results := n.Type.Results
			if results == nil || n.Body == nil {
				return true
			}
			var names []string
			for _, r := range results.List {
				for _, name := range r.Names {
					names = append(names, name.Name)
				}
			}
			if len(names) != 2 || names[1] != "legal" {
				return true
			}
			ast.Inspect(n.Body, func(n ast.Node) bool {
				if r, ok := n.(*ast.ReturnStmt); ok && len(r.Results) == 2 {
					s.add(r.Results[0], r.Results[1])
				}
				return true
			})
		}
		return true
	})
}

// sentence matches texts of at least four words, which tags, names and formats are not.
var sentence = regexp.MustCompile(`^\S+( \S+){3}`)

// errors notes the sentences in the code: those of panics and comments are none of them.
func (s *sources) errors(f *ast.File) {
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if fn, ok := n.Fun.(*ast.Ident); ok && fn.Name == "panic" {
				return false
			}
		case *ast.Field:
			return n.Tag == nil
		case *ast.BinaryExpr:
			if text := s.text(n); n.Op == token.ADD && sentence.MatchString(strings.TrimSpace(text)) {
				s.all = append(s.all, mistake{found: text})
				return false
			}
		case *ast.BasicLit:
			if text := s.text(n); n.Kind == token.STRING && sentence.MatchString(strings.TrimSpace(text)) {
				s.all = append(s.all, mistake{found: text})
			}
		}
		return true
	})
}

func isField(e ast.Expr, name string) bool {
	sel, ok := e.(*ast.SelectorExpr)
	return ok && sel.Sel.Name == name
}

func (s *sources) add(found, legal ast.Expr) {
	m := mistake{found: s.text(found)}
	if legal != nil {
		m.legal = s.text(legal)
	}
	if strings.Trim(m.found, "… :;()\"") != "" { // the text is that of an error which a reader makes
		s.all = append(s.all, m)
	}
}

var (
	verb     = regexp.MustCompile(`%[+#]?[sdvqTw]`)
	ellipses = regexp.MustCompile(`…(\s?…)+`)
)

// text returns the text of an expression, with … for all that only a run can tell.
func (s *sources) text(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		if err != nil {
			return "…"
		}
		return text
	case *ast.ParenExpr:
		return s.text(e.X)
	case *ast.BinaryExpr:
		return ellipses.ReplaceAllString(s.text(e.X)+s.text(e.Y), "…")
	case *ast.CallExpr:
		if fn, ok := e.Fun.(*ast.SelectorExpr); ok && fn.Sel.Name == "Sprintf" && len(e.Args) > 0 {
			return formatted(s.text(e.Args[0]))
		} else if ok && fn.Sel.Name == "TrimPrefix" {
			return s.text(e.Args[0])
		}
	case *ast.Ident:
		if value := s.texts[e.Name]; value != nil {
			delete(s.texts, e.Name) // a variable of that name inside of a function may name itself
			text := s.text(value)
			s.texts[e.Name] = value
			return text
		}
	}
	return "…"
}

func formatted(text string) string {
	return strings.ReplaceAll(verb.ReplaceAllStringFunc(text, func(v string) string {
		if strings.HasSuffix(v, "q") {
			return `"…"`
		}
		return "…"
	}), "%%", "%")
}

// mistakeTables returns the tables of docs/reference/mistakes.md, and all texts in them.
func mistakeTables(t *testing.T) (tables string, all []mistake) {
	t.Helper()
	cell := func(text string) string {
		if text == "" || text == "…" {
			return "–"
		}
		return "`` " + strings.ReplaceAll(strings.ReplaceAll(strings.TrimSpace(text), "|", `\|`), "\n", " ") + " ``"
	}
	examples := exampleReports(t)
	var b strings.Builder
	for _, p := range checkedBy {
		list := mistakesOf(t, p.dir, p.isReader)
		if p.isReader { // without the texts that another table has
			list = slices.DeleteFunc(list, func(m mistake) bool {
				return slices.ContainsFunc(all, func(o mistake) bool {
					return formatted(o.found) == formatted(m.found) || formatted(o.legal) == formatted(m.found)
				})
			})
		}
		if len(list) == 0 {
			continue
		}
		all = append(all, list...)
		fmt.Fprintf(&b, "\n### %s\n\n| the report says | cure | example |\n|---|---|---|\n", p.title)
		for _, m := range list {
			m.found, m.legal = formatted(m.found), formatted(m.legal)
			example := "–"
			if i := slices.IndexFunc(examples, func(e report) bool { return e.has(m) }); i >= 0 {
				example = "[" + examples[i].name + "](#" + strings.ReplaceAll(examples[i].name, " ", "-") + ")"
			}
			fmt.Fprintf(&b, "| %s | %s | %s |\n", cell(m.found), cell(m.legal), example)
		}
	}
	return b.String(), all
}

// report is one misdeclared app of tests/startup with its report.
type report struct{ name, code, text string }

// has reports whether the report has a mistake.
func (r report) has(m mistake) bool {
	parts := strings.Split(regexp.QuoteMeta(formatted(m.found)), "…")
	return len(strings.Join(parts, "")) > 8 && regexp.MustCompile(strings.Join(parts, ".*")).MatchString(r.text)
}

// exampleReports reads the misdeclared apps of tests/startup, whose reports a test there compares.
func exampleReports(t *testing.T) []report {
	t.Helper()
	const file = root + "/tests/startup/cases_test.go"
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, source, 0)
	if err != nil {
		t.Fatal(err)
	}
	var all []report
	ast.Inspect(f, func(n ast.Node) bool {
		lit, ok := n.(*ast.CompositeLit)
		if !ok || len(lit.Elts) == 0 {
			return true
		}
		kv, ok := lit.Elts[0].(*ast.KeyValueExpr)
		if !ok || fmt.Sprint(kv.Key) != "name" {
			return true
		}
		name, err := strconv.Unquote(kv.Value.(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(root, "tests/startup/testdata/reports", strings.ReplaceAll(name, " ", "_")+".golden"))
		if err != nil {
			t.Fatal(err)
		}
		_, body, _ := strings.Cut(string(text), "\n\n")
		lines := strings.Split(string(source[fset.Position(lit.Elts[1].Pos()).Offset:fset.Position(lit.Elts[len(lit.Elts)-1].End()).Offset]), "\n")
		for i, line := range lines {
			lines[i] = strings.TrimPrefix(line, "\t")
		}
		all = append(all, report{strings.ReplaceAll(strings.ToLower(name), "-", " "), strings.Join(lines, "\n"), strings.TrimSpace(body)})
		return false
	})
	return all
}

// exampleSection shows the misdeclared apps.
func exampleSection(t *testing.T) string {
	var b strings.Builder
	for _, e := range exampleReports(t) {
		fmt.Fprintf(&b, "\n### %s\n\n```text\n%s\n\n%s\n```\n", e.name, e.code, strings.ReplaceAll(e.text, "cases_test.go:NNN", "main.go:12"))
	}
	return b.String()
}

// TestReportsAreInReference: each line of a report of tests/startup is one of the texts that were read from the sources, so that no
// place is missed in which the code makes a mistake.
func TestReportsAreInReference(t *testing.T) {
	_, all := mistakeTables(t)
	if len(all) < 100 {
		t.Errorf("only %d mistakes: the sources have another form than this test expects", len(all))
	}
	for _, e := range exampleReports(t) {
		for part := range strings.SplitSeq(e.text, "\n\n") {
			if !slices.ContainsFunc(all, report{text: part}.has) {
				t.Errorf("%s: the reference has no mistake with this text:\n%s", e.name, part)
			}
		}
	}
}
