package params

import (
	"io"
	"net/textproto"

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

// UploadLimits bound forms. A field that is 0 leaves it to the router around, and at last to the default; a negative one is
// no limit. Exactly a limit passes; more is a 413. The size of the whole body has a limit of its own: MaxBody.
//
// The defaults are 100 files of 32 MiB, 1000 fields of 1 MiB, and 1 MiB in memory.
type UploadLimits struct {
	Files, Fields int
	FileSize      int64 // bytes of one file
	FieldSize     int64 // bytes of one field's value
	Memory        int64 // bytes of all files of a request that are kept in memory; what is over it goes to a temporary file
}
