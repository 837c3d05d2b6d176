package exchange

import "net/http"

// Headers are the headers of a response. A nil *Headers has none.
type Headers struct {
	Fields  []Field     // a list, as there are few; each name is there once
	Map     http.Header // what anybody may have set; a name with no values removes the header
	Cookies []string    // values of Set-Cookie, beyond those of the others: cookies.Check has judged the cookies
}

// Field is one header with one value. That both are legal was found when it was made, so that it is sent as it is; what
// is not belongs in Headers.Map, which is judged when it is sent.
type Field struct {
	name  string
	value [1]string // an array of one cannot be appended to in place
}

// NewField makes a Field. It is not legal for a name that is no token and a value with CR, LF or NUL.
func NewField(name, value string) (f Field, legal bool) {
	name, token := canonicalToken(name)
	if !token || controlAt(value) >= 0 {
		return Field{}, false
	}
	return Field{name, [1]string{value}}, true
}

// Name is the canonical name.
func (f *Field) Name() string { return f.name }

// Values are the one value, as headers have it. The slice is part of f.
func (f *Field) Values() []string { return f.value[:] }

// legal finds what must not be written.
func (h *Headers) legal() error {
	if h == nil {
		return nil
	}
	for name, values := range h.Map {
		if err := legalHeader(name, values); err != nil {
			return err
		}
	}
	return nil
}

// plain reports whether h has nothing that must be judged, and says nothing of the framing.
func (h *Headers) plain() bool {
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

// addTo writes h, which is plain, into an empty header: what mergeInto would do, without a look at what is there.
func (h *Headers) addTo(header http.Header) {
	if h == nil {
		return
	}
	for i := range h.Fields {
		f := &h.Fields[i]
		header[f.name] = f.value[:]
	}
	if n := len(h.Cookies); n > 0 {
		header["Set-Cookie"] = h.Cookies[:n:n]
	}
}

// mergeInto puts h into a header and reports whether h has a Content-Type.
func (h *Headers) mergeInto(header http.Header) (ownType bool) {
	if h == nil {
		return false
	}
	for i := range h.Fields {
		f := &h.Fields[i]
		ownType = ownType || f.name == "Content-Type"
		merge(header, f.name, f.value[:])
	}
	for name, values := range h.Map {
		name = CanonicalKey(name)
		ownType = ownType || name == "Content-Type"
		merge(header, name, values)
	}
	if len(h.Cookies) > 0 {
		merge(header, "Set-Cookie", h.Cookies)
	}
	return ownType
}

// merge puts one header into header. Slices are assigned with no spare capacity, so that an append by anyone later copies
// them: they may be shared between requests.
func merge(header http.Header, name string, values []string) {
	if name == "Vary" || name == "Set-Cookie" {
		if set := header[name]; len(set) > 0 {
			header[name] = append(set[:len(set):len(set)], values...)
			return
		}
	}
	if len(values) == 0 {
		// nil and not absent: it also stops net/http from adding its own Date.
		header[name] = nil
		return
	}
	header[name] = values[:len(values):len(values)]
}
