// Package httpwriter has the wrapper of an http.ResponseWriter that the framework and its middleware share.
//
// A wrapper has a [Writer] as a field and implements [Hooks] with the steps that it watches or changes. Handlers get what
// [Writer.Variant] returns: it has the optional interfaces of the writer below, which are http.Flusher, http.Hijacker, io.ReaderFrom
// for sendfile, and the methods of http.ResponseController. A [Closed] writer is one that handlers cannot unwrap.
//
// The package must not know requests or what a wrapper is for, and imports nothing of Brio.
package httpwriter
