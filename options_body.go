package brio

import (
	"strings"
	"time"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/params"
)

// StrictContentType says whether a JSON body must be declared by a Content-Type; it must, unless this is false. A body
// that is declared as something else is never read as JSON.
func StrictContentType(strict bool) Option {
	return option(func(s *declare.Settings) { s.StrictContentType.Set(strict) })
}

// BodyDecoder lets whole bodies be read from another media type; unmarshal gets the bytes and a pointer to the field. The
// value is then checked by its rules. Which members were present is not known, so none is missing; defaults are set
// before. An error is a 422, unless it is an *HTTPError. unmarshal is called concurrently.
func BodyDecoder(mediaType string, unmarshal func([]byte, any) error) Option {
	d := declare.Decoder{MediaType: strings.ToLower(mediaType), Unmarshal: unmarshal}
	return option(func(s *declare.Settings) { s.Decoders = append(s.Decoders, d) })
}

// MaxBody limits request bodies of every kind. Without it, a body may have 1 MiB, and one that is multipart/form-data
// 64 MiB. Exactly the limit passes; one byte more is 413. A negative number is no limit.
func MaxBody(bytes int64) Option { return option(func(s *declare.Settings) { s.MaxBody.Set(bytes) }) }

// MaxDepth limits how many arrays and objects may stand inside each other in a JSON body, 64 by default and 10,000 at
// most. More is a 400. 0 leaves it to the router around.
func MaxDepth(levels int) Option {
	return option(func(s *declare.Settings) { s.MaxDepth.SetIf(levels != 0, levels) })
}

// MaxElements limits the array elements and object members of a JSON body, 100,000 in all by default. An object that
// becomes a struct counts at least one for each 64 bytes of it, so that a list of {} is bounded like what it becomes. More
// is a 413. 0 leaves it to the router around.
func MaxElements(n int) Option {
	return option(func(s *declare.Settings) { s.MaxElements.SetIf(n != 0, n) })
}

// MaxPairs limits how many pairs a query may have that a route reads, 1000 by default, and how many cookies: more is 414
// for a query and 431 for cookies. A list of style comma may have as many elements in any source: more is 422 too_long. 0
// leaves it to the router around, a negative number is no limit. The fields of forms have a limit of their own: UploadLimits.
func MaxPairs(n int) Option { return option(func(s *declare.Settings) { s.MaxPairs.SetIf(n != 0, n) }) }

// UploadLimits limits forms: their files and fields, in number and size, and what of the files is kept in memory. A limit
// that is 0 is left to the router around, and at last to the default: 100 files of 32 MiB, 1000 fields of
// 1 MiB, 1 MiB of memory. A negative one is no limit.
func UploadLimits(l params.UploadLimits) Option {
	return option(func(s *declare.Settings) { s.Uploads.Set(l) })
}

// ReadTimeout limits how long a client may stop in the middle of a body, 30 seconds by default: the request is then a 408
// and its connection is closed. An upload may take as long as it likes while it gets on; see MinReadRate. A handler that
// reads the body itself gets an error. 0 is no limit, and an http.Server with a ReadTimeout decides for itself.
func ReadTimeout(d time.Duration) Option {
	return option(func(s *declare.Settings) { s.ReadTimeout.Set(d) })
}

// MinReadRate is how many bytes of a body must come in a second, 500 by default, so that a body in drops ends. All waits
// for a body of n bytes together may take ReadTimeout and n / MinReadRate seconds: a client that is slower gets 408, and its
// connection is closed. Time that the program takes between two reads does not count. 0 is no rate, for bodies that a
// client writes over hours; without a ReadTimeout there is none either.
func MinReadRate(bytesPerSecond int64) Option {
	return option(func(s *declare.Settings) { s.MinReadRate.Set(bytesPerSecond) })
}

// RegisterValidation adds a rule for validate tags. f gets the field's value and the text behind the equals sign.
func RegisterValidation(tag string, f func(value any, param string) bool) AppOption {
	return appOption(func(a *appSettings) { a.validations = append(a.validations, validation{tag, f}) })
}

// ForeignTags admits struct tags that nothing here reads, by their keys, for structs that are shared with other programs:
// ForeignTags("binding", "uri"). Without keys it admits all. By default a tag that nothing reads is a start-up error in a
// parameter struct and in all that is read from a request: minLength:"3" would be a rule that is written and not enforced.
// Tags of storage and of other encodings (db, gorm, xml, yaml, bson, msgpack, protobuf, mapstructure, env and the like) are
// always admitted. Several of these options add up.
func ForeignTags(keys ...string) AppOption {
	return appOption(func(a *appSettings) {
		a.foreignTags.All = a.foreignTags.All || len(keys) == 0
		a.foreignTags.Keys = append(a.foreignTags.Keys, keys...)
	})
}
