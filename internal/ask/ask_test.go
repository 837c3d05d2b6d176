package ask_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/ask"
	"github.com/brio-go/brio/internal/testkit"
)

// The binary of the tests is the program that is asked, when the variable kindVariable is set.
const kindVariable = "BRIO_ASK_TEST"

func TestMain(m *testing.M) {
	kind := os.Getenv(kindVariable)
	if kind == "" {
		os.Exit(m.Run())
	}
	app := brio.New(brio.Title("Shop"), brio.Lifespan(lifespan), brio.Document("/v1.json", brio.Only(func(r brio.RouteInfo) bool { return len(r.Tags) > 0 })))
	app.Get("/items/{id}", readItem, brio.Tags("v1"))
	app.Post("/items", createItem)
	app.Get("/fails", fails)
	app.Get("/mine", readMine, brio.Provide(newUser), brio.Use(func(h http.Handler) http.Handler { return h }))
	app.WebSocket("/chat", chat)
	if kind == "mistakes" {
		app.Get("nothing", readItem)
	}
	log.SetFlags(0)
	if kind == "serve" {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			log.Fatal(err)
		}
		if err := app.Serve(context.Background(), l); err != nil {
			log.Fatal(err)
		}
	}
	if err := app.Run("an address that is none", brio.FromEnv(flag.CommandLine)); err != nil {
		log.Fatal(err)
	}
}

type item struct {
	ID   int    `json:"id" default:"0"`
	Name string `json:"name" validate:"min=1"`
}

func readItem(in *struct {
	ID int `path:"id"`
}) item {
	return item{in.ID, "pen"}
}

type user struct{ token string }

func newUser(in *struct {
	Token string `header:"X-Token"`
}, r *http.Request) user {
	if r.URL.Query().Has("panic") {
		panic("no user")
	}
	return user{in.Token}
}

func readMine(u user) string { return u.token }

func createItem(in brio.Body[item]) item { return in.Value }

func fails() error { return errors.New("the disk is full") }

func chat(ctx context.Context, conn *brio.WebSocket) error { return nil }

func lifespan(context.Context) (stop func(context.Context) error, err error) {
	_, _ = os.Stderr.WriteString("lifespan starts\n")
	return func(context.Context) error {
		_, err := os.Stderr.WriteString("lifespan ends\n")
		return err
	}, nil
}

// result is what a program that was asked has left.
type result struct {
	answer, stdout, stderr string
	code                   int
}

// askProgram runs the program with a question.
func askProgram(t *testing.T, kind string, question ...string) result {
	t.Helper()
	file := filepath.Join(t.TempDir(), "answer")
	r := runProgram(t, append(ask.Environment(question, file), kindVariable+"="+kind))
	answer, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v\n%s", err, r.stderr)
	}
	r.answer = string(answer)
	return r
}

func runProgram(t *testing.T, env []string) result {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), testkit.Patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary)
	cmd.Env = append(os.Environ(), env...)
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run()
	return result{"", stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// A question has an exit code and an answer in the file. Nothing listens: the address of Run is none.
func TestProgramAnswers(t *testing.T) {
	for _, c := range []struct {
		name     string
		question string
		code     int
		want     []string
	}{
		{"routes", `["routes"]`, 0, []string{"METHOD  PATH", "GET     /items/{id}  readItem", "v1"}},
		{"routes as JSON", `["routes","-json"]`, 0, []string{`"path": "/items/{id}"`}},
		{"explain", `["explain","GET","/items/{id}"]`, 0, []string{"GET /items/{id}", "readItem"}},
		{"explain a path", `["explain","get","/items/3"]`, 0, []string{"GET /items/{id}"}},
		{"explain nothing", `["explain","GET","/nothing"]`, 1, []string{"no route is declared for GET /nothing\n\tlegal: GET /items/{id}"}},
		{"check", `["check"]`, 0, []string{"no mistakes in the declarations of 5 routes"}},
		{"openapi", `["openapi"]`, 0, []string{`"openapi": "3.1.0"`, `"/items": {`}},
		{"openapi of a version", `["openapi","-version=3.0.3"]`, 0, []string{`"openapi": "3.0.3"`}},
		{"openapi of no version", `["openapi","-version=9"]`, 1, []string{"3.0.3, 3.1.0 and 3.2.0"}},
		{"no document", `["openapi","-document=/v9.json"]`, 1, []string{"legal: /openapi.json, /v1.json"}},
		{"asyncapi", `["asyncapi"]`, 0, []string{`"asyncapi": "3.0.0"`}},
		{"call", `["call","/items/3"]`, 0, []string{"200 OK\nContent-Type: application/json\n", "\n{\n  \"id\": 3,\n  \"name\": \"pen\"\n}\n", " bytes in ", "  match\n", "  solve\n", "    read path id\n", "  call\n", "  encode\n", "  merge\n", "  commit\n", "  write\n", "  close\n"}},
		{"call of a dependency", `["call","-header=X-Token: 1","/mine"]`, 0, []string{"    read header X-Token\n", "    newUser\n", "  middleware of the route\n", "  call\n"}},
		{"call of a dependency that fails", `["call","/mine"]`, 1, []string{"    read header X-Token (gives no value)\n", "    newUser (gives no value)\n", "  fail\n"}},
		{"call of a panic", `["call","-header=X-Token: 1","/mine?panic=1"]`, 1, []string{"    newUser (failed)\n", "  fail\n"}},
		{"call of no route", `["call","/nothing"]`, 1, []string{"404 Not Found", "  match\n"}},
		{"call with a body", `["call","-json={\"name\":\"ink\"}","/items"]`, 0, []string{`"name": "ink"`}},
		{"call for the body", `["call","-body","GET","/items/3"]`, 0, []string{`{"id":3,"name":"pen"}`}},
		{"call that is refused", `["call","-json={}","/items"]`, 1, []string{"422 Unprocessable", `"type": "missing"`}},
		{"call that fails", `["call","/fails"]`, 1, []string{"500 Internal Server Error"}},
		{"bench", `["bench","-time=20ms","-clients=2","/items/3"]`, 0, []string{"GET /items/3:", "requests/s", "allocations"}},
		{"bench of an error", `["bench","/fails"]`, 1, []string{"GET /fails answers 500"}},
		{"no question", `["sing"]`, 2, []string{`BRIO_ASK is "[\"sing\"]", and this version of Brio answers routes, explain`}},
		{"no JSON", `["routes"`, 2, []string{"BRIO_ASK is no JSON array of strings"}},
		{"too many arguments", `["check","more"]`, 2, []string{"check takes no arguments, and not 1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "answer")
			r := runProgram(t, []string{kindVariable + "=run", ask.Variable + "=" + c.question, ask.AnswerVariable + "=" + file})
			answer, err := os.ReadFile(file)
			if err != nil {
				t.Fatalf("%v\n%s", err, r.stderr)
			}
			if r.code != c.code {
				t.Errorf("exit code: got %d, want %d", r.code, c.code)
			}
			for _, want := range c.want {
				if !strings.Contains(string(answer), want) {
					t.Errorf("the answer is\n%s\nwant in it\n%s", answer, want)
				}
			}
			asks := strings.Contains(c.name, "call") || strings.Contains(c.name, "bench")
			if started := strings.Contains(r.stderr, "lifespan starts\n"); started != asks || started != strings.Contains(r.stderr, "lifespan ends\n") {
				t.Errorf("the lifespan: the log is\n%s", r.stderr)
			}
		})
	}
}

// The document of a path has what belongs to it alone.
func TestDocumentOfPath(t *testing.T) {
	r := askProgram(t, "run", "openapi", "-document", "/v1.json")
	var doc struct{ Paths map[string]any }
	if err := json.Unmarshal([]byte(r.answer), &doc); err != nil || len(doc.Paths) != 1 || doc.Paths["/items/{id}"] == nil {
		t.Errorf("%v\n%s", err, r.answer)
	}
}

// Words in the environment and an answer on the standard output are for people, with a binary that is built already.
func TestWordsAnswerOnStandardOutput(t *testing.T) {
	r := runProgram(t, []string{kindVariable + "=run", "BRIO_ASK=explain GET /items/{id}"})
	if r.code != 0 || !strings.HasPrefix(r.stdout, "GET /items/{id}\n") {
		t.Errorf("exit code %d, standard output\n%s\nstandard error\n%s", r.code, r.stdout, r.stderr)
	}
}

func TestMistakesAreTheAnswer(t *testing.T) {
	for _, question := range []string{"check", "routes", "serve"} {
		r := askProgram(t, "mistakes", question)
		if r.code != 1 || !strings.Contains(r.answer, "ask_test.go:") || !strings.Contains(r.answer, `the path "nothing" does not begin with a slash`) {
			t.Errorf("%s: exit code %d, answer\n%s", question, r.code, r.answer)
		}
	}
}

// Serve answers as Run does, and closes its listener by ending the process.
func TestServeAnswers(t *testing.T) {
	if r := askProgram(t, "serve", "check"); r.code != 0 || !strings.HasPrefix(r.answer, "no mistakes") {
		t.Errorf("exit code %d, answer\n%s", r.code, r.answer)
	}
}
