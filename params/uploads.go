package params

import (
	"io"
	"net/textproto"

	"github.com/brio-go/brio/internal/exchange"
)

// UploadFile is one uploaded file, of a field with a file tag. A field of type UploadFile is required, *UploadFile is optional,
// and []UploadFile is a list.
//
// The content is in memory up to [UploadLimits].Memory and in a temporary file beyond it. The framework removes it at the end of
// the request; Open and ReadAll then return errors. An UploadFile may be copied. It is safe for concurrent use.
type UploadFile struct {
	Filename    string               // as the client says, without folders; check it before it becomes part of a path
	ContentType string               // as the client says
	Size        int64                // bytes
	Header      textproto.MIMEHeader // of the part alone

	file *exchange.File
}

// Open returns a reader of the content from its beginning. Each call returns a reader with a position of its own. The readers
// are io.ReaderAt too.
func (f UploadFile) Open() (io.ReadSeekCloser, error) { return f.file.Open() }

// ReadAll returns the content. The caller owns the slice.
func (f UploadFile) ReadAll() ([]byte, error) { return f.file.ReadAll() }

// UploadLimits are the limits of forms, for the option brio.UploadLimits. A field that is 0 leaves the limit to the level
// outside: router, app, default. A negative one is no limit. A form over a limit is a 413, but over Memory. The size of the whole
// body has a limit of its own, brio.MaxBody.
type UploadLimits struct {
	Files     int   // files in a form; default 100
	Fields    int   // fields that are no files; default 1000
	FileSize  int64 // bytes of one file; default 32 MiB
	FieldSize int64 // bytes of the value of one field; default 1 MiB
	Memory    int64 // bytes of all files of a request that stay in memory, others go to temporary files; default 1 MiB
}
