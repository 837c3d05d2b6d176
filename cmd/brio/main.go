// Command brio asks a program made with Brio what it declares, sends it requests, and generates code for it.
//
//	go install github.com/brio-go/brio/cmd/brio@latest
//	brio help
//
// The commands routes, explain, check, openapi, asyncapi, call and bench build the program as it is, and run it with a question in its
// environment. Its Run answers in place of serving. The program needs no change.
//
// diff compares a document with that of the program, or with another one, and says what breaks clients.
//
// docs writes a Go file with the doc comments that the program's OpenAPI document shows. A binary then has them without the source. Put
// this line into package main, and pass the variable to brio.New(brio.DocComments(brioDocs)):
//
//	//go:generate go run github.com/brio-go/brio/cmd/brio docs
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/ask"
)

// command is one row of the table of commands.
type command struct {
	name  string
	args  string // of the line of usage
	short string // one line
	long  string
	// define defines flags, and returns what runs with the arguments.
	define func(flags *flag.FlagSet) runner
}

// runner runs a command with its arguments. The words after "--" are in program.
type runner func(s *streams, args, program []string) error

// streams are what a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// exit is an error with an exit code. Without a text nothing is printed.
type exit struct {
	code int
	text string
}

func (e *exit) Error() string { return e.text }

func wrong(format string, args ...any) error {
	return &exit{ask.Usage, fmt.Sprintf(format, args...)}
}

// commands returns the table, in the order of the help.
func commands() []command {
	list := []command{newCommand(), addCommand(), devCommand()}
	for _, q := range ask.Questions() {
		list = append(list, questionCommand(q))
	}
	return append(list, diffCommand(), docsCommand(), completionCommand(), versionCommand())
}

func main() {
	os.Exit(run(&streams{os.Stdin, os.Stdout, os.Stderr}, os.Args[1:]))
}

// run runs a command line and returns the exit code.
func run(s *streams, args []string) int {
	list := commands()
	if len(args) == 0 {
		fmt.Fprint(s.err, overview(list))
		return ask.Usage
	}
	name := args[0]
	if isHelp := name == "help" || name == "-h" || name == "-help" || name == "--help"; isHelp {
		if len(args) == 1 {
			fmt.Fprint(s.out, overview(list))
			return ask.Good
		}
		name, args = args[1], []string{args[1], "-help"}
	}
	i := slices.IndexFunc(list, func(c command) bool { return c.name == name })
	if i < 0 {
		fmt.Fprintf(s.err, "brio: there is no command %q; brio help lists the commands\n", name)
		return ask.Usage
	}
	c := &list[i]
	flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	runs := c.define(flags)
	own, program := args[1:], []string(nil)
	if at := slices.Index(own, "--"); at >= 0 {
		own, program = own[:at], own[at+1:]
	}
	words, err := ask.ParseFlags(flags, own)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(s.out, c.help())
		return ask.Good
	}
	if err != nil {
		err = wrong("%v", err)
	} else {
		err = runs(s, words, program)
	}
	if err == nil {
		return ask.Good
	}
	code := ask.Bad
	if e := (*exit)(nil); errors.As(err, &e) {
		code = e.code
	}
	if text := err.Error(); text != "" {
		fmt.Fprintf(s.err, "brio %s: %s\n", c.name, strings.TrimRight(text, "\n"))
	}
	if code == ask.Usage {
		fmt.Fprintf(s.err, "%s\nbrio help %s says more\n", c.usage(), c.name)
	}
	return code
}

// overview is the text of brio help.
func overview(list []command) string {
	var b strings.Builder
	b.WriteString("Brio is a command for programs made with the web framework Brio.\n\nusage: brio command [flags] [arguments]\n\n")
	for _, c := range list {
		fmt.Fprintf(&b, "  %-11s %s\n", c.name, c.short)
	}
	b.WriteString(`
brio help COMMAND says what a command does, with its flags.

To begin:

  brio new shop
  cd shop
  brio dev

In the folder of a program:

  brio check
  brio explain GET /items/{id}
  brio call -json '{"name": "pen"}' POST /items
`)
	return b.String()
}

func (c *command) usage() string {
	return strings.TrimRight("usage: brio "+c.name+" [flags] "+c.args, " ")
}

// help is the text of brio help COMMAND.
func (c *command) help() string {
	var b strings.Builder
	flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
	flags.SetOutput(&b)
	c.define(flags)
	b.WriteString(c.usage() + "\n\n" + strings.TrimSpace(c.long) + "\n")
	isFirst := true
	flags.VisitAll(func(*flag.Flag) {
		if isFirst {
			b.WriteString("\nflags:\n")
		}
		isFirst = false
	})
	flags.PrintDefaults()
	return b.String()
}

// docsCommand is the command that writes doc comments.
func docsCommand() command {
	return command{
		name: "docs", args: "[PACKAGES]", short: "write doc comments to a Go file", long: `
Docs writes brio_docs.go into the current folder: the doc comments of handlers, types and fields for
brio.New(brio.DocComments(brioDocs)). Without packages it reads the one of the folder and its imports from the same module.`,
		define: func(flags *flag.FlagSet) runner {
			o := defineDocs(flags)
			return func(_ *streams, args, _ []string) error {
				return o.write(args)
			}
		},
	}
}

// versionCommand is the command that prints the version.
func versionCommand() command {
	return command{
		name: "version", short: "print the version", long: "Version prints the version of the command.",
		define: func(*flag.FlagSet) runner {
			return func(s *streams, args, _ []string) error {
				if len(args) > 0 {
					return wrong("version takes no arguments")
				}
				_, err := fmt.Fprintln(s.out, "brio", version())
				return err
			}
		},
	}
}

// version is the version of the module that the command was built from, "(devel)" in a checkout.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Path == module && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// module is the module of Brio.
const module = "github.com/brio-go/brio"
