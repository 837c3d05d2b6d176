package explore

import (
	"encoding/binary"
	"math/rand/v2"
)

// Choices is a source of random numbers that are read from data: a fuzzer that changes a byte changes one choice. After the data the
// numbers go on by a fixed rule.
func Choices(data []byte) rand.Source { return &choices{data, rand.NewPCG(uint64(len(data)), 7)} }

// choices is the source of Choices.
type choices struct {
	data []byte
	rest rand.Source
}

// Uint64 returns the next choice. A byte fills the number, so that it decides on a choice of few, too.
func (c *choices) Uint64() uint64 {
	if len(c.data) == 0 {
		return c.rest.Uint64()
	}
	b := c.data[0]
	c.data = c.data[1:]
	var n [8]byte
	for i := range n {
		n[i] = b * byte(2*i+1)
	}
	return binary.BigEndian.Uint64(n[:])
}
