// Command brio is the tool of programs made with Brio.
//
//	brio docs [-check] [-o brio_docs.go] [-var brioDocs] [packages]
//
// docs writes a Go file with the doc comments that the OpenAPI document of a program shows, so that they are there where
// the source is not: go run github.com/brio-go/brio/cmd/brio docs, behind a go:generate in package main. The program hands
// them over with brio.New(brio.DocComments(brioDocs)). Without packages it reads that of the current folder and those that
// it imports from the same module. With -check it writes nothing, and fails when the file is not up to date.
package main

import (
	"fmt"
	"os"
)

const usage = `usage: brio docs [-check] [-o file] [-var name] [packages]

docs writes brio_docs.go into the current folder: the doc comments of handlers, types and fields for
brio.New(brio.DocComments(brioDocs)). Without packages it reads the one of the folder and those that it imports from
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
