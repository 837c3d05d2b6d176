package exchange

import (
	"net/http"
	"slices"
	"sync"
)

// valuesPerBlock is how many header values one allocation has room for. A header that a program keeps holds one block, 1 KiB
// on 64-bit systems.
const valuesPerBlock = 64

// values gives out the memory of response header values. User code sees the header map of a response: writers of
// middleware, and handlers around the app after it has returned. It may keep the values and change them in place. So a piece
// of a block is given out once, to one response, and never again; only the unused end of a block waits in a pool. This
// costs one allocation for 64 values.
type values struct {
	block *[valuesPerBlock]string
	free  uint // block[:free] is free; of gives out its last element
}

// of returns s as the only value of a header. The slice has no spare capacity.
func (v *values) of(s string) []string {
	i := v.free - 1
	if i >= valuesPerBlock { // it was 0
		i = v.grow() - 1
	}
	v.free = i
	v.block[i] = s
	return v.block[i : i+1 : i+1]
}

// clone returns a copy of list, nil for an empty one. The slice has no spare capacity.
func (v *values) clone(list []string) []string {
	n := uint(len(list))
	switch {
	case n == 1:
		return v.of(list[0])
	case n == 0:
		return nil
	case n > valuesPerBlock/4:
		return slices.Clip(slices.Clone(list))
	case n > v.free:
		v.grow()
	}
	v.free -= n
	own := v.block[v.free:][:n:n]
	copy(own, list)
	return own
}

// grow begins a new block and returns how much of it is free.
func (v *values) grow() uint {
	v.block, v.free = new([valuesPerBlock]string), valuesPerBlock
	return valuesPerBlock
}

// HeaderLine is one header of a list that is set for many responses.
type HeaderLine struct{ Key, Value string }

var valuesPool = sync.Pool{New: func() any { return new(values) }}

// SetHeader sets a header to one value, in memory of its own. The key is canonical. Unlike a slice that responses share, the
// value may be changed in place by middleware further out; unlike http.Header.Set it rarely allocates.
func SetHeader(h http.Header, key, value string) {
	v := valuesPool.Get().(*values)
	h[key] = v.of(value)
	valuesPool.Put(v)
}

// SetHeaders is SetHeader for each line of a list.
func SetHeaders(h http.Header, lines []HeaderLine) {
	if len(lines) == 0 {
		return
	}
	v := valuesPool.Get().(*values)
	for i := range lines {
		h[lines[i].Key] = v.of(lines[i].Value)
	}
	valuesPool.Put(v)
}
