// Package json reads the JSON of clients and writes the JSON of results and errors.
//
// No other package imports goccy/go-json: Unmarshal and Append are the only way to the codec, so that it can be replaced here.
// encoding/json is used for text that the program itself has made: by openapi and the packages below it for the document, which is
// made once; by middleware for the values in a session; by cmd/brio.
//
// A document of a client is read in two steps. Scan compares its bytes with a Shape; Unmarshal decodes a document that fits. For
// small documents of most types ScanInto does both in one reading (fill.go): of all but interfaces, unions without a discriminator,
// and types that hold more than their JSON. The scanner exists because no decoder of Go tells a
// missing key from a zero value, reports duplicate keys, matches names exactly, and bounds depth and count before it allocates.
// Scan reads each byte once and allocates nothing. A caller that explains why a document does not fit reads it a second time with
// Members and Elements, so only refused requests pay for paths and messages.
//
// Two rules must hold. A document reaches Unmarshal, with a type of the framework's, only after Scan has found it to fit. The
// target is a new value and is dropped on any error, because the codec leaves partly filled values behind.
package json
