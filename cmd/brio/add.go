package main

import (
	"embed"
	"errors"
	"flag"
	"fmt"
	"go/format"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"unicode"
	"unicode/utf8"
)

// scaffolds has two templates for each kind of thing that add writes: the code and its test.
//
//go:embed _add
var scaffolds embed.FS

// addKinds are the first arguments of add.
var addKinds = []string{"route", "dependency", "resource"}

// appTemplate makes the client of a test: of the program's app if there is a function that makes it, otherwise of an app that has the
// new line alone.
const appTemplate = `{{define "app"}}{{if .App}}c := briotest.New(t, {{.App}}()){{else}}app := brio.New()
	{{.Line "app" "brio"}}
	c := briotest.New(t, app){{end}}{{end}}`

// addCommand is the command that adds code to a project.
func addCommand() command {
	return command{
		name: "add", args: "route|dependency|resource NAME", short: "add code with its test to a project", long: `
Add writes NAME.go and NAME_test.go beside the function that makes the app, and adds a line to that function.

  route       one route with its models; -method and -path choose the request
  dependency  a type and the function that makes it for each request
  resource    routes that list, create, read, update and delete, with their models and a store in memory

A NAME of several words is written order-line or orderLine. That of a resource is a plural; -singular has the word for one. Files
are never overwritten. Where the place of the line is not certain, add prints the line and leaves the program as it is.`,
		define: func(flags *flag.FlagSet) runner {
			o := &addOptions{}
			flags.StringVar(&o.pkg, "pkg", "", "the `package` that makes the app; by default that of the current folder, or the only one below it")
			flags.StringVar(&o.in, "in", "", "the `function` that gets the line, if several make or fill an app")
			flags.StringVar(&o.method, "method", "", "the `method` of a route: GET, POST, PUT, PATCH, DELETE; GET by default")
			flags.StringVar(&o.path, "path", "", "the `path` of a route or a resource, as in /shops/{shop}; /NAME by default")
			flags.StringVar(&o.singular, "singular", "", "the `word` for one thing of a resource, as in person for people")
			return o.run
		},
	}
}

// addOptions are the flags of add.
type addOptions struct{ pkg, in, method, path, singular string }

// scaffold is what the templates read.
type scaffold struct {
	Package            string
	Kind               string
	Type, Var, Words   string // of one thing: OrderLine, orderLine, order line
	PluralType         string // of a resource: OrderLines
	PluralWords        string
	Func               string // that makes a dependency
	Header             string // that a dependency reads
	Method, Verb, Path string // Verb is the method of a Router: Get
	Sample             string // Path with a value for each wildcard
	HasBody            bool
	Wildcards          []wildcard
	App                string // the function that makes the program's app and takes nothing; "": none
	base               string // of the names of the files
}

// wildcard is a part of a path with its field.
type wildcard struct{ Name, Field string }

// Line is the line that registers the scaffold on an app, in a file that imports Brio under a name.
func (s *scaffold) Line(app, pkg string) string {
	switch s.Kind {
	case "route":
		return fmt.Sprintf("%s.%s(%q, %s)", app, s.Verb, s.Path, s.Var)
	case "resource":
		return fmt.Sprintf("%s.Include(%sRoutes(), %s.Prefix(%q))", app, s.Var, pkg, s.Path)
	}
	return fmt.Sprintf("%s.Provide(%s)", pkg, s.Func)
}

// run writes the files and adds the line.
func (o *addOptions) run(s *streams, args, _ []string) error {
	if len(args) != 2 {
		return wrong("add takes two arguments: %s, and a name", strings.Join(addKinds, ", "))
	}
	made, err := o.scaffold(args[0], args[1])
	if err != nil {
		return err
	}
	dir, err := o.folder()
	if err != nil {
		return err
	}
	source, err := readSource(dir)
	if err != nil {
		return err
	}
	made.Package = source.name
	place, reason := source.place(made.Kind == "dependency", o.in)
	if reason == "" {
		made.App = place.makesApp(source)
	}
	files, err := made.render(source)
	if err != nil {
		return err
	}
	line := made.Line("app", "brio")
	if reason == "" {
		line = made.Line(place.app, place.brio)
		if reason, err = place.insert(source, line); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := writeNew(filepath.Join(dir, name), files[name]); err != nil {
			return err
		}
		fmt.Fprintf(s.out, "wrote %s\n", shortPath(filepath.Join(dir, name)))
	}
	if reason == "" {
		if err := place.write(); err != nil {
			return err
		}
		fmt.Fprintf(s.out, "added to %s:%d: %s\n", shortPath(place.path), place.line, line)
	} else {
		fmt.Fprintf(s.out, "\nAdd this line where the app is made, because %s:\n\n  %s\n", reason, line)
	}
	if made.Kind == "dependency" {
		fmt.Fprintf(s.out, "\nA handler or another dependency that takes a parameter of the type %s gets it.\n", made.Type)
	}
	_, err = fmt.Fprintf(s.out, "\nNext:\n\n  go test %s\n", testTarget(dir))
	return err
}

// testTarget is the package of a folder, for the go tool.
func testTarget(dir string) string {
	short := shortPath(dir)
	if short == "." || filepath.IsAbs(short) || strings.HasPrefix(short, "..") {
		return short
	}
	return "./" + filepath.ToSlash(short)
}

// shortPath is a path as it is seen from the current folder.
func shortPath(path string) string {
	if here, err := os.Getwd(); err == nil {
		if short, err := filepath.Rel(here, path); err == nil {
			return short
		}
	}
	return path
}

// writeNew writes a file that is not there.
func writeNew(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("the file %s is there already\n\tlegal: a name whose files are new", shortPath(path))
	}
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

// methods are the values of -method, with the methods of a Router.
var methods = map[string]string{"GET": "Get", "POST": "Post", "PUT": "Put", "PATCH": "Patch", "DELETE": "Delete"}

// nameForm is the form of the name of an addition: words with dashes, underscores or capital letters.
var nameForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*([-_][A-Za-z0-9]+)*$`)

// scaffold makes the names of what is added.
func (o *addOptions) scaffold(kind, name string) (*scaffold, error) {
	if !slices.Contains(addKinds, kind) {
		return nil, wrong("add %q: what is added is one of %s", kind, strings.Join(addKinds, ", "))
	}
	for _, word := range []string{name, o.singular} {
		if word != "" && !nameForm.MatchString(word) {
			return nil, wrong("the name is %q: a name is a word, or several as in order-line or orderLine", word)
		}
	}
	if o.method != "" && kind != "route" {
		return nil, wrong("-method is for a route")
	}
	if o.path != "" && kind == "dependency" || o.singular != "" && kind != "resource" {
		return nil, wrong("a %s has no -path and no -singular", kind)
	}
	words := wordsOf(name)
	s := &scaffold{Kind: kind, base: strings.Join(words, "")}
	s.PluralType, s.PluralWords = camel(words, true), strings.Join(words, " ")
	one := words
	if kind == "resource" {
		one = append(slices.Clone(words[:len(words)-1]), singular(words[len(words)-1]))
		if o.singular != "" {
			one = wordsOf(o.singular)
		}
		if slices.Equal(one, words) {
			return nil, wrong("the name %q of a resource is no plural that add knows: name one thing of it with -singular", name)
		}
	}
	s.Type, s.Var, s.Words = camel(one, true), camel(one, false), strings.Join(one, " ")
	s.Func = "new" + s.Type
	s.Header = "X-" + strings.Join(titles(words), "-")
	s.Method = strings.ToUpper(o.method)
	if s.Method == "" {
		s.Method = "GET"
	}
	if s.Verb = methods[s.Method]; s.Verb == "" {
		return nil, wrong("-method %q is none of GET, POST, PUT, PATCH, DELETE", o.method)
	}
	s.HasBody = s.Method == "POST" || s.Method == "PUT" || s.Method == "PATCH"
	if s.Path = o.path; s.Path == "" {
		s.Path = "/" + strings.Join(words, "-")
	}
	if isTaken(s.Var) {
		return nil, wrong("%s is a word of Go or of the files that are written: take another name, as in %s", s.Var, s.Var+"-page")
	}
	return s, s.readPath()
}

// wildcardForm is a wildcard of a path that stands for one segment.
var wildcardForm = regexp.MustCompile(`\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// readPath finds the wildcards of the path.
func (s *scaffold) readPath() error {
	if !strings.HasPrefix(s.Path, "/") || len(s.Path) > 1 && strings.HasSuffix(s.Path, "/") && s.Kind == "resource" {
		return wrong("-path %q: a path begins with a slash, and that of a resource does not end with one", s.Path)
	}
	if rest := wildcardForm.ReplaceAllString(s.Path, ""); strings.ContainsAny(rest, "{}\"\\` ?#") || s.Kind == "resource" && rest != s.Path {
		return wrong("-path %q: a wildcard of a route is {name}, and a resource has none", s.Path)
	}
	for _, m := range wildcardForm.FindAllStringSubmatch(s.Path, -1) {
		w := wildcard{m[1], camel(wordsOf(m[1]), true)}
		if w.Field == "Message" || slices.ContainsFunc(s.Wildcards, func(o wildcard) bool { return o.Field == w.Field }) {
			return wrong("-path %q: the wildcard %s needs another name", s.Path, m[0])
		}
		s.Wildcards = append(s.Wildcards, w)
	}
	s.Sample = wildcardForm.ReplaceAllString(s.Path, "1")
	return nil
}

// isTaken reports whether a name cannot be that of a function or a parameter of the files that are written.
func isTaken(name string) bool {
	return token.IsKeyword(name) || types.Universe.Lookup(name) != nil ||
		slices.Contains([]string{"main", "init", "brio", "briotest", "response", "slices", "sync", "testing", "app", "c", "t", "in", "body", "store", "patch"}, name)
}

// wordsOf divides a name into its words, in lower case. A capital letter begins a word, unless the one before is capital too.
func wordsOf(name string) []string {
	var words []string
	for part := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == '-' || r == '_' }) {
		begin := 0
		for i, r := range part {
			if i > 0 && unicode.IsUpper(r) && !unicode.IsUpper(rune(part[i-1])) {
				words = append(words, strings.ToLower(part[begin:i]))
				begin = i
			}
		}
		words = append(words, strings.ToLower(part[begin:]))
	}
	return words
}

// initialisms are words that Go writes in capital letters.
var initialisms = map[string]bool{"api": true, "html": true, "http": true, "id": true, "ip": true, "json": true, "sku": true, "sql": true, "uri": true, "url": true, "uuid": true}

// titles are the words with a capital letter, and initialisms with all.
func titles(words []string) (out []string) {
	for _, w := range words {
		if initialisms[w] {
			out = append(out, strings.ToUpper(w))
			continue
		}
		r, size := utf8.DecodeRuneInString(w)
		out = append(out, string(unicode.ToUpper(r))+w[size:])
	}
	return out
}

// camel joins words to a Go name.
func camel(words []string, isExported bool) string {
	parts := titles(words)
	if !isExported {
		parts[0] = words[0]
	}
	return strings.Join(parts, "")
}

// singular returns the word for one thing of a plural, and other words as they are.
func singular(word string) string {
	for _, end := range []struct{ plural, one string }{
		{"ies", "y"}, {"sses", "ss"}, {"ches", "ch"}, {"shes", "sh"}, {"xes", "x"}, {"ss", "ss"}, {"us", "us"}, {"is", "is"}, {"s", ""},
	} {
		if stem, ok := strings.CutSuffix(word, end.plural); ok && len(stem) > 1 {
			return stem + end.one
		}
	}
	return word
}

// render makes the files. It refuses names that the package has.
func (s *scaffold) render(source *source) (map[string]string, error) {
	files := map[string]string{}
	for _, end := range []string{".go", "_test.go"} {
		name, from := s.base+end, s.Kind+end+".tmpl"
		if _, err := os.Lstat(filepath.Join(source.dir, name)); err == nil {
			return nil, fmt.Errorf("the file %s is there already\n\tlegal: a name whose files are new", shortPath(filepath.Join(source.dir, name)))
		}
		t, err := template.New(from).ParseFS(scaffolds, path.Join("_add", from))
		if err == nil {
			t, err = t.Parse(appTemplate)
		}
		if err != nil {
			return nil, err
		}
		var b strings.Builder
		if err := t.Execute(&b, s); err != nil {
			return nil, err
		}
		text, err := format.Source([]byte(b.String()))
		if err != nil {
			return nil, fmt.Errorf("%s: %w\n%s", name, err, b.String())
		}
		if err := source.refuseNames(name, text); err != nil {
			return nil, err
		}
		files[name] = string(text)
	}
	return files, nil
}

// folder returns the folder of the package that makes the app.
func (o *addOptions) folder() (string, error) {
	if o.pkg != "" {
		out, err := exec.Command("go", "list", "-f", "{{.Dir}}", "--", o.pkg).Output()
		if failed := (*exec.ExitError)(nil); errors.As(err, &failed) {
			return "", fmt.Errorf("-pkg %s: %s", o.pkg, strings.TrimSpace(string(failed.Stderr)))
		}
		if dirs := strings.Fields(string(out)); err == nil && len(dirs) != 1 {
			return "", fmt.Errorf("-pkg %s has %d packages\n\tlegal: one package, as in ./cmd/shop", o.pkg, len(dirs))
		}
		return strings.TrimSpace(string(out)), err
	}
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	if makesApp(here) {
		return here, nil
	}
	var found []string
	err = filepath.WalkDir(here, func(dir string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil || !entry.IsDir() || dir == here:
			return err
		case strings.HasPrefix(entry.Name(), ".") || strings.HasPrefix(entry.Name(), "_") || slices.Contains([]string{"vendor", "testdata", "node_modules"}, entry.Name()):
			return fs.SkipDir
		}
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return fs.SkipDir // another module
		}
		if makesApp(dir) {
			found = append(found, dir)
		}
		return nil
	})
	switch {
	case err != nil:
		return "", err
	case len(found) == 0:
		return "", errors.New("no package of the current folder and below it makes an app with brio.New\n\tlegal: the folder of a program; brio new makes one")
	case len(found) > 1:
		for i, dir := range found {
			found[i] = testTarget(dir)
		}
		return "", fmt.Errorf("%d packages below the current folder make an app: name one with -pkg\n\tlegal: %s", len(found), strings.Join(found, ", "))
	}
	return found[0], nil
}
