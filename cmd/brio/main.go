// Command brio generates code for programs made with Brio.
//
//	brio docs [-check] [-o brio_docs.go] [-var brioDocs] [packages]
//
// docs writes a Go file with the doc comments that the program's OpenAPI document shows. A binary then has them without the
// source. Put this line into package main, and pass the variable to brio.New(brio.DocComments(brioDocs)):
//
//	//go:generate go run github.com/brio-go/brio/cmd/brio docs
//
// Without packages it reads the package of the current folder and the packages of the same module that it imports. With
// -check it writes nothing and fails if the file is not up to date.
package main

import (
	"fmt"
	"os"
)

const usage = `usage: brio docs [-check] [-o file] [-var name] [packages]

docs writes brio_docs.go into the current folder: the doc comments of handlers, types and fields for
brio.New(brio.DocComments(brioDocs)). Without packages it reads the one of the folder and its imports from
the same module. -check writes nothing and fails when the file is not up to date.
`

func main() {
	if len(os.Args) < 2 || os.Args[1] != "docs" {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	if err := docs(os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "brio docs:", err)
		os.Exit(1)
	}
}
