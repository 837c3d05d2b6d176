// Package json is the one place where the framework reads JSON of clients and writes JSON of results and errors. It holds the
// seam to the codec (Unmarshal, Append): no other package imports goccy/go-json, so the codec can be judged, or replaced,
// here alone. encoding/json is used for text that the program itself has made: by openapi and the packages below it for the
// document, which is made once; by middleware for the values in a session; by cmd/brio; by internal/contract in tests.
//
// A document of a client takes this way: Scan compares its raw bytes with a Shape, then Unmarshal decodes what fits; of
// plain types ScanInto does both in one reading, for small documents and within a bound on memory (fill.go). The
// scanner exists because no decoder of Go tells a missing key from a zero value, reports duplicate keys, matches names
// exactly, or bounds depth and count before it allocates. Scan reads each byte once and allocates nothing. A document that
// does not fit is read a second time by a caller that explains why, with Members and Elements: only refused requests pay
// for paths and messages.
//
// What must hold: a document that Scan did not find to fit never reaches Unmarshal with a type of ours, and a target is
// fresh and is dropped on any error, because the decoder leaves partly filled values behind.
package json
