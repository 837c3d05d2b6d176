package house_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/names.txt anew, take lines out of the lists, lower the bounds")

// place is one finding of a measure.
type place struct {
	key string // what and where without a line number: the line in testdata/known
	at  string // file and line, for people
}

// measure finds the places of one kind. It is bad to find more of them than before.
type measure struct {
	name   string
	rule   string // what should be
	remedy string // what to do about a new place
	listed bool   // testdata/known/<name>.txt lists each place; otherwise the number alone counts
	find   func(*tree) []place
}

var measures = []measure{
	{
		name:   "exported names",
		rule:   "the public surface only shrinks",
		remedy: "make the name unexported or internal; the difference of testdata/names.txt shows which is new",
		find:   func(t *tree) []place { return counted(exported(t)) },
	},
	{
		name:   "engine names",
		rule:   "the public surface has nothing that only the framework uses",
		remedy: "move the name to a package below internal/; testdata/engine.txt lists those that are there",
		find:   func(t *tree) []place { places, _ := t.engine(readEngine()); return places },
	},
	{
		name:   "internal types",
		rule:   "no exported declaration of a public package names a type of an internal package, outside of framework.go",
		remedy: "unexport the declaration, or move it to the package's framework.go if the framework must have it",
		listed: true,
		find:   internalTypes,
	},
	{
		name:   "unsafe packages",
		rule:   "two packages import unsafe",
		remedy: "use internal/invoke or internal/memory",
		listed: true,
		find:   unsafePackages,
	},
	{
		name:   "unsafe files",
		rule:   "unsafe code stands in few files",
		remedy: "move the code to a file that has unsafe code, or do without",
		listed: true,
		find:   unsafeFiles,
	},
	{
		name:   "root files",
		rule:   "the root shows what a user needs",
		remedy: "put a test beside the code it tests or below tests/, and code into the package whose job it is",
		find:   rootFiles,
	},
	{
		name:   "root tests",
		rule:   "tests of whole apps stand below tests/",
		remedy: "move the test to tests/<subject>",
		find:   rootTests,
	},
	{
		name:   "claims on imports",
		rule:   "what a package comment says of imports is true",
		remedy: "do without the import; claims_test.go has the comment and its reason",
		listed: true,
		find:   brokenClaims,
	},
	{
		name:   "request readers",
		rule:   "internal/exchange/request.go alone reads the *http.Request",
		remedy: "use a method of the Exchange, or give it one",
		listed: true,
		find:   requestReaders,
	},
	{
		name:   "response writers",
		rule:   "internal/exchange alone writes to the http.ResponseWriter",
		remedy: "send the answer through the Exchange",
		listed: true,
		find:   responseWriters,
	},
	{
		name:   "response wrappers",
		rule:   "internal/httpwriter has the one wrapper of an http.ResponseWriter",
		remedy: "implement httpwriter.Hooks, and give the handler the Variant of an httpwriter.Writer",
		listed: true,
		find:   responseWrappers,
	},
	{
		name:   "request callers",
		rule:   "few places ask the Exchange for its *http.Request",
		remedy: "use a method of the Exchange, or give it one",
		listed: true,
		find:   requestCallers,
	},
	{
		name:   "floors",
		rule:   "a package imports only packages of lower floors",
		remedy: "move what is shared down, or turn the import round with an interface; a new package gets a floor in floors_test.go",
		listed: true,
		find:   func(t *tree) []place { return brokenFloors(t, floors) },
	},
	{
		name:   "package comments",
		rule:   "each package has one comment, in doc.go, that begins with \"Package x\" or \"Command x\"",
		remedy: "write the comment in doc.go, and in no other file",
		listed: true,
		find:   packageComments,
	},
	{
		name:   "without comment",
		rule:   "every type has a comment, and every function that is exported or has more than ten lines",
		remedy: "say what it does or is, then why, then what it costs; the first word is the name",
		listed: true,
		find:   withoutComment,
	},
	{
		name:   "packages without example",
		rule:   "each public package has an example that runs: func Example… with an Output comment",
		remedy: "write example_test.go",
		listed: true,
		find:   withoutExample,
	},
	{
		name:   "words",
		rule:   "comments and docs name the actor: not nobody, somebody, anybody, whoever, one who, those that",
		remedy: "name the client, the handler, the caller, the router or net/http; go test -v -run TestMeasures counts the words by package",
		find:   words,
	},
	{
		name:   "old names",
		rule:   "names are the words that Go engineers use for the thing",
		remedy: "testdata/oldnames.txt has the old and the new name",
		find:   func(t *tree) []place { places, _ := t.oldNames(readOldNames()); return places },
	},
	{
		name:   "init functions",
		rule:   "no package has an init function",
		remedy: "make the value where it is declared, or when the app starts",
		listed: true,
		find:   initFunctions,
	},
	{
		name:   "mutable variables",
		rule:   "no package has a variable that changes, or that programs can change",
		remedy: "keep the value in the App or the request, or make the variable a function",
		listed: true,
		find:   mutableVariables,
	},
}

// counted makes places of keys.
func counted(keys []string) []place {
	var list []place
	for _, k := range keys {
		list = append(list, place{key: k})
	}
	return list
}

// TestMeasures holds each measure to its bound and its list.
func TestMeasures(t *testing.T) {
	h := loadHouse(t)
	all := readBounds(t)
	var table strings.Builder
	fmt.Fprintf(&table, "%-26s %6s %6s %5s\n", "measure", "found", "bound", "aim")
	for i := range measures {
		m := &measures[i]
		b := all.of(m.name)
		if b == nil {
			t.Errorf("testdata/bounds.txt has no line for %q", m.name)
			continue
		}
		found := unique(m.find(h))
		known := &list{file: filepath.Join("testdata", "known", strings.ReplaceAll(m.name, " ", "_")+".txt")}
		if m.listed {
			known.read(t)
		}
		if *update {
			known.keep(t, found)
			b.now = min(b.now, max(len(found), b.aim))
		}
		for _, problem := range compare(m, found, known.places(), b.now) {
			t.Error(problem)
		}
		if len(found) < b.now && b.now > b.aim {
			t.Logf("%s: found %d, the bound can fall from %d: go test -C tests ./house -update", m.name, len(found), b.now)
		}
		fmt.Fprintf(&table, "%-26s %6d %6d %5d\n", m.name, len(found), b.now, b.aim)
	}
	for _, b := range all.lines {
		if b.name != "" && !slices.ContainsFunc(measures, func(m measure) bool { return m.name == b.name }) {
			t.Errorf("testdata/bounds.txt has a line for %q, which is no measure: take it out", b.name)
		}
	}
	if *update {
		all.write(t)
	}
	t.Logf("\n%s\n%s", &table, perPackage(words(h)))
}

// unique sorts places and leaves one of each key.
func unique(list []place) []place {
	slices.SortStableFunc(list, func(a, b place) int { return cmp.Compare(a.key, b.key) })
	return slices.CompactFunc(list, func(a, b place) bool { return a.key == b.key })
}

// compare says what is worse than it was: places that are not known, known places that are gone, and more than the bound.
func compare(m *measure, found []place, known []string, bound int) []string {
	var problems []string
	tooMany := fmt.Sprintf("%s: found %d, the bound in testdata/bounds.txt is %d.\nRule: %s.\nTo do: %s.", m.name, len(found), bound, m.rule, m.remedy)
	if !m.listed {
		if len(found) > bound {
			problems = append(problems, tooMany)
		}
		return problems
	}
	list := filepath.ToSlash(filepath.Join("testdata", "known", strings.ReplaceAll(m.name, " ", "_")+".txt"))
	for _, p := range found {
		if !slices.Contains(known, p.key) {
			at := p.at
			if at != "" {
				at = " (" + at + ")"
			}
			problems = append(problems, fmt.Sprintf("%s: found %s%s, which is new.\nRule: %s.\nTo do: %s.\nIf known code has only moved or changed its name, change its line in %s.",
				m.name, p.key, at, m.rule, m.remedy, list))
		}
	}
	if len(found) > bound && len(problems) == 0 { // the list has grown, not the bound
		problems = append(problems, tooMany)
	}
	for _, k := range known {
		if !slices.ContainsFunc(found, func(p place) bool { return p.key == k }) {
			problems = append(problems, fmt.Sprintf("%s: %s lists %s, which is gone.\nTo do: go test -C tests ./house -update.", m.name, list, k))
		}
	}
	return problems
}

// list is a file of testdata with one place in a line. What follows two spaces and a # is a remark; so is a line that begins with #.
type list struct {
	file  string
	lines []string
}

func (l *list) read(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile(l.file)
	if err != nil {
		t.Errorf("the list of a measure cannot be read: %v", err)
		return
	}
	l.lines = strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

func placeOf(line string) string {
	line, _, _ = strings.Cut(line, "  #")
	if strings.HasPrefix(line, "#") {
		return ""
	}
	return strings.TrimSpace(line)
}

func (l *list) places() []string {
	var places []string
	for _, line := range l.lines {
		if p := placeOf(line); p != "" {
			places = append(places, p)
		}
	}
	return places
}

// keep writes the list without the lines whose places are gone.
func (l *list) keep(t *testing.T, found []place) {
	t.Helper()
	lines := slices.DeleteFunc(slices.Clone(l.lines), func(line string) bool {
		p := placeOf(line)
		return p != "" && !slices.ContainsFunc(found, func(f place) bool { return f.key == p })
	})
	if len(lines) == len(l.lines) {
		return
	}
	l.lines = lines
	writeFile(t, l.file, strings.Join(lines, "\n")+"\n")
}

// bounds is testdata/bounds.txt.
type bounds struct{ lines []*bound }

// bound is one line of the table, or a line of text without a name.
type bound struct {
	text, name string
	now, aim   int
}

const boundsFile = "testdata/bounds.txt"

func readBounds(t *testing.T) *bounds {
	t.Helper()
	text, err := os.ReadFile(boundsFile)
	if err != nil {
		t.Fatal(err)
	}
	b, err := parseBounds(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func parseBounds(text string) (*bounds, error) {
	var all bounds
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(line, "#") {
			all.lines = append(all.lines, &bound{text: line})
			continue
		}
		b := &bound{}
		var errNow, errAim error
		if n := len(fields); n > 2 {
			b.name = strings.Join(fields[:n-2], " ")
			b.now, errNow = strconv.Atoi(fields[n-2])
			b.aim, errAim = strconv.Atoi(fields[n-1])
		}
		if b.name == "" || errNow != nil || errAim != nil {
			return nil, fmt.Errorf("%s: %q is not a name, a bound and an aim", boundsFile, line)
		}
		all.lines = append(all.lines, b)
	}
	return &all, nil
}

func (b *bounds) of(name string) *bound {
	for _, line := range b.lines {
		if line.name == name {
			return line
		}
	}
	return nil
}

func (b *bounds) String() string {
	var text strings.Builder
	for _, line := range b.lines {
		if line.name == "" {
			fmt.Fprintln(&text, line.text)
		} else {
			fmt.Fprintf(&text, "%-26s %5d %5d\n", line.name, line.now, line.aim)
		}
	}
	return text.String()
}

func (b *bounds) write(t *testing.T) {
	t.Helper()
	writeFile(t, boundsFile, b.String())
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
