package bind

import (
	"cmp"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/switches"
	"github.com/brio-go/brio/params"
)

// Settings are the settings of a route for reading requests. Routes share them; Bind does not change them.
type Settings struct {
	MaxBody      int64 // bytes; negative: no limit
	MaxMultipart int64 // bytes of a body of type multipart/form-data; negative: no limit
	Uploads      params.UploadLimits
	JSON         json.Limits
	Switches     switches.Set // the ones that are on
	Decoders     []Decoder    // outermost level first
	Limits       exchange.Limits
}

// form returns the limits of a form.
func (s *Settings) form() exchange.FormLimits {
	l := MergeUploads(s.Uploads, defaultUploads())
	return exchange.FormLimits{
		Text: s.MaxBody, Multipart: s.MaxMultipart,
		Files: l.Files, Fields: l.Fields, FileSize: l.FileSize, FieldSize: l.FieldSize, Memory: l.Memory,
	}
}

// BodyLimit returns the number of bytes of the body that a function with the *http.Request may read, beside parameters that read the
// body in the way u. It is negative for no limit.
func (s *Settings) BodyLimit(u BodyUse) int64 {
	if (u == FormBody || u == PartsBody) && s.MaxBody >= 0 && (s.MaxMultipart < 0 || s.MaxMultipart > s.MaxBody) {
		return s.MaxMultipart
	}
	return s.MaxBody
}

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
