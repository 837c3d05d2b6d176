package main

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// shells are the shells that a script can be printed for.
var shells = map[string]func([]command) string{"bash": bash, "zsh": zsh, "fish": fish}

// completionCommand is the command that prints a script for a shell.
func completionCommand() command {
	return command{
		name: "completion", args: "SHELL", short: "print a script that completes command lines", long: `
Completion prints a script for bash, zsh or fish. It completes commands and flags.

  bash   brio completion bash >~/.local/share/bash-completion/completions/brio
  zsh    brio completion zsh >"${fpath[1]}/_brio"
  fish   brio completion fish >~/.config/fish/completions/brio.fish`,
		define: func(*flag.FlagSet) runner {
			return func(s *streams, args, _ []string) error {
				if len(args) != 1 || shells[args[0]] == nil {
					return wrong("the shell is one of %s", strings.Join(slices.Sorted(maps.Keys(shells)), ", "))
				}
				_, err := fmt.Fprint(s.out, shells[args[0]](commands()))
				return err
			}
		},
	}
}

// flagNames returns the flags of a command, as "-o".
func (c *command) flagNames() (names []string) {
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	c.define(flags)
	flags.VisitAll(func(f *flag.Flag) { names = append(names, "-"+f.Name) })
	return names
}

func commandNames(list []command) (names []string) {
	for _, c := range list {
		names = append(names, c.name)
	}
	return names
}

// bash returns the script for bash.
func bash(list []command) string {
	var b strings.Builder
	b.WriteString("_brio() {\n\tlocal word=${COMP_WORDS[COMP_CWORD]} words=\n")
	fmt.Fprintf(&b, "\tif [ \"$COMP_CWORD\" = 1 ]; then\n\t\twords=%q\n\telse\n\t\tcase ${COMP_WORDS[1]} in\n", strings.Join(append(commandNames(list), "help"), " "))
	for _, c := range list {
		if names := c.flagNames(); len(names) > 0 {
			fmt.Fprintf(&b, "\t\t%s) words=%q ;;\n", c.name, strings.Join(names, " "))
		}
	}
	fmt.Fprintf(&b, "\t\thelp) words=%q ;;\n\t\tcompletion) words=%q ;;\n", strings.Join(commandNames(list), " "), "bash fish zsh")
	b.WriteString("\t\tesac\n\tfi\n\tCOMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n}\ncomplete -o default -F _brio brio\n")
	return b.String()
}

// zsh returns the script for zsh, which also may stand in a folder of $fpath.
func zsh(list []command) string {
	var b strings.Builder
	b.WriteString("#compdef brio\n_brio() {\n\tif (( CURRENT == 2 )); then\n\t\tlocal -a commands=(\n")
	for _, c := range list {
		fmt.Fprintf(&b, "\t\t\t'%s:%s'\n", c.name, c.short)
	}
	b.WriteString("\t\t\t'help:say what a command does'\n\t\t)\n\t\t_describe command commands\n\t\treturn\n\tfi\n\tcase $words[2] in\n")
	for _, c := range list {
		if names := c.flagNames(); len(names) > 0 {
			fmt.Fprintf(&b, "\t%s) compadd -- %s ;;\n", c.name, strings.Join(names, " "))
		}
	}
	fmt.Fprintf(&b, "\thelp) compadd -- %s ;;\n\tcompletion) compadd -- bash fish zsh ;;\n\tesac\n\t_files\n}\n", strings.Join(commandNames(list), " "))
	b.WriteString("if [ \"$funcstack[1]\" = _brio ]; then\n\t_brio\nelse\n\tcompdef _brio brio\nfi\n")
	return b.String()
}

// fish returns the script for fish.
func fish(list []command) string {
	var b strings.Builder
	for _, c := range list {
		fmt.Fprintf(&b, "complete -c brio -n __fish_use_subcommand -f -a %s -d '%s'\n", c.name, c.short)
		for _, name := range c.flagNames() {
			fmt.Fprintf(&b, "complete -c brio -n '__fish_seen_subcommand_from %s' -o %s\n", c.name, strings.TrimPrefix(name, "-"))
		}
	}
	fmt.Fprintf(&b, "complete -c brio -n __fish_use_subcommand -f -a help -d 'say what a command does'\ncomplete -c brio -n '__fish_seen_subcommand_from help' -f -a '%s'\n", strings.Join(commandNames(list), " "))
	b.WriteString("complete -c brio -n '__fish_seen_subcommand_from completion' -f -a 'bash fish zsh'\n")
	return b.String()
}
