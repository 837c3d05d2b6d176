package params

import "github.com/brio-go/brio/internal/exchange"

// NewUpload is for the framework. It returns the UploadFile of a file in a form.
func NewUpload(f *exchange.File) UploadFile {
	return UploadFile{f.Filename, f.ContentType, f.Size, f.Header, f}
}

// NewParts is for the framework. It returns the Parts of a body.
func NewParts(parts *exchange.Parts) Parts { return Parts{parts} }
