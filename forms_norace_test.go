//go:build !race

package brio_test

const formsUnderRace = false
