//go:build race

package testkit

// RaceEnabled says that the race detector is on. It makes reading bytes some twenty times slower and counts memory of its
// own, so tests of time and memory use smaller sizes or do not measure.
const RaceEnabled = true
