package brio

import (
	"fmt"
	"mime"
	"strings"
	"time"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/startup"
	"github.com/brio-go/brio/internal/switches"
	"github.com/brio-go/brio/params"
)

// StrictContentType requires a Content-Type for a JSON body. It is on by default. With false a body without a Content-Type is read as
// JSON; a body with another Content-Type is not. The innermost level decides.
//
//go:noinline
func StrictContentType(on ...bool) Option {
	return switchedRoute("StrictContentType", on, switches.StrictContentType)
}

// BodyDecoder reads whole bodies of another media type. unmarshal receives the bytes and a pointer to the field, and may be called by
// several requests at once. Defaults are set before, and the value is checked by its rules afterwards. The framework does not know which
// members were present, so none is missing. An error of unmarshal is a 422, unless it is an *HTTPError. Levels add up; of two for a
// media type the innermost decides.
//
//go:noinline
func BodyDecoder(mediaType string, unmarshal func([]byte, any) error) Option {
	d := declare.Decoder{MediaType: strings.ToLower(mediaType), Unmarshal: unmarshal}
	parsed, params, err := mime.ParseMediaType(d.MediaType)
	switch {
	case err != nil || len(params) > 0 || parsed != d.MediaType || strings.Count(parsed, "/") != 1 || strings.Contains(parsed, "*"):
		return refused(fmt.Sprintf("BodyDecoder(%q): this is no media type", mediaType), `a media type without parameters, as in BodyDecoder("application/xml", xml.Unmarshal)`)
	case unmarshal == nil:
		return refused(fmt.Sprintf("BodyDecoder(%q) has no function", mediaType), `a function, as in BodyDecoder("application/xml", xml.Unmarshal)`)
	}
	return option(func(s *declare.Settings) { s.Decoders = append(s.Decoders, d) })
}

// MaxBody limits request bodies of every kind, in bytes. The default is 1 MiB, and 64 MiB for multipart/form-data. A larger body is 413.
// NoLimit is no limit. With 0 the level outside decides.
//
//go:noinline
func MaxBody(bytes int64) Option {
	return limited("MaxBody", bytes, func(s *declare.Settings, bytes int64) { s.MaxBody.Set(bytes) })
}

// MaxDepth limits how many arrays and objects of a JSON body may be inside each other, 64 by default. A deeper body is 400. The largest
// limit is 10,000, which is also the meaning of NoLimit. With 0 the level outside decides.
//
//go:noinline
func MaxDepth(levels int) Option {
	return limited("MaxDepth", levels, func(s *declare.Settings, levels int) { s.MaxDepth.Set(levels) })
}

// MaxElements limits the array elements and object members of a JSON body, all together, 100,000 by default. An object that becomes a
// struct counts at least one for each 64 bytes of the struct: otherwise a list of {} would need far more memory than it has bytes. More
// elements are a 413. NoLimit is no limit. With 0 the level outside decides.
//
//go:noinline
func MaxElements(n int) Option {
	return limited("MaxElements", n, func(s *declare.Settings, n int) { s.MaxElements.Set(n) })
}

// MaxPairs limits the pairs of a query that a route reads, and its cookies, 1000 of each by default. More are 414 for a query and 431
// for cookies. A list of style comma may have as many elements, in any source: more are 422 too_long. NoLimit is no limit. With 0 the
// level outside decides. UploadLimits limits the fields of forms.
//
//go:noinline
func MaxPairs(n int) Option {
	return limited("MaxPairs", n, func(s *declare.Settings, n int) { s.MaxPairs.Set(n) })
}

// UploadLimits limits forms: the number and size of their files and fields, and how much of the files is kept in memory. The defaults
// are 100 files of 32 MiB, 1000 fields of 1 MiB, and 1 MiB of memory. For a limit of 0 the level outside decides. NoLimit is no limit.
//
//go:noinline
func UploadLimits(l params.UploadLimits) Option {
	var wrong []startup.Mistake
	for _, limit := range []struct {
		name string
		n    *int64
	}{{"FileSize", &l.FileSize}, {"FieldSize", &l.FieldSize}, {"Memory", &l.Memory}} {
		if isSet, m := readLimit("UploadLimits: "+limit.name, *limit.n, 1); !isSet {
			*limit.n, wrong = 0, append(wrong, m...)
		}
	}
	for _, limit := range []struct {
		name string
		n    *int
	}{{"Files", &l.Files}, {"Fields", &l.Fields}} {
		if isSet, m := readLimit("UploadLimits: "+limit.name, *limit.n, 1); !isSet {
			*limit.n, wrong = 0, append(wrong, m...)
		}
	}
	return option(func(s *declare.Settings) {
		s.Uploads.Set(l)
		s.Mistakes = append(s.Mistakes, wrong...)
	})
}

// ReadTimeout limits how long a client may pause in the middle of a body, 30 seconds by default. Then the request is a 408 and its
// connection is closed. A handler that reads the body itself gets an error. An upload of any length passes while bytes arrive; see
// MinReadRate. NoLimit is no timeout. With 0 the level outside decides. If the http.Server has a ReadTimeout, that decides alone.
//
//go:noinline
func ReadTimeout(d time.Duration) Option {
	return limited("ReadTimeout", d, func(s *declare.Settings, d time.Duration) { s.ReadTimeout.Set(d) })
}

// MinReadRate is how many bytes of a body must arrive in a second, 500 by default. A client may keep a route waiting for a body of n
// bytes for ReadTimeout and n / MinReadRate seconds in all; a slower client gets 408, and its connection is closed. The time between two
// reads of the program does not count. NoLimit is no rate, for bodies that a client writes over hours. Without a ReadTimeout there is no
// rate either. With 0 the level outside decides.
//
//go:noinline
func MinReadRate(bytesPerSecond int64) Option {
	return limited("MinReadRate", bytesPerSecond, func(s *declare.Settings, bytesPerSecond int64) { s.MinReadRate.Set(bytesPerSecond) })
}

// RegisterValidation adds a rule for validate tags. f receives the field's value, without pointers, and the text after the equals sign.
// Several requests may call it at once. A panic of f counts as false. A name that has a meaning already is a start-up error.
//
//go:noinline
func RegisterValidation(tag string, f func(value any, param string) bool) AppOption {
	return appOption(func(a *appSettings) { a.Validations = append(a.Validations, constraint.Validation{Tag: tag, Func: f}) })
}

// ForeignTags allows struct tags of other programs, by their keys: ForeignTags("binding", "uri"). Without keys it allows all. Several of
// these options add up.
//
// By default a tag that Brio does not read is a start-up error in a parameter struct and in all that requests fill: minLength:"3" would
// be a rule that is not enforced. Tags of storage and of other encodings (db, gorm, xml, yaml, bson, msgpack, protobuf, mapstructure,
// env and the like) are always allowed.
//
//go:noinline
func ForeignTags(keys ...string) AppOption {
	return appOption(func(a *appSettings) {
		a.ForeignTags.All = a.ForeignTags.All || len(keys) == 0
		a.ForeignTags.Keys = append(a.ForeignTags.Keys, keys...)
	})
}
