//go:build race

package brio_test

// formsUnderRace: the race detector makes reading bytes twenty times slower, and counts its own memory.
const formsUnderRace = true
