package main

import (
	"bufio"
	"bytes"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// templates has a folder for each template. The go tool leaves folders out whose names begin with _.
//
//go:embed all:_templates
var templates embed.FS

// templateNames are the values of -template, the default first.
var templateNames = []string{"api", "full", "minimal"}

// newCommand is the command that makes a project.
func newCommand() command {
	return command{
		name: "new", args: "DIR", short: "make a project", long: `
New makes a project that builds, runs and passes its tests, in a new or an empty folder.

  api      routes of a resource with their store, settings, and tests
  full     users, teams and items on SQLite or PostgreSQL: migrations, tokens, jobs, traces, files of deployment
  minimal  one route and its test

The path of the module is -module. Otherwise the command asks for it on a terminal, and takes the name of the folder elsewhere. The
project requires the version of Brio that the command has.`,
		define: func(flags *flag.FlagSet) runner {
			o := &newOptions{}
			flags.StringVar(&o.template, "template", templateNames[0], "the `name` of the template: "+strings.Join(templateNames, ", "))
			flags.StringVar(&o.module, "module", "", "the `path` of the module, as in example.com/shop")
			flags.StringVar(&o.checkout, "checkout", "", "use the sources of Brio in this `folder`, for those who change Brio itself")
			return o.run
		},
	}
}

// newOptions are the flags of new.
type newOptions struct{ template, module, checkout string }

// modulePath is the form of a path of a module.
var modulePath = regexp.MustCompile(`^[A-Za-z0-9][\w.~-]*(/[\w.~-]+)*$`)

// run makes the project.
func (o *newOptions) run(s *streams, args, _ []string) error {
	switch {
	case len(args) != 1:
		return wrong("new takes one argument: the folder")
	case !slices.Contains(templateNames, o.template):
		return wrong("-template %q is none of %s", o.template, strings.Join(templateNames, ", "))
	}
	dir, err := filepath.Abs(args[0])
	if err != nil {
		return err
	}
	name := filepath.Base(dir)
	if o.module == "" {
		o.module = o.askModule(s, name)
	}
	if !modulePath.MatchString(o.module) {
		return wrong("the path of the module is %q: name another one with -module, as in example.com/shop", o.module)
	}
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return fmt.Errorf("the folder %s is not empty\n\tlegal: a folder that is new or empty", args[0])
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := o.write(dir, path.Base(o.module)); err != nil {
		return err
	}
	if err := o.require(dir); err != nil {
		return fmt.Errorf("the files are written, and go mod tidy failed; run it again in %s: %w", args[0], err)
	}
	_, err = fmt.Fprintf(s.out, "%s has the module %s. Next:\n\n  cd %s\n  go test ./...\n  brio dev\n", args[0], o.module, args[0])
	return err
}

// askModule asks for the path of the module on a terminal. Elsewhere it is the name of the folder.
func (o *newOptions) askModule(s *streams, name string) string {
	in, ok := s.in.(*os.File)
	if !ok {
		return name
	}
	if info, err := in.Stat(); err != nil || info.Mode()&fs.ModeCharDevice == 0 {
		return name
	}
	fmt.Fprintf(s.err, "path of the module [%s]: ", name)
	line, _ := bufio.NewReader(in).ReadString('\n')
	if line = strings.TrimSpace(line); line != "" {
		return line
	}
	return name
}

// requirements is a file of a template that becomes a part of go.mod. A template cannot have a go.mod: package embed leaves out folders with one.
const requirements = "go.mod.tmpl"

// templateModule is the path of the module in the imports of the templates.
const templateModule = "example.com/app"

// appName is the word in the templates that the name of the project replaces, in texts and in paths of files.
var appName = regexp.MustCompile(`(Command |Title\("|issuer = "|Description=|# |\./|/)app\b`)

// write writes the files of the template.
func (o *newOptions) write(dir, name string) error {
	root, err := fs.Sub(templates, path.Join("_templates", o.template))
	if err != nil {
		return err
	}
	return fs.WalkDir(root, ".", func(file string, entry fs.DirEntry, err error) error {
		to := filepath.Join(dir, filepath.FromSlash(appName.ReplaceAllString(file, "${1}"+name)))
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			return os.MkdirAll(to, 0o777)
		case file == requirements:
			return nil
		}
		text, err := fs.ReadFile(root, file)
		if err != nil {
			return err
		}
		text = bytes.ReplaceAll(text, []byte(`"`+templateModule+`/`), []byte(`"`+o.module+`/`))
		return os.WriteFile(to, appName.ReplaceAll(text, []byte("${1}"+name)), 0o666)
	})
}

// require writes go.mod and go.sum.
func (o *newOptions) require(dir string) error {
	text := fmt.Sprintf("module %s\n\ngo 1.26\n", o.module)
	switch v := version(); {
	case o.checkout != "":
		checkout, err := filepath.Abs(o.checkout)
		if err != nil {
			return err
		}
		text += fmt.Sprintf("\nrequire %s v0.0.0-00010101000000-000000000000\n\nreplace %[1]s => %s\n", module, checkout)
	case strings.HasPrefix(v, "v"):
		text += fmt.Sprintf("\nrequire %s %s\n", module, v)
	}
	if more, err := fs.ReadFile(templates, path.Join("_templates", o.template, requirements)); err == nil {
		text += "\n" + string(more)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(text), 0o666); err != nil {
		return err
	}
	cmd := exec.Command("go", "mod", "tidy")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
}
