// Package swar looks at eight bytes at once, as one word ("SIMD within a register").
//
// A word has its first byte in the lowest eight bits, as [Load] reads it. A search returns a mask: the high bit of each byte
// that was found. A borrow between bytes can mark bytes above the lowest hit, so only the lowest mark is exact; [First] gives
// its position. A mask of 0 means that no byte was found.
//
// Each function has a plain twin in the tests, which compare the two on all kinds of words.
package swar
