package exchange

import (
	"net/http"
	"slices"
	"sync"
)

// valuesPerBlock is the number of header values in one allocation. A header that a program keeps holds one block, 512 bytes on 64-bit
// systems.
const valuesPerBlock = 32

// values allocates the values of response headers. Middleware, and handlers around the app after it has returned, see the header map.
// They may keep the values and change them in place. So each part of a block is for one response and is never reused; only the unused
// end of a block returns to a pool. This costs one allocation for 32 values.
type values struct {
	block *[valuesPerBlock]string
	free  uint // block[:free] is free; of gives out its last element
}

// of returns s as the only value of a header. The slice has no spare capacity.
func (v *values) of(s string) []string {
	i := v.free - 1
	if i >= valuesPerBlock { // free was 0
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

// grow begins a new block and returns the number of its free values.
func (v *values) grow() uint {
	v.block, v.free = new([valuesPerBlock]string), valuesPerBlock
	return valuesPerBlock
}

// HeaderLine is one header of a list that many responses have.
type HeaderLine struct{ Key, Value string }

var valuesPool = sync.Pool{New: func() any { return new(values) }}

// SetHeader sets a header to one value in memory of its own. The key must be canonical. Middleware further out may change the value in
// place, unlike a slice that responses share. Unlike http.Header.Set it rarely allocates.
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
