// Package streams tests streamed answers: iterators as JSON lines, event streams, and raw streams of bytes, in memory and over
// real connections.
package streams
