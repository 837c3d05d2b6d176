// Package explore makes requests of an app's OpenAPI document, sends them to the app, and judges the answers. briotest.Explore is its
// door.
//
// A [Run] has the operations of a document. generate.go makes valid values of a schema, pattern.go texts of a pattern; places.go finds
// the places of a request at which a rule can be broken, and mutate.go breaks one; request.go is a request as values, which can be
// changed, sent and printed; checks.go is the table of what is held of each answer, probes.go of what further requests show;
// sequence.go creates, reads, changes and deletes; shrink.go makes a request smaller while the finding stays.
//
// Everything is chosen by one source of random numbers: the same seed and app make the same requests.
package explore
