package docs_test

import (
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio/internal/constraint"
)

// legal says where options of a type may stand.
var legal = map[string]string{
	"AppOption":      "app",
	"DocumentOption": "app, `Document`",
	"LifespanOption": "app, router, include",
	"Option":         "app, router, include, route",
	"RouteOption":    "route",
	"RouterOption":   "router, include",
	"RunOption":      "`Run`, `Serve`",
	"StaticOption":   "`Static`, `Frontend`",
	"TextOption":     "document, route",
}

const begin, end = "<!-- generated: `make docs-update` writes what follows -->\n", "\n<!-- end -->"

// TestReferenceIsGenerated: the pages of the reference have the tables that the code gives. With -update they are written.
func TestReferenceIsGenerated(t *testing.T) {
	mistakes, _ := mistakeTables(t)
	checkTables(t, "docs/options.md", optionTable(t), kindTable(t))
	checkTables(t, "docs/reference/mistakes.md", mistakes, exampleSection(t))
}

// checkTables compares the marked parts of a page with what they should be, in this order.
func checkTables(t *testing.T, page string, tables ...string) {
	t.Helper()
	file := filepath.Join(root, page)
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := string(content)
	for _, table := range tables {
		from := strings.Index(text, begin)
		if from < 0 {
			t.Fatalf("%s lacks the marks of a table", page)
		}
		from += len(begin)
		to := from + strings.Index(text[from:], end)
		if text[from:to] != table && !*update {
			t.Errorf("%s has another table than the code: `make docs-update` writes it; want\n%s", page, table)
		}
		text = text[:from] + table + text[to:]
		// The next table stands behind this one.
		text = strings.Replace(text, begin, "<!-- done -->\n", 1)
	}
	text = strings.ReplaceAll(text, "<!-- done -->\n", begin)
	if *update && text != string(content) {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// optionTable has a row for each function of package brio that returns an option: where it is legal, and the first sentence of its
// comment.
func optionTable(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	var parsed []*ast.File
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, f)
	}
	pkg, err := doc.NewFromFiles(fset, parsed, "github.com/brio-go/brio")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]string{}
	funcs := slices.Clone(pkg.Funcs)
	for _, typ := range pkg.Types {
		funcs = append(funcs, typ.Funcs...)
	}
	for _, f := range funcs {
		results := f.Decl.Type.Results
		if results == nil || len(results.List) != 1 {
			continue
		}
		result, ok := results.List[0].Type.(*ast.Ident)
		if !ok || legal[result.Name] == "" {
			continue
		}
		synopsis := strings.ReplaceAll(strings.ReplaceAll(pkg.Synopsis(f.Doc), "|", `\|`), "*", `\*`)
		rows[f.Name] = fmt.Sprintf("| `%s` | %s | %s |\n", f.Name, legal[result.Name], strings.TrimPrefix(synopsis, f.Name+" "))
	}
	if len(rows) < 80 {
		t.Errorf("only %d options: the package has another form than this test expects", len(rows))
	}
	table := "\n| option | legal on | what it does |\n|---|---|---|\n"
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		table += rows[name]
	}
	return table
}

// kindTable has a row for each type of error in a 422 and in the answers to exceeded limits: the message and the cause are those of the
// function that makes it.
func kindTable(t *testing.T) string {
	kinds := constraint.Kinds()
	made := failures(t)
	table := "\n| type | ctx | message | cause | cure for the client |\n|---|---|---|---|---|\n"
	cell := func(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		names := "–"
		if len(kinds[kind]) > 0 {
			names = "`" + strings.Join(kinds[kind], "`, `") + "`"
		}
		f, ok := made[kind]
		if !ok && len(kinds[kind]) == 1 && strings.HasPrefix(kinds[kind][0], "max_") { // internal/exchange writes the text
			f, ok = failure{"names the limit", "the request exceeds the limit in ctx: [Limits](limits.md)"}, true
		}
		if !ok {
			t.Errorf("no function of internal/constraint makes the kind %s, or its comment does not say \"is the failure for …\"", kind)
		}
		cure := cureOf(kind)
		if cure == "" {
			t.Errorf("the kind %s has no cure: add one to cures", kind)
		}
		table += fmt.Sprintf("| `%s` | %s | %s | %s | %s |\n", kind, names, cell(f.message), cell(f.cause), cure)
	}
	return table
}

// cures say what a client sends instead, by the type of error or by its last word.
var cures = map[string]string{
	"missing":         "send it; a program makes a field optional by a pointer, `Optional`, a default or `omitempty`",
	"extra_forbidden": "leave the key out", "duplicate_key": "send the key once", "ambiguous_key": "write the key as the field",
	"json_invalid": "send JSON; `error` says what was expected", "json_too_deep": "send fewer levels; a program sets `MaxDepth`",
	"too_many_elements": "send fewer values; a program sets `MaxElements`", "too_many_pairs": "send fewer pairs; a program sets `MaxPairs`",
	"too_many_fields": "send fewer fields; a program sets `UploadLimits`", "too_many_files": "send fewer files; a program sets `UploadLimits`",
	"part_too_large": "send a smaller part; a program sets `UploadLimits`", "part_headers_too_large": "send shorter headers of the part",
	"body_too_large": "send a smaller body; a program sets `MaxBody`", "read_timeout": "send faster; a program sets `ReadTimeout`",
	"enum": "send one of `expected`", "literal_error": "send one of `expected`", "none_required": "send null", "finite_number": "send a finite number",
	"int_from_float": "send a number without a fraction", "int_parsing_size": "send a smaller number", "string_unicode": "send UTF-8",
	"string_pattern_mismatch": "send a text that `pattern` matches", "multiple_of": "send a multiple", "greater_than": "send a greater value",
	"greater_than_equal": "send a greater value", "less_than": "send a smaller value", "less_than_equal": "send a smaller value",
	"union_ambiguous": "send the members of one variant alone", "union_tag_invalid": "send one of `expected_tags`", "union_tag_not_found": "send the discriminator",
	"uuid_version": "send a UUID of `expected_version`", "url_scheme": "use one of `expected_schemes`", "value_error": "as the message says: a rule of the program is broken",
	"assertion_error": "as the message says: a rule of the program is broken", "timezone_aware": "send a zone", "timezone_naive": "send no zone",
	"date_from_datetime_inexact": "send a date, or midnight", "model_attributes_type": "send an object",
	"short": "send more", "long": "send less", "past": "send a moment before now", "future": "send a moment after now",
	"type": "send a value of the type that the message names", "parsing": "send a text in the form that the message names",
	"address": "send an address", "network": "send a network in CIDR notation, as in 10.0.0.0/8",
	"content_digest_mismatch": "send the body again", "content_digest_invalid": "send the field in the form that the message names",
	"version_missing": "name one of the versions", "version_unknown": "name one of the versions",
	"patch_missing": "read the value again, and make a patch of it", "patch_test": "read the value again, and make a patch of it",
	"slow": "send faster; a program sets `ReadTimeout` and `MinReadRate`", "large": "send less; a program raises the limit",
}

func cureOf(kind string) string {
	if cure := cures[kind]; cure != "" {
		return cure
	}
	return cures[kind[strings.LastIndex(kind, "_")+1:]]
}

type failure struct{ message, cause string }

var failureFor = regexp.MustCompile(`(?s)is (?:the failure|a value_error)[^,.]*? (?:for|when|without) (.*?)(?:\. |\.$|\z)`)

// failures reads the functions that make errors, by the type of error.
func failures(t *testing.T) map[string]failure {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(root, "internal/constraint/*.go"))
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	made := map[string]failure{}
	s := sources{texts: map[string]ast.Expr{}}
	for _, name := range names {
		f, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Doc == nil || fn.Recv != nil || !fn.Name.IsExported() || fn.Body == nil {
				continue
			}
			doc := strings.Join(strings.Fields(fn.Doc.Text()), " ")
			cause := ""
			if m := failureFor.FindStringSubmatch(doc); m != nil {
				cause = m[1]
			} else if _, after, ok := strings.Cut(doc, " is "); ok {
				cause, _, _ = strings.Cut(after, ". ")
			}
			ast.Inspect(fn.Body, func(n ast.Node) bool {
				kind, message := "", ""
				switch n := n.(type) {
				case *ast.CallExpr:
					if x, ok := n.Fun.(*ast.Ident); ok && strings.HasPrefix(x.Name, "fail") && len(n.Args) >= 2 {
						kind, message = s.text(n.Args[0]), s.text(n.Args[1])
					} else if ok && x.Name == "limitFailure" {
						kind, message = s.text(n.Args[0]), s.text(n.Args[3])
					}
				case *ast.CompositeLit:
					for _, e := range n.Elts {
						if kv, ok := e.(*ast.KeyValueExpr); ok {
							switch fmt.Sprint(kv.Key) {
							case "Type":
								kind = s.text(kv.Value)
							case "Msg":
								message = s.text(kv.Value)
							}
						}
					}
				}
				if _, has := made[kind]; kind != "" && !has {
					made[kind] = failure{message, strings.TrimSuffix(cause, ".")}
				}
				return true
			})
		}
	}
	return made
}
