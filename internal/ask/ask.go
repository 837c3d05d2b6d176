package ask

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/brio-go/brio/routing"
)

// Variable is the environment variable with the question: words with spaces between them, as in "explain GET /items/{id}", or a JSON
// array of strings.
const Variable = "BRIO_ASK"

// AnswerVariable is the environment variable with the path of the file that the answer is written to. Without it the answer goes to the
// standard output. A program that never comes to Run or Serve leaves no file.
const AnswerVariable = "BRIO_ASK_ANSWER"

// Serve is the question of the command dev: the program serves on a free port of the loopback, and its answer is the address.
const Serve = "serve"

// Exit codes of a program that was asked, and of the command.
const (
	Good  = 0 // the question is answered
	Bad   = 1 // the answer says that something is wrong: mistakes in the declarations, an unknown route, a status of 400 or more
	Usage = 2 // the question is none
)

// App is the app that is asked.
type App interface {
	http.Handler
	Start(context.Context) error
	Shutdown(context.Context) error
	Routes() []routing.RouteInfo
	Explain(method, path string) string
	// Document serves an OpenAPI document as JSON: that of a path, or the app's own for "". It is nil if there is none. paths has
	// the paths of all documents.
	Document(path string) (document http.Handler, paths []string)
	// Channels serves the AsyncAPI document as JSON. It is nil if the app has none.
	Channels() http.Handler
}

// Question is one row of the table.
type Question struct {
	Name  string
	Args  string // the arguments, for the line of usage
	Short string // one line
	Long  string // what the help says after the line of usage
	Least int    // how many arguments it takes
	Most  int

	define func(*flag.FlagSet) answer
}

// answer answers a question from an app, with the arguments that are left of the flags.
type answer func(app App, args []string, out io.Writer) error

// Find returns a question.
func Find(name string) (Question, bool) {
	all := Questions()
	i := slices.IndexFunc(all, func(q Question) bool { return q.Name == name })
	if i < 0 {
		return Question{}, false
	}
	return all[i], true
}

// Define defines the flags of the question in a set. The ones that are given are appended to set, as "-name=value".
func (q *Question) Define(flags *flag.FlagSet, set *[]string) {
	q.define(flags)
	flags.VisitAll(func(f *flag.Flag) {
		r := recorder{f.Value, f.Name, set}
		if b, ok := f.Value.(interface{ IsBoolFlag() bool }); ok && b.IsBoolFlag() {
			f.Value = switchRecorder{r}
		} else {
			f.Value = r
		}
	})
}

// Arguments says how many arguments the question takes, for a report.
func (q *Question) Arguments() string {
	switch {
	case q.Most == 0:
		return "no arguments"
	case q.Least == q.Most && q.Most == 1:
		return "one argument: " + q.Args
	}
	return "the arguments " + q.Args
}

// ParseFlags parses flags that may stand behind arguments, and returns the arguments.
func ParseFlags(flags *flag.FlagSet, list []string) (args []string, err error) {
	for {
		if err := flags.Parse(list); err != nil {
			return nil, err
		}
		rest := flags.Args()
		if len(rest) == 0 {
			return args, nil
		}
		if ended := len(list) - len(rest); ended > 0 && list[ended-1] == "--" {
			return append(args, rest...), nil
		}
		args, list = append(args, rest[0]), rest[1:]
	}
}

// recorder is a flag that notes what it is set to.
type recorder struct {
	flag.Value
	name string
	to   *[]string
}

// String returns the text of the value. The zero recorder, of which package flag asks the text, has none.
func (r recorder) String() string {
	if r.Value == nil {
		return ""
	}
	return r.Value.String()
}

func (r recorder) Set(text string) error {
	err := r.Value.Set(text)
	if err == nil {
		*r.to = append(*r.to, "-"+r.name+"="+text)
	}
	return err
}

// switchRecorder is the recorder of a flag without a value.
type switchRecorder struct{ recorder }

func (r switchRecorder) IsBoolFlag() bool { return true }

// String of the zero switchRecorder is that of the flag's default, which the help then does not print.
func (r switchRecorder) String() string {
	if r.Value == nil {
		return "false"
	}
	return r.Value.String()
}

// Environment returns the variables that ask a program.
func Environment(question []string, file string) []string {
	text, err := json.Marshal(question)
	if err != nil {
		panic(err) // strings have a JSON form
	}
	return []string{Variable + "=" + string(text), AnswerVariable + "=" + file}
}

// Asked is the question that a program has found.
type Asked struct {
	text string
	file string
}

// FromEnvironment returns the question in the environment, nil for none. It removes the variables: processes that the program starts are
// not asked.
func FromEnvironment() *Asked {
	text := os.Getenv(Variable)
	if text == "" {
		return nil
	}
	a := &Asked{text: text, file: os.Getenv(AnswerVariable)}
	_ = os.Unsetenv(Variable)
	_ = os.Unsetenv(AnswerVariable)
	return a
}

// words returns the question.
func (a *Asked) words() (list []string, err error) {
	if strings.HasPrefix(strings.TrimSpace(a.text), "[") {
		if err := json.Unmarshal([]byte(a.text), &list); err != nil {
			return nil, fmt.Errorf("%s is no JSON array of strings: %w", Variable, err)
		}
		return list, nil
	}
	return strings.Fields(a.text), nil
}

// IsServe reports whether the program is to serve.
func (a *Asked) IsServe() bool {
	list, err := a.words()
	return err == nil && len(list) == 1 && list[0] == Serve
}

// Measures reports whether the answer has the times of the steps of a request, which the app then records.
func (a *Asked) Measures() bool {
	list, err := a.words()
	return err == nil && len(list) > 0 && list[0] == "call"
}

// Answer answers the question and returns the exit code. mistakes is what Check reports; app is nil then.
func (a *Asked) Answer(app App, mistakes error) (code int) {
	list, err := a.words()
	if err != nil {
		return a.refuse(err)
	}
	var q Question
	if len(list) > 0 {
		q, _ = Find(list[0])
	}
	if q.Name == "" {
		var names []string
		for _, q := range Questions() {
			names = append(names, q.Name)
		}
		return a.refuse(fmt.Errorf("%s is %q, and this version of Brio answers %s", Variable, a.text, strings.Join(names, ", ")))
	}
	flags := flag.NewFlagSet(q.Name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	answer := q.define(flags)
	args, err := ParseFlags(flags, list[1:])
	if err == nil && (len(args) < q.Least || len(args) > q.Most) {
		err = fmt.Errorf("%s takes %s, and not %d", q.Name, q.Arguments(), len(args))
	}
	if err != nil {
		return a.refuse(fmt.Errorf("%s: %w", Variable, err))
	}
	if mistakes != nil {
		return a.Fail(mistakes)
	}
	out, err := a.open(os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return Bad
	}
	defer func() { _ = out.Close() }()
	if err := answer(app, args, out); err != nil {
		if !errors.Is(err, errBadStatus) {
			fmt.Fprintln(out, err)
		}
		return Bad
	}
	return Good
}

// Fail writes an error in the place of an answer.
func (a *Asked) Fail(err error) (code int) {
	a.Write(os.Stderr, err.Error()+"\n")
	return Bad
}

func (a *Asked) refuse(err error) (code int) {
	a.Fail(err)
	return Usage
}

// Write writes the whole answer: to the file if there is one. A reader of the file sees all of it or none.
func (a *Asked) Write(otherwise io.Writer, text string) {
	if a.file == "" {
		_, _ = io.WriteString(otherwise, text)
		return
	}
	part := a.file + ".part"
	err := os.WriteFile(part, []byte(text), 0o600)
	if err == nil {
		err = os.Rename(part, a.file)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n%s", AnswerVariable, err, text)
	}
}

// open opens the place of the answer.
func (a *Asked) open(otherwise *os.File) (*os.File, error) {
	if a.file == "" {
		return otherwise, nil
	}
	f, err := os.OpenFile(a.file, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", AnswerVariable, err)
	}
	return f, nil
}
