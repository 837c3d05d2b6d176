package main

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brio-go/brio/internal/testkit"
)

const golden = "testdata/program/brio_docs.go"

// TestDocsOfProgram reads a program and the package it imports. The golden file is part of the program, so that it is
// compiled.
func TestDocsOfProgram(t *testing.T) {
	t.Chdir("testdata/program")
	here, err := list("", ".")
	if err != nil || len(here) != 1 {
		t.Fatal(here, err)
	}
	read, err := neighbours(here[0])
	if err != nil || len(read) != 2 {
		t.Fatalf("the packages are %v, %v", read, err)
	}
	text, err := generate("main", "brioDocs", nil, read)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir("../..")
	if *testkit.Update {
		if err := os.WriteFile(golden, text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != string(want) {
		t.Errorf("%s\nwant\n%s", text, want)
	}
}

// TestDocsWrites works on a copy of the program, as a module of its own: a test leaves the source as it is.
func TestDocsWrites(t *testing.T) {
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := errors.Join(
		os.CopyFS(dir, os.DirFS("testdata/program")),
		os.Remove(filepath.Join(dir, filepath.Base(golden))),
		os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module github.com/brio-go/brio/cmd/brio/testdata/program\n"), 0o666),
	); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	if err := docs("-check"); err == nil || !strings.Contains(err.Error(), "brio_docs.go is not up to date; write it with: go run github.com/brio-go/brio/cmd/brio docs") {
		t.Errorf("-check without a file: %v", err)
	}
	for range 2 {
		if err := docs(); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("brio_docs.go")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if err := docs("-check"); err != nil {
		t.Error(err)
	}
	if err := docs("-check", "./nothing"); err == nil || !strings.Contains(err.Error(), "nothing") {
		t.Errorf("a package that is not there: %v", err)
	}
	if err := docs("-var", "a b"); err == nil {
		t.Error("a variable that is no name")
	}
}

// docs runs the command docs.
func docs(args ...string) error {
	flags := flag.NewFlagSet("docs", flag.ContinueOnError)
	o := defineDocs(flags)
	if err := flags.Parse(args); err != nil {
		return err
	}
	return o.write(flags.Args())
}
