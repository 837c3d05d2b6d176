package bind

import (
	"cmp"
	"reflect"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/params"
)

// defaultUploads returns the limits of an app that sets none.
func defaultUploads() params.UploadLimits {
	return params.UploadLimits{Files: 100, Fields: 1000, FileSize: 32 << 20, FieldSize: 1 << 20, Memory: 1 << 20}
}

// MergeUploads returns the limits of inner, and those of outer where inner has none.
func MergeUploads(inner, outer params.UploadLimits) params.UploadLimits {
	return params.UploadLimits{
		Files:     cmp.Or(inner.Files, outer.Files),
		Fields:    cmp.Or(inner.Fields, outer.Fields),
		FileSize:  cmp.Or(inner.FileSize, outer.FileSize),
		FieldSize: cmp.Or(inner.FieldSize, outer.FieldSize),
		Memory:    cmp.Or(inner.Memory, outer.Memory),
	}
}

// form is how a form is read.
func (s *Settings) form() exchange.FormLimits {
	l := MergeUploads(s.Uploads, defaultUploads())
	return exchange.FormLimits{
		Text: s.MaxBody, Multipart: s.MaxMultipart,
		Files: l.Files, Fields: l.Fields, FileSize: l.FileSize, FieldSize: l.FieldSize, Memory: l.Memory,
	}
}

// BodyUse says in what way parameters read the body. A route reads it in one way.
type BodyUse uint8

const (
	NoBody     BodyUse = iota
	JSONBody           // fields of a JSON document
	FormBody           // fields of a form
	BytesBody          // the body as it is, []byte
	ReaderBody         // the body as it arrives, io.Reader
	PartsBody          // the parts of a form, *Parts
)

// String completes "it reads the body as".
func (u BodyUse) String() string {
	return [...]string{"nothing", "JSON", "a form", "raw bytes", "a reader", "streamed parts"}[u]
}

// Shared reports whether several parameter structs of a route may read the body in this way.
func (u BodyUse) Shared() bool { return u != ReaderBody }

// BodyUse is how the struct reads the body.
func (b *Binder) BodyUse() BodyUse {
	switch {
	case b.parts:
		return PartsBody
	case b.forms < len(b.texts):
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

// BodyLimit is the number of bytes that code may read which is given the request itself, beside parameters that read
// the body in this way.
func (s *Settings) BodyLimit(u BodyUse) int64 {
	if (u == FormBody || u == PartsBody) && s.MaxBody >= 0 && (s.MaxMultipart < 0 || s.MaxMultipart > s.MaxBody) {
		return s.MaxMultipart
	}
	return s.MaxBody
}

var uploadType = reflect.TypeFor[params.UploadFile]()

// Media are the media types of the media tags of the struct's body; none: whatever can be read.
func (b *Binder) Media() []string {
	switch {
	case b.body == nil:
		return nil
	case b.body.raw != nil:
		return b.body.raw.media
	}
	return b.body.media
}
