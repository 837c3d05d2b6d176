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
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/ask"
)

// oasdiff is the program that compares documents, at the version that the tests run. It is no dependency of the module: the go tool fetches it
// when it is needed, as it fetches a library.
const oasdiff = "github.com/oasdiff/oasdiff@v1.39.0"

// diffFormats are the formats of oasdiff that make sense on a terminal and in CI.
var diffFormats = []string{"githubactions", "html", "json", "junit", "markdown", "singleline", "text", "yaml"}

// diffCommand is the command that compares two documents.
func diffCommand() command {
	return command{
		name: "diff", args: "OLD [NEW] [-- ARGS]", short: "compare two OpenAPI documents for changes that break clients", long: `
Diff compares two OpenAPI documents, and prints what breaks clients of the old one. Without NEW it asks the program of the
current folder for its document. The exit code is 1 when a change breaks clients, so CI can refuse it:

  brio openapi -o openapi.json        # commit the file at each release
  brio diff openapi.json              # before the next one
  brio diff main:openapi.json         # the file as it is on a branch of git

The comparison is that of ` + oasdiff + `, which the go tool fetches and builds: the first time
takes a minute and needs the module proxy. No other network is used, and references to other files are an error.
ARGS are arguments of the program.`,
		define: func(flags *flag.FlagSet) runner {
			o := &diffOptions{}
			flags.BoolVar(&o.all, "all", false, "print all changes, not only the breaking ones")
			flags.BoolVar(&o.warnings, "warnings", false, "exit with 1 also for changes that may break clients")
			flags.StringVar(&o.format, "format", "text", "the `format`: "+strings.Join(diffFormats, ", "))
			flags.StringVar(&o.pkg, "pkg", "", "the `package` of the program; by default that of the current folder, or the only program of the module")
			flags.StringVar(&o.file, "o", "", "write the report to this `file`")
			return o.run
		},
	}
}

// diffOptions are the flags of diff.
type diffOptions struct {
	all, warnings     bool
	format, pkg, file string
}

// run compares the documents.
func (o *diffOptions) run(s *streams, args, program []string) error {
	switch {
	case len(args) < 1 || len(args) > 2:
		return wrong("diff takes the arguments OLD [NEW]")
	case len(args) == 2 && (o.pkg != "" || len(program) > 0):
		return wrong("two documents are compared without a program: leave out NEW, or -pkg and the arguments after --")
	case !slices.Contains(diffFormats, o.format):
		return wrong("-format %q is none of %s", o.format, strings.Join(diffFormats, ", "))
	}
	for _, document := range args {
		if _, err := os.Stat(document); err != nil && !strings.Contains(document, ":") {
			return fmt.Errorf("there is no document %s\n\tlegal: a file of brio openapi -o, or one of a branch of git, main:openapi.json", document)
		}
	}
	dir, err := os.MkdirTemp("", "brio-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if len(args) == 1 {
		now := filepath.Join(dir, "openapi.json")
		if err := o.document(s, now, program); err != nil {
			return err
		}
		args = append(args, now)
	}
	tool, err := install(dir)
	if err != nil {
		return err
	}
	text, code, err := o.compare(tool, args)
	if err != nil {
		return err
	}
	if o.file != "" {
		err = os.WriteFile(o.file, text, 0o666)
	} else {
		_, err = s.out.Write(text)
	}
	if err == nil && code != ask.Good {
		err = &exit{code: code}
	}
	return err
}

// document asks the program for its document, and writes it to the file.
func (o *diffOptions) document(s *streams, file string, program []string) error {
	questions := ask.Questions()
	i := slices.IndexFunc(questions, func(q ask.Question) bool { return q.Name == "openapi" })
	q := &questionOptions{question: questions[i], pkg: o.pkg, file: file}
	return q.run(s, nil, program)
}

// install has the go tool build oasdiff into the folder, and returns its path.
func install(dir string) (tool string, err error) {
	cmd := exec.Command("go", "install", oasdiff)
	cmd.Env = append(os.Environ(), "GOBIN="+dir, "GOFLAGS=", "GOOS=", "GOARCH=")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("the go tool does not install %s, which compares the documents: %w\n%s", oasdiff, err, bytes.TrimSpace(out))
	}
	return filepath.Join(dir, "oasdiff"+exeSuffix()), nil
}

// compare runs oasdiff. It exits with 1 for changes at the level of fail-on, and with other codes when it cannot compare.
func (o *diffOptions) compare(tool string, documents []string) (text []byte, code int, err error) {
	what, level := "breaking", "ERR"
	if o.all {
		what = "changelog"
	}
	if o.warnings {
		level = "WARN"
	}
	cmd := exec.CommandContext(context.Background(), tool, what, "--format", o.format, "--fail-on", level,
		"--allow-external-refs=false", "--fetch=false", "--color", "never", "--", documents[0], documents[1])
	var report, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &report, &errs
	err = cmd.Run()
	failed := (*exec.ExitError)(nil)
	switch {
	case err == nil:
		return report.Bytes(), ask.Good, nil
	case errors.As(err, &failed) && failed.ExitCode() == 1:
		return report.Bytes(), ask.Bad, nil
	}
	_, _ = io.Copy(&errs, &report)
	return nil, 0, fmt.Errorf("the documents cannot be compared: %s", bytes.TrimSpace(errs.Bytes()))
}
