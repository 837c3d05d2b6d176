package docs_test

import (
	"encoding/json"
	"encoding/xml"
	"go/format"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// snippet is one of docs/editors/brio.code-snippets, in the form of VS Code.
type snippet struct {
	Prefix, Scope, Description string
	Body                       lines
}

// lines is a text, or the lines of one.
type lines string

func (l *lines) UnmarshalJSON(text []byte) error {
	var all []string
	if err := json.Unmarshal(text, &all); err == nil {
		*l = lines(strings.Join(all, "\n"))
		return nil
	}
	return json.Unmarshal(text, (*string)(l))
}

// stop is a place of a snippet where the editor stops: $0, $1 or ${1:default}.
var stop = regexp.MustCompile(`\$(\d+)|\$\{(\d+):((?:[^\\}]|\\.)*)\}`)

// expand replaces the stops of a snippet. with gets the number of each and its text by default.
func (s *snippet) expand(with func(n, text string) string) string {
	defaults := map[string]string{}
	for _, m := range stop.FindAllStringSubmatch(string(s.Body), -1) {
		if m[2] != "" {
			defaults[m[2]] = strings.ReplaceAll(m[3], `\}`, `}`)
		}
	}
	return stop.ReplaceAllStringFunc(string(s.Body), func(text string) string {
		m := stop.FindStringSubmatch(text)
		n := m[1] + m[2]
		return with(n, defaults[n])
	})
}

func readSnippets(t *testing.T) map[string]*snippet {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(docs, "editors", "brio.code-snippets"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*snippet{}
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// The tasks of VS Code parse, and each has a command.
func TestTasksParse(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(docs, "editors", "tasks.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Tasks []struct{ Label, Type, Command string }
	}
	if err := json.Unmarshal(text, &file); err != nil || len(file.Tasks) == 0 {
		t.Fatal(err, file)
	}
	for _, task := range file.Tasks {
		if task.Label == "" || task.Type == "" || task.Command == "" {
			t.Errorf("the task %+v has no label, no type or no command", task)
		}
	}
}

// The Go of each snippet is formatted and compiles, in a package that docs/editors seems to have: a program, declarations, and statements in a
// function.
func TestSnippetsCompile(t *testing.T) {
	prefixes := map[string]bool{}
	var program, declarations, statements, tests string
	for _, name := range slices.Sorted(maps.Keys(readSnippets(t))) {
		s := readSnippets(t)[name]
		if s.Scope != "go" || s.Description == "" || !strings.HasPrefix(s.Prefix, "br") || prefixes[s.Prefix] {
			t.Errorf("%s: the prefix is %q, the scope %q, the description %q", name, s.Prefix, s.Scope, s.Description)
		}
		prefixes[s.Prefix] = true
		text := s.expand(func(_, text string) string { return text })
		if _, err := format.Source([]byte(text)); err != nil {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
		switch {
		case strings.HasPrefix(text, "package "):
			program += text + "\n"
		case strings.HasPrefix(text, "func Test"):
			tests += text + "\n\n"
		case strings.HasPrefix(text, "//"):
			declarations += text + "\n\n"
		case strings.HasPrefix(text, "brio."):
			statements += "_ = " + text + "\n"
		default:
			statements += text + "\n"
		}
	}
	dir := t.TempDir()
	replace := map[string]string{}
	for name, text := range map[string]string{
		"main.go": program,
		"more.go": "package main\n\nimport (\n\"context\"\n\"time\"\n\n\"github.com/brio-go/brio\"\n\"github.com/brio-go/brio/response\"\n)\n\n" +
			"type Item struct{}\n\n" + declarations + "func statements(app *brio.App) {\n" + statements + "}\n",
		"main_test.go": "package main\n\nimport (\n\"testing\"\n\n\"github.com/brio-go/brio/briotest\"\n)\n\n" + tests,
	} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		at, err := filepath.Abs(filepath.Join(docs, "editors", name))
		if err != nil {
			t.Fatal(err)
		}
		replace[at] = file
	}
	overlay := filepath.Join(dir, "overlay.json")
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(overlay, text, 0o666); err != nil {
		t.Fatal(err)
	}
	vet := exec.Command("go", "vet", "-overlay", overlay, "./editors")
	vet.Dir = docs
	vet.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off", "CGO_ENABLED=0")
	if out, err := vet.CombinedOutput(); err != nil {
		t.Errorf("go vet: %v\n%s", err, out)
	}
}

// templateSet is a file of live templates of GoLand.
type templateSet struct {
	XMLName   xml.Name   `xml:"templateSet"`
	Group     string     `xml:"group,attr"`
	Templates []template `xml:"template"`
}

type template struct {
	Name        string     `xml:"name,attr"`
	Value       string     `xml:"value,attr"`
	Description string     `xml:"description,attr"`
	Reformat    bool       `xml:"toReformat,attr"`
	Shorten     bool       `xml:"toShortenFQNames,attr"`
	Variables   []variable `xml:"variable"`
	Options     []option   `xml:"context>option"`
}

type variable struct {
	Name       string `xml:"name,attr"`
	Expression string `xml:"expression,attr"`
	Default    string `xml:"defaultValue,attr"`
	Stop       bool   `xml:"alwaysStopAt,attr"`
}

type option struct {
	Name  string `xml:"name,attr"`
	Value bool   `xml:"value,attr"`
}

// The live templates of GoLand are made of the snippets of VS Code, so both have the same.
func TestSnippetsOfGoLand(t *testing.T) {
	set := templateSet{Group: "Brio"}
	snippets := readSnippets(t)
	for _, name := range slices.Sorted(maps.Keys(snippets)) {
		s := snippets[name]
		made := template{Name: s.Prefix, Description: s.Description, Reformat: true, Options: []option{{"GO_FILE", true}, {"GO_STATEMENT", true}, {"GO_EXPRESSION", true}}}
		made.Value = s.expand(func(n, text string) string {
			if n == "0" {
				return "$END$"
			}
			name := "P" + n
			if !slices.ContainsFunc(made.Variables, func(v variable) bool { return v.Name == name }) {
				made.Variables = append(made.Variables, variable{Name: name, Default: strconv.Quote(text), Stop: true})
			}
			return "$" + name + "$"
		})
		set.Templates = append(set.Templates, made)
	}
	text, err := xml.MarshalIndent(set, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	want := string(text) + "\n"
	file := filepath.Join(docs, "editors", "Brio.xml")
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not made of the snippets: make docs-update writes it", file)
	}
	if regexp.MustCompile(`\$\{?\d`).MatchString(want) || strings.Count(want, "$END$") != len(set.Templates) {
		t.Errorf("a stop of VS Code is left, or a template has no end:\n%s", want)
	}
}
