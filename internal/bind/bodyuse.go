package bind

// BodyUse is the way in which parameters read the body. All parameters of a route read it in one way.
type BodyUse uint8

const (
	NoBody     BodyUse = iota
	JSONBody           // fields of a JSON document
	FormBody           // fields of a form
	BytesBody          // the bytes of the body, as []byte
	ReaderBody         // the body as it arrives, as an io.Reader
	PartsBody          // the parts of a form as they arrive, as a *params.Parts
)

// String returns the end of a sentence that begins "it reads the body as".
func (u BodyUse) String() string {
	return [...]string{"nothing", "JSON", "a form", "raw bytes", "a reader", "streamed parts"}[u]
}

// Shared reports whether several parameter structs of a route may read the body in this way.
func (u BodyUse) Shared() bool { return u != ReaderBody }

// BodyUse returns the way in which the struct reads the body.
func (b *Binder) BodyUse() BodyUse {
	switch {
	case b.isParts:
		return PartsBody
	case b.firstForm < len(b.parameters):
		return FormBody
	case b.body == nil:
		return NoBody
	case b.body.raw == nil:
		return JSONBody
	case b.body.raw.reader:
		return ReaderBody
	}
	return BytesBody
}

// Media returns the media types of the media tags of the body's fields, and those of a Patch that is the body. Without any, the struct
// accepts all types that can be read.
func (b *Binder) Media() []string {
	switch {
	case b.body == nil:
		return nil
	case b.body.raw != nil:
		return b.body.raw.media
	}
	return b.body.media
}

// Accepted returns the media types of bodies that the struct reads under the settings. It is nil if it reads no body, or one of any type.
func (b *Binder) Accepted(s *Settings) []string {
	switch b.BodyUse() {
	case NoBody:
		return nil
	case FormBody:
		return []string{"application/x-www-form-urlencoded", "multipart/form-data"}
	case PartsBody:
		return []string{"multipart/form-data"}
	}
	return b.body.accepted(s)
}
