package exchange

import (
	"net/http"
	"slices"
	"sync"

	"github.com/brio-go/brio/internal/httptext"
)

// Headers are the headers of a response. A nil *Headers is empty.
type Headers struct {
	Fields  []Field     // each name once
	Map     http.Header // headers that the program has set; a name with no values removes the header
	Cookies []string    // further values of Set-Cookie, checked by cookies.Check
}

// Field is one header with one value. NewField has checked both, so Send does not. Other headers belong in Headers.Map, which
// Send checks.
type Field struct {
	name  string
	value [1]string // append to a slice of an array of one copies
}

// NewField makes a Field. legal is false if name is no token, or if value has a control character other than a tab.
func NewField(name, value string) (f Field, legal bool) {
	name, token := httptext.CanonicalName(name)
	if !token || controlAt(value) >= 0 {
		return Field{}, false
	}
	return Field{name, [1]string{value}}, true
}

// Name is the canonical name.
func (f *Field) Name() string { return f.name }

// Values is a slice of the one value, as http.Header has it. The slice is part of f.
func (f *Field) Values() []string { return f.value[:] }

// has reports whether h has a value of a header. The name must be canonical.
func (h *Headers) has(name string) bool {
	if h == nil {
		return false
	}
	for i := range h.Fields {
		if h.Fields[i].name == name {
			return true
		}
	}
	return len(h.Map[name]) > 0
}

// check returns an error for the first header of Map that must not be written.
func (h *Headers) check() error {
	if h == nil || len(h.Map) == 0 {
		return nil
	}
	return legalHeaders(h.Map)
}

func legalHeaders(h http.Header) error {
	for name, values := range h {
		if err := legalHeader(name, values); err != nil {
			return err
		}
	}
	return nil
}

// isPrechecked reports whether h needs no check and sets neither framing, Content-Type nor cookies.
func (h *Headers) isPrechecked() bool {
	if h == nil {
		return true
	}
	for i := range h.Fields {
		switch h.Fields[i].name {
		case "Content-Length", "Content-Type", "Set-Cookie", "Trailer", "Transfer-Encoding":
			return false
		}
	}
	return len(h.Map) == 0
}

// addPrechecked writes h, which is prechecked and not nil, into an empty header. mergeInto gives the same result; this saves its
// look-ups.
func (x *Exchange) addPrechecked(header http.Header, h *Headers) {
	for i := range h.Fields {
		f := &h.Fields[i]
		header[f.name] = x.values.of(f.value[0])
	}
	if len(h.Cookies) > 0 {
		header["Set-Cookie"] = x.values.clone(h.Cookies)
	}
}

// mergeInto puts h into a header and reports whether h has a Content-Type.
func (x *Exchange) mergeInto(header http.Header, h *Headers) (ownType bool) {
	if h == nil {
		return false
	}
	for i := range h.Fields {
		f := &h.Fields[i]
		ownType = ownType || f.name == "Content-Type"
		x.merge(header, f.name, f.value[:])
	}
	for name, values := range h.Map {
		name = httptext.CanonicalKey(name)
		ownType = ownType || name == "Content-Type"
		x.merge(header, name, values)
	}
	if len(h.Cookies) > 0 {
		x.merge(header, "Set-Cookie", h.Cookies)
	}
	return ownType
}

// AddHeader adds a value to the headers of a response that has not begun. name is canonical. It costs one allocation.
func AddHeader(w http.ResponseWriter, name, value string) {
	header := w.Header()
	header[name] = append(header[name], value)
}

// merge puts one header into header. It copies the values: requests may share those of h, and the response owns those of header.
func (x *Exchange) merge(header http.Header, name string, values []string) {
	if name == "Vary" || name == "Set-Cookie" || name == "Link" {
		if set := header[name]; len(set) > 0 {
			set = slices.Clip(set)
			for _, value := range values {
				if name == "Set-Cookie" || !slices.Contains(set, value) { // middleware.Compress and the answer may name one header
					set = append(set, value)
				}
			}
			header[name] = set
			return
		}
	}
	// nil without values, and not absent: it also stops net/http from adding its own Date.
	header[name] = x.values.clone(values)
}

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
