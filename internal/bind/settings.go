package bind

import (
	"cmp"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/params"
)

// Settings are what a route decides about reading.
type Settings struct {
	MaxBody           int64 // bytes
	MaxMultipart      int64 // bytes of a body that is multipart/form-data
	Uploads           params.UploadLimits
	MaxDepth          int  // levels of JSON; 0: the default
	MaxElements       int  // of JSON; 0: the default
	StrictContentType bool // a body without Content-Type is refused
	Decoders          []Decoder
	LaxJSON           bool // JSON scalars may be spelled as pydantic allows
	LaxText           bool // numbers in text likewise
	HeaderFieldNames  bool // errors of a header model name its fields, not the headers
	TextBodies        bool // a body that is not declared as JSON is a text, and no refusal
	Limits            exchange.Limits
}

// decoderFor is the one for a media type, nil for none. The last that was given is the innermost.
func (s *Settings) decoderFor(mediaType string) *Decoder {
	for i := len(s.Decoders) - 1; i >= 0; i-- {
		if s.Decoders[i].MediaType == mediaType {
			return &s.Decoders[i]
		}
	}
	return nil
}

// limits are those of a JSON document.
func (s *Settings) limits() json.Limits {
	return json.Limits{Depth: s.MaxDepth, Elements: s.MaxElements}.Effective()
}

// form is how a form is read.
func (s *Settings) form() exchange.FormLimits {
	l := MergeUploads(s.Uploads, defaultUploads())
	return exchange.FormLimits{
		Text: s.MaxBody, Multipart: s.MaxMultipart,
		Files: l.Files, Fields: l.Fields, FileSize: l.FileSize, FieldSize: l.FieldSize, Memory: l.Memory,
	}
}

// BodyLimit is the number of bytes that code may read which is given the request itself, beside parameters that read
// the body in this way.
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
