package brio

import (
	"reflect"

	"github.com/brio-go/brio/internal/comments"
)

// docsSettings are what an app says of its document's comments.
type docsSettings struct {
	comments    comments.Table
	hasComments bool       // comments is what counts, be it nil
	made        [1]uintptr // the call of New, near which the source is
}

// DocComments gives the document the doc comments of handlers, types and fields, as they were when the program was built:
// the variable that the command brio docs writes, behind
//
//	//go:generate go run github.com/brio-go/brio/cmd/brio docs
//
// Without this option they are read from the source, where that lies next to the program. DocComments(nil) leaves them
// all out. Words in options and tags win over comments. docs/docs-pages.md says what becomes of a comment.
func DocComments(table map[string]string) AppOption {
	return appOption(func(a *appSettings) { a.docs.comments, a.docs.hasComments = table, true })
}

// commentsOf is where the document finds comments; functions are the app's handlers and providers. It is asked when the
// document is built, and reads no source before.
func (d docsSettings) commentsOf(functions []reflect.Value) comments.Comments {
	if d.hasComments {
		return d.comments
	}
	return comments.NewSource(functions, d.made[:]...)
}
