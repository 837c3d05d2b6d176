package brio

import (
	"strings"
	"time"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/params"
)

// StrictContentType says whether a JSON body must be declared by a Content-Type; it must, unless this is false. A body
// that is declared as something else is never read as JSON.
func StrictContentType(on ...bool) Option {
	return switched("StrictContentType", on, func(s *declare.Settings, on bool) { s.StrictContentType.Set(on) })
}

// BodyDecoder lets whole bodies be read from another media type; unmarshal gets the bytes and a pointer to the field. The
// value is then checked by its rules. Which members were present is not known, so none is missing; defaults are set
// before. An error is a 422, unless it is an *HTTPError. unmarshal is called concurrently.
func BodyDecoder(mediaType string, unmarshal func([]byte, any) error) Option {
	d := declare.Decoder{MediaType: strings.ToLower(mediaType), Unmarshal: unmarshal}
	return option(func(s *declare.Settings) { s.Decoders = append(s.Decoders, d) })
}

// MaxBody limits request bodies of every kind. Without it, a body may have 1 MiB, and one that is multipart/form-data
// 64 MiB. Exactly the limit passes; one byte more is 413. NoLimit is none, and
// 0 leaves the limit to the level outside.
func MaxBody(bytes int64) Option {
	return limited("MaxBody", bytes, func(s *declare.Settings, bytes int64) { s.MaxBody.Set(bytes) })
}

// MaxDepth limits how many arrays and objects may stand inside each other in a JSON body, 64 by default and 10,000 at
// most, which is what NoLimit means. More is a 400. 0 leaves it to the level outside.
func MaxDepth(levels int) Option {
	return limited("MaxDepth", levels, func(s *declare.Settings, levels int) { s.MaxDepth.Set(levels) })
}

// MaxElements limits the array elements and object members of a JSON body, 100,000 in all by default. An object that
// becomes a struct counts at least one for each 64 bytes of it, so that a list of {} is bounded like what it becomes. More
// is a 413. NoLimit is none, 0 leaves it to the level outside.
func MaxElements(n int) Option {
	return limited("MaxElements", n, func(s *declare.Settings, n int) { s.MaxElements.Set(n) })
}

// MaxPairs limits how many pairs a query may have that a route reads, 1000 by default, and how many cookies: more is 414
// for a query and 431 for cookies. A list of style comma may have as many elements in any source: more is 422 too_long. 0
// leaves it to the level outside, NoLimit is none. The fields of forms have a limit of their own: UploadLimits.
func MaxPairs(n int) Option {
	return limited("MaxPairs", n, func(s *declare.Settings, n int) { s.MaxPairs.Set(n) })
}

// UploadLimits limits forms: their files and fields, in number and size, and what of the files is kept in memory. A limit
// that is 0 is left to the level outside, and at last to the default: 100 files of 32 MiB, 1000 fields of
// 1 MiB, 1 MiB of memory. NoLimit is none.
func UploadLimits(l params.UploadLimits) Option {
	var wrong []declare.Mistake
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

// ReadTimeout limits how long a client may stop in the middle of a body, 30 seconds by default: the request is then a 408
// and its connection is closed. An upload may take as long as it likes while it gets on; see MinReadRate. A handler that
// reads the body itself gets an error. NoLimit is none, 0 leaves it to the level outside, and an http.Server with a ReadTimeout
// decides for itself.
func ReadTimeout(d time.Duration) Option {
	return limited("ReadTimeout", d, func(s *declare.Settings, d time.Duration) { s.ReadTimeout.Set(d) })
}

// MinReadRate is how many bytes of a body must come in a second, 500 by default, so that a body in drops ends. All waits
// for a body of n bytes together may take ReadTimeout and n / MinReadRate seconds: a client that is slower gets 408, and its
// connection is closed. Time that the program takes between two reads does not count. NoLimit is no rate, for bodies that
// a client writes over hours; without a ReadTimeout there is none either. 0 leaves it to the level outside.
func MinReadRate(bytesPerSecond int64) Option {
	return limited("MinReadRate", bytesPerSecond, func(s *declare.Settings, bytesPerSecond int64) { s.MinReadRate.Set(bytesPerSecond) })
}

// RegisterValidation adds a rule for validate tags. f gets the field's value and the text behind the equals sign.
func RegisterValidation(tag string, f func(value any, param string) bool) AppOption {
	return appOption(func(a *appSettings) { a.Validations = append(a.Validations, constraint.Validation{Tag: tag, Func: f}) })
}

// ForeignTags admits struct tags that nothing here reads, by their keys, for structs that are shared with other programs:
// ForeignTags("binding", "uri"). Without keys it admits all. By default a tag that nothing reads is a start-up error in a
// parameter struct and in all that is read from a request: minLength:"3" would be a rule that is written and not enforced.
// Tags of storage and of other encodings (db, gorm, xml, yaml, bson, msgpack, protobuf, mapstructure, env and the like) are
// always admitted. Several of these options add up.
func ForeignTags(keys ...string) AppOption {
	return appOption(func(a *appSettings) {
		a.ForeignTags.All = a.ForeignTags.All || len(keys) == 0
		a.ForeignTags.Keys = append(a.ForeignTags.Keys, keys...)
	})
}
