package params

import (
	"cmp"
	"io"
	"net/textproto"
	"reflect"

	"github.com/brio-go/brio/internal/exchange"
)

// UploadFile is one uploaded file: a field of it is required, one of *UploadFile optional, []UploadFile a list. It is a
// small handle that may be copied. The content is in memory up to a limit and in a temporary file beyond it, and is gone
// when the request has ended, whichever way it ended; Open and ReadAll then are errors. Its methods may be used
// concurrently.
type UploadFile struct {
	Filename    string // as the client says, without folders; never use it as a path unchecked
	ContentType string // as the client says
	Size        int64  // bytes
	Header      textproto.MIMEHeader

	file *exchange.File
}

// Open returns a reader of the content from its beginning. It may be called several times; each reader has a position of
// its own, and is an io.ReaderAt too.
func (f UploadFile) Open() (io.ReadSeekCloser, error) { return f.file.Open() }

// ReadAll returns the content. The slice is the caller's.
func (f UploadFile) ReadAll() ([]byte, error) { return f.file.ReadAll() }

func newUpload(f *exchange.File) UploadFile {
	return UploadFile{f.Filename, f.ContentType, f.Size, f.Header, f}
}

// UploadLimits bound forms. A field that is 0 leaves it to the router around, and at last to DefaultUploads; a negative
// one is no limit. Exactly a limit passes; more is a 413. The size of the whole body has a limit of its own: MaxBody.
type UploadLimits struct {
	Files, Fields int
	FileSize      int64 // bytes of one file
	FieldSize     int64 // bytes of one field's value
	Memory        int64 // bytes of all files of a request that are kept in memory; what is over it goes to a temporary file
}

// DefaultUploads are the limits that nobody has changed.
var DefaultUploads = UploadLimits{Files: 100, Fields: 1000, FileSize: 32 << 20, FieldSize: 1 << 20, Memory: 1 << 20}

// Or is l with the limits of outer where l has none.
func (l UploadLimits) Or(outer UploadLimits) UploadLimits {
	return UploadLimits{
		Files:     cmp.Or(l.Files, outer.Files),
		Fields:    cmp.Or(l.Fields, outer.Fields),
		FileSize:  cmp.Or(l.FileSize, outer.FileSize),
		FieldSize: cmp.Or(l.FieldSize, outer.FieldSize),
		Memory:    cmp.Or(l.Memory, outer.Memory),
	}
}

// form is how a form is read.
func (s *Settings) form() exchange.FormLimits {
	l := s.Uploads.Or(DefaultUploads)
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

var uploadType = reflect.TypeFor[UploadFile]()

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
