package steps_test

import (
	"bufio"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

const (
	module = "github.com/brio-go/brio"
	root   = "../.."
)

var showNames = flag.String("names", "", "print the functions that this `kind` of request runs")

// kind is one kind of request.
type kind struct {
	name   string
	head   string // request line and header fields, without Host and Content-Length
	body   string
	status int

	// The bounds: how many functions and files of the module the request may run. They fall, except where code moves behind a wall
	// without a change, as a call from a public package into internal/ does, and where requests leave a way of their own for the steps
	// that all take.
	functions, files int
}

const (
	user = `{"name":"johndoe","email":"john.doe@example.com","full_name":"John Ronald Doe","password":"correct-horse",` +
		`"age":42,"tags":["admin","staff"],"address":{"street":"221B Baker Street","city":"London","zip":"NW16XE"}}`
	// Its e-mail address, age and zip are refused.
	wrongUser = `{"name":"johndoe","email":"not-an-email","full_name":"John Ronald Doe","password":"correct-horse",` +
		`"age":200,"tags":["admin","staff"],"address":{"street":"221B Baker Street","city":"London","zip":"N1"}}`
)

var kinds = []kind{
	{name: "text", head: "GET /text", status: 200, functions: 55, files: 20},
	{name: "list", head: "GET /items", status: 200, functions: 80, files: 26},
	{name: "parameters", head: "GET /items/42?q=hello+world&limit=20&tags=a&tags=b\nX-Token: abc\nCookie: session=xyz", status: 200, functions: 122, files: 31},
	{name: "body", head: "POST /users\nContent-Type: application/json", body: user, status: 201, functions: 217, files: 45},
	{name: "refused", head: "POST /users\nContent-Type: application/json", body: wrongUser, status: 422, functions: 264, files: 56},
	{name: "no path", head: "GET /nowhere", status: 404, functions: 150, files: 36},
	{name: "no method", head: "DELETE /text", status: 405, functions: 157, files: 36},
	{name: "HEAD", head: "HEAD /text", status: 200, functions: 70, files: 21},
	{name: "OPTIONS", head: "OPTIONS /text", status: 204, functions: 106, files: 26},
	{name: "panic", head: "GET /panic", status: 500, functions: 112, files: 29},
	{name: "stream", head: "GET /stream", status: 200, functions: 175, files: 44},
	{name: "upload", head: "POST /upload\nContent-Type: multipart/form-data; boundary=x",
		body:   "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--x--\r\n",
		status: 200, functions: 141, files: 38},
	{name: "dependency", head: "GET /session", status: 200, functions: 131, files: 32},
	{name: "page", head: "GET /docs", status: 200, functions: 91, files: 27},
}

// compare says which bounds a request has passed.
func (k *kind) compare(functions, files int) []string {
	var problems []string
	for _, c := range []struct {
		what         string
		found, bound int
	}{{"functions", functions, k.functions}, {"files", files, k.files}} {
		if c.found > c.bound {
			problems = append(problems, fmt.Sprintf("%s: the request ran %d %s of the module, the bound is %d.\n"+
				"Rule: a reader can follow a request through few functions and files.\n"+
				"To do: compare what go test -C tests ./steps -v -names %q prints with the same of the commit before.", k.name, c.found, c.what, c.bound, k.name))
		}
	}
	return problems
}

// TestRequestsRunFewFunctions holds each kind of request to its bounds.
func TestRequestsRunFewFunctions(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds a program")
	}
	p := start(t, os.Stderr, "-cover", "-covermode=atomic", "-coverpkg="+module+"/...")
	var table strings.Builder
	fmt.Fprintf(&table, "%-12s %9s %6s %6s %6s\n", "kind", "functions", "bound", "files", "bound")
	for _, k := range kinds {
		ran := p.measure(t, k)
		files := map[string]bool{}
		for _, f := range ran {
			file, _, _ := strings.Cut(f, ": ")
			files[file] = true
		}
		fmt.Fprintf(&table, "%-12s %9d %6d %6d %6d\n", k.name, len(ran), k.functions, len(files), k.files)
		for _, problem := range k.compare(len(ran), len(files)) {
			t.Error(problem)
		}
		if len(ran) < k.functions || len(files) < k.files {
			t.Logf("%s: its bounds can fall: functions: %d, files: %d", k.name, len(ran), len(files))
		}
		if k.name == *showNames {
			t.Logf("%s runs\n%s", k.name, strings.Join(ran, "\n"))
		}
	}
	t.Logf("\n%s", &table)
}

// program is a running ./program.
type program struct {
	address string
	in      io.Writer
	out     *bufio.Scanner
}

// start builds the program with flags and starts it. It ends with the test.
func start(t *testing.T, printed *os.File, flags ...string) *program {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "program")
	// No race detector, which makes pools forget at random, also where GOFLAGS asks for it.
	build := exec.Command("go", append(append([]string{"build", "-race=false"}, flags...), "-o", binary, "./program")...)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", build, err, out)
	}
	cmd := exec.Command(binary)
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1", "GOGC=off", "GOCOVERDIR="+t.TempDir())
	cmd.Stderr = printed
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("the program: %v", err)
		}
	})
	p := &program{in: in, out: bufio.NewScanner(out)}
	p.address = p.line(t)
	return p
}

// line reads what the program prints.
func (p *program) line(t *testing.T) string {
	t.Helper()
	if !p.out.Scan() {
		t.Fatalf("the program has ended: %v", p.out.Err())
	}
	return p.out.Text()
}

// do has the program run a command.
func (p *program) do(t *testing.T, command string) {
	t.Helper()
	fmt.Fprintln(p.in, command)
	if answer := p.line(t); answer != "ok" {
		t.Fatalf("%s: %s", command, answer)
	}
}

// measure sends a request and returns the functions that it ran, as "routing/endpoint.go: (*endpoint).serve".
func (p *program) measure(t *testing.T, k kind) []string {
	t.Helper()
	p.connect(t, k, func(send func()) {
		send()
		send()
		p.do(t, "clear")
		send()
	})
	dir := t.TempDir()
	p.do(t, "write "+dir)
	profile := filepath.Join(dir, "profile.txt")
	if out, err := exec.Command("go", "tool", "covdata", "textfmt", "-i="+dir, "-o="+profile).CombinedOutput(); err != nil {
		t.Fatalf("go tool covdata: %v\n%s", err, out)
	}
	text, err := os.ReadFile(profile)
	if err != nil {
		t.Fatal(err)
	}
	return functionsOf(t, root, string(text))
}

// connect calls f with a function that sends the request over one connection.
func (p *program) connect(t *testing.T, k kind, f func(send func())) {
	t.Helper()
	connection, err := net.Dial("tcp", p.address)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	reader := bufio.NewReader(connection)
	f(func() {
		t.Helper()
		if status := k.send(t, connection, reader); status != k.status {
			t.Fatalf("%s: status %d, want %d", k.name, status, k.status)
		}
	})
}

// send sends the request in one piece, and reads the whole answer.
func (k *kind) send(t *testing.T, connection net.Conn, reader *bufio.Reader) (status int) {
	t.Helper()
	if err := connection.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	line, fields, _ := strings.Cut(k.head, "\n")
	request := line + " HTTP/1.1\r\nHost: example.com\r\n"
	if fields != "" {
		request += strings.ReplaceAll(fields, "\n", "\r\n") + "\r\n"
	}
	if k.body != "" {
		request += "Content-Length: " + strconv.Itoa(len(k.body)) + "\r\n"
	}
	if _, err := io.WriteString(connection, request+"\r\n"+k.body); err != nil {
		t.Fatal(err)
	}
	method, _, _ := strings.Cut(line, " ")
	response, err := http.ReadResponse(reader, &http.Request{Method: method})
	if err != nil {
		t.Fatalf("%s: %v", k.name, err)
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		t.Fatalf("%s: %v", k.name, err)
	}
	return response.StatusCode
}

// blockLine is a line of a profile: file:line.column,line.column statements count.
var blockLine = regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(module) + `/(.+):(\d+)\.(\d+),\d+\.\d+ \d+ [1-9]\d*$`)

// functionsOf returns the functions that have a block with a count in a profile, without those of the program. The files of the
// module are below root.
func functionsOf(t *testing.T, root, profile string) []string {
	t.Helper()
	ran := map[string]bool{}
	for _, m := range blockLine.FindAllStringSubmatch(profile, -1) {
		if strings.HasPrefix(m[1], "tests/") {
			continue
		}
		line, _ := strconv.Atoi(m[2])
		column, _ := strconv.Atoi(m[3])
		name := ""
		for _, f := range functionsIn(t, filepath.Join(root, filepath.FromSlash(m[1]))) {
			if !before(line, column, f.start) && before(line, column, f.end) {
				name = f.name
			}
		}
		if name == "" {
			// A literal of a package-level variable belongs to no function.
			name = "a variable of line " + m[2]
		}
		ran[m[1]+": "+name] = true
	}
	return slices.Sorted(maps.Keys(ran))
}

func before(line, column int, p token.Position) bool {
	return line < p.Line || line == p.Line && column < p.Column
}

// function is one function declaration of a file.
type function struct {
	name       string
	start, end token.Position
}

// parsed are the functions of files by the path of the file.
var parsed = map[string][]function{}

func functionsIn(t *testing.T, file string) []function {
	t.Helper()
	if list, ok := parsed[file]; ok {
		return list
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	list := []function{}
	for _, d := range f.Decls {
		if d, ok := d.(*ast.FuncDecl); ok {
			name := d.Name.Name
			if d.Recv != nil {
				name = "(" + types.ExprString(d.Recv.List[0].Type) + ")." + name
			}
			list = append(list, function{name, fset.Position(d.Pos()), fset.Position(d.End())})
		}
	}
	parsed[file] = list
	return list
}

// TestFunctionsAreFoundInProfiles has blocks of a function, of a literal in a method, of a literal outside of functions, and of what
// has not run.
func TestFunctionsAreFoundInProfiles(t *testing.T) {
	dir := t.TempDir()
	source := "package a\n\nvar f = func() {\n}\n\nfunc ran() {\n}\n\nfunc idle() {\n}\n\nfunc (t *T[X]) method() {\n\t_ = func() {\n\t}\n}\n"
	if err := os.WriteFile(filepath.Join(dir, "a.go"), []byte(source), 0o666); err != nil {
		t.Fatal(err)
	}
	profile := "mode: atomic\n" +
		module + "/a.go:3.16,4.2 0 1\n" +
		module + "/a.go:6.12,7.2 0 10\n" +
		module + "/a.go:9.13,10.2 0 0\n" +
		module + "/a.go:12.26,15.2 1 0\n" +
		module + "/a.go:13.13,14.3 0 1\n" +
		module + "/tests/steps/program/main.go:1.1,2.1 1 1\n" +
		"example.com/other/a.go:6.12,7.2 1 1\n"
	got := functionsOf(t, dir, profile)
	if want := []string{"a.go: (*T[X]).method", "a.go: a variable of line 3", "a.go: ran"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestBoundsFail has a request that runs more functions than its bound, and one that runs more files.
func TestBoundsFail(t *testing.T) {
	k := kind{name: "text", functions: 5, files: 2}
	for _, c := range []struct{ functions, files, problems int }{{5, 2, 0}, {1, 1, 0}, {6, 2, 1}, {5, 3, 1}, {6, 3, 2}} {
		if got := k.compare(c.functions, c.files); len(got) != c.problems {
			t.Errorf("%d functions, %d files: %q", c.functions, c.files, got)
		}
	}
}
