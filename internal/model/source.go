package model

// Source is the part of a request that a parameter comes from.
type Source uint8

const (
	None Source = iota
	Path
	Query
	Header
	Cookie
	Body
	FormText // a form field that is a text
	FormFile // a form field that is a file
)

// String returns the struct tag that names the source.
func (s Source) String() string {
	return [...]string{"", "path", "query", "header", "cookie", "body", "form", "file"}[s]
}

// Place returns the first element of an error's loc. Forms are "body", as in FastAPI.
func (s Source) Place() string {
	if s > Body {
		s = Body
	}
	return s.String()
}

// isText reports whether parameters of the source are read from text.
func (s Source) isText() bool { return s >= Path && s <= Cookie || s == FormText }
