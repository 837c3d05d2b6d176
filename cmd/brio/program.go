package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/brio-go/brio/internal/ask"
)

// patience is how long a program may take to come to Run before the command says what it waits for.
const patience = 5 * time.Second

// questionCommand is the command of a question.
func questionCommand(q ask.Question) command {
	return command{
		name: q.Name, args: strings.TrimSpace(q.Args + " [-- ARGS]"), short: q.Short,
		long: strings.TrimSpace(q.Long) + `

The command builds the program, with -pkg another one than that of the current folder, and runs it with the question in its
environment. What stands in main before Run is executed; Run answers in place of serving. ARGS are arguments of the program.`,
		define: func(flags *flag.FlagSet) runner {
			o := &questionOptions{question: q}
			q.Define(flags, &o.set)
			flags.StringVar(&o.pkg, "pkg", "", "the `package` of the program; by default that of the current folder, or the only program of the module")
			flags.StringVar(&o.file, "o", "", "write the answer to this `file`")
			return o.run
		},
	}
}

// questionOptions are the flags of a question that are the command's own.
type questionOptions struct {
	question  ask.Question
	set       []string // the flags of the question that were given
	pkg, file string
}

// run asks the program.
func (o *questionOptions) run(s *streams, args, program []string) error {
	q := &o.question
	if len(args) < q.Least || len(args) > q.Most {
		return wrong("%s takes %s", q.Name, q.Arguments())
	}
	dir, err := os.MkdirTemp("", "brio-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	pkg, err := findProgram(o.pkg)
	if err != nil {
		return err
	}
	binary := filepath.Join(dir, "program"+exeSuffix())
	if err := build(context.Background(), pkg, binary, "-ldflags=-w"); err != nil {
		return err
	}
	code, text, err := o.ask(s, binary, filepath.Join(dir, "answer"), args, program)
	if err != nil {
		return err
	}
	switch {
	case code == ask.Good && o.file != "":
		return os.WriteFile(o.file, text, 0o666)
	case code == ask.Good || q.Name == "call":
		_, err = s.out.Write(text)
	default:
		_, err = s.err.Write(text)
	}
	if err == nil && code != ask.Good {
		err = &exit{code: code}
	}
	return err
}

// ask runs the program with the question and returns its exit code and its answer.
func (o *questionOptions) ask(s *streams, binary, file string, args, program []string) (code int, answer []byte, err error) {
	words := append(append([]string{o.question.Name}, o.set...), "--")
	words = append(words, args...)
	cmd := exec.Command(binary, program...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = s.in, s.err, s.err
	cmd.Env = append(os.Environ(), ask.Environment(words, file)...)
	note := time.AfterFunc(patience, func() {
		if _, err := os.Stat(file); err != nil && o.question.Name != "call" && o.question.Name != "bench" {
			fmt.Fprintln(s.err, "brio: the program has not come to Run or Serve yet; what stands before it in main is executed")
		}
	})
	err = cmd.Run()
	note.Stop()
	if failed := (*exec.ExitError)(nil); err != nil && !errors.As(err, &failed) {
		return 0, nil, err
	}
	answer, missing := os.ReadFile(file)
	if missing != nil {
		text := "the program ended before it came to app.Run or app.Serve, which answer"
		if err != nil {
			text += ": " + err.Error()
		}
		return 0, nil, errors.New(text + "\n\tlegal: a main function that calls Run or Serve; arguments of the program stand after --")
	}
	if code = cmd.ProcessState.ExitCode(); code < 0 || code > ask.Usage {
		code = ask.Bad
	}
	return code, answer, nil
}

// findProgram returns the package of a program: pkg, or that of the current folder, or the only program of the module.
func findProgram(pkg string) (string, error) {
	if pkg != "" && !strings.HasSuffix(pkg, ".go") {
		found, err := programs(pkg)
		switch {
		case err != nil:
			return "", err
		case len(found) != 1:
			return "", fmt.Errorf("%s is no program: a program is a package main", pkg)
		}
		return found[0], nil
	}
	if found, err := programs("."); err == nil && len(found) == 1 {
		return found[0], nil
	}
	found, err := programs("./...")
	switch {
	case err != nil:
		return "", err
	case len(found) == 0:
		return "", errors.New("there is no program in the current folder and below it\n\tlegal: a folder with a package main; -pkg names one; brio new makes one")
	case len(found) > 1:
		return "", fmt.Errorf("there are %d programs below the current folder: name one with -pkg, or as the argument of dev\n\tlegal: %s", len(found), strings.Join(found, ", "))
	}
	return found[0], nil
}

// programs lists the packages main that a pattern has.
func programs(pattern string) ([]string, error) {
	out, err := exec.Command("go", "list", "-e", "-f", `{{if eq .Name "main"}}{{.ImportPath}}{{end}}`, "--", pattern).Output()
	if err != nil {
		text := err.Error()
		if failed := (*exec.ExitError)(nil); errors.As(err, &failed) {
			text = string(bytes.TrimSpace(failed.Stderr))
		}
		return nil, fmt.Errorf("go list %s: %s", pattern, text)
	}
	return strings.Fields(string(out)), nil
}

// buildError is what the compiler reports.
type buildError struct{ report string }

func (e *buildError) Error() string { return "the program does not compile\n\n" + e.report }

// build builds a program.
func build(ctx context.Context, pkg, binary string, flags ...string) error {
	cmd := exec.CommandContext(ctx, "go", append(append([]string{"build"}, flags...), "-o", binary, "--", pkg)...)
	var report bytes.Buffer
	cmd.Stdout, cmd.Stderr = io.Discard, &report
	err := cmd.Run()
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) && ctx.Err() == nil {
		return &buildError{report.String()}
	}
	return err
}

// exeSuffix is the ending of programs on this system.
func exeSuffix() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}
