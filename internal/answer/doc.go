// Package answer has what a request is answered with: status, headers and body, and how they are merged and written.
//
// The router makes an [Answer] of a result or of an error, merges the temporal Answer of the request into it, encodes it and
// sends it through the Exchange. A body is bytes, a value that a function of the caller encodes, a stream of chunks, or a
// [Served]. The package does not know handlers, error formats, models or files: package response makes Answers of those.
package answer
