// Command program has handlers with comments, in two packages.
package main

import "github.com/brio-go/brio/cmd/brio/testdata/program/model"

//go:generate go run github.com/brio-go/brio/cmd/brio docs

// server has handlers for methods.
type server struct{}

// list lists items.
//
// It has a "quoted" `word`, a second paragraph
// and a backslash: \.
func (s *server) list(*query) model.Page[model.Item] { return model.Page[model.Item]{} }

// query is what list reads.
type query struct {
	// Search is for names.
	Search string
	Limit  int // at most 100
	secret int // of no use outside
}

// helper is called, so it is in no document.
func helper(...any) {}

func main() {
	helper((&server{}).list, brioDocs, query{}.secret)
}
