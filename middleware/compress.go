package middleware

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzhttp"

	"github.com/brio-go/brio/internal/httptext"
	"github.com/brio-go/brio/internal/httpwriter"
)

// CompressOptions configure CompressWith.
type CompressOptions struct {
	// MinimumSize is the smallest body, in bytes, to compress. 0 means 500, and 1 means all. A body that is flushed before it
	// reaches this size is a stream and is compressed.
	MinimumSize int
	// Level is the level of gzip, from 1, fastest, to 9, smallest. 0 means 6.
	Level int
	// GzipOnly turns zstd off.
	GzipOnly bool
	// Jitter is the maximum of random bytes to add to each body, so that its length reveals less of its content (BREACH). It is at
	// most 32767.
	Jitter int
}

// GZip compresses bodies of at least minimumSize bytes for clients that accept gzip. level is 1, fastest, to 9, smallest.
// FastAPI's defaults are GZip(500, 9). A negative minimumSize and another level are start-up mistakes. [Compress] also has zstd, and its
// comment says what is compressed and what it costs.
func GZip(minimumSize, level int) Func {
	var c checks
	c.must(minimumSize >= 0, "a number of bytes, 0 or more", "the minimum size is %d", minimumSize)
	c.must(level >= 1 && level <= 9, "1, fastest, to 9, smallest", "the level is %d", level)
	if refused := c.refused(); refused != nil {
		return refused
	}
	return compress(CompressOptions{MinimumSize: minimumSize, Level: level, GzipOnly: true})
}

// Compress compresses bodies of 500 bytes and more with zstd or gzip, as the client prefers. It has no Brotli: the Go encoders
// are slower than zstd, which browsers also accept.
//
// It does not compress:
//   - server-sent events, and media types that are already compressed, such as images, video and archives;
//   - bodies with a Content-Encoding, and parts of files (206);
//   - answers to requests with an Upgrade header.
//
// An answer to HEAD has no Content-Length if the answer to GET would be compressed (RFC 9110, 9.3.2). A flush of a stream
// flushes the encoder too. Answers have Vary: Accept-Encoding. A strong ETag becomes weak, because the bytes differ; a
// Content-Digest is removed for that reason. Encoders are pooled. It costs eight allocations (300 bytes) and the encoding.
//
// An attacker who can insert text into a body and see its compressed length can guess other parts of the body (BREACH). Keep
// secrets, such as CSRF tokens, out of bodies that repeat parts of the request, or use Jitter.
func Compress() Func { return CompressWith(CompressOptions{}) }

// CompressWith is Compress with options. A number out of range is a start-up mistake.
func CompressWith(o CompressOptions) Func {
	if o.MinimumSize == 0 {
		o.MinimumSize = 500
	}
	if o.Level == 0 {
		o.Level = 6
	}
	var c checks
	c.must(o.MinimumSize > 0, "a positive number of bytes; 0 for 500", "MinimumSize is %d", o.MinimumSize)
	c.must(o.Level >= 1 && o.Level <= 9, "1, fastest, to 9, smallest; 0 for 6", "Level is %d", o.Level)
	c.must(o.Jitter >= 0 && o.Jitter < 1<<15, "a number of bytes, 0 to 32767", "Jitter is %d", o.Jitter)
	if refused := c.refused(); refused != nil {
		return refused
	}
	return compress(o)
}

// compress makes the middleware. The options are complete and in their ranges.
func compress(o CompressOptions) Func {
	encode, err := gzhttp.NewWrapper(gzhttp.MinSize(o.MinimumSize), gzhttp.CompressionLevel(o.Level), gzhttp.EnableZstd(!o.GzipOnly),
		gzhttp.ContentTypeFilter(worthCompressing), gzhttp.SetContentType(false), gzhttp.RandomJitter(o.Jitter, 0, false))
	var c checks
	c.must(err == nil, "options that gzhttp accepts", "%v", err)
	if refused := c.refused(); refused != nil {
		return refused
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			accepted := strings.ToLower(r.Header.Get("Accept-Encoding"))
			wanted := strings.Contains(accepted, "gzip") || !o.GzipOnly && strings.Contains(accepted, "zstd")
			if !wanted || r.Header.Get("Upgrade") != "" {
				w.Header().Add("Vary", "Accept-Encoding")
				next.ServeHTTP(w, r)
				return
			}
			if r.Method == http.MethodHead {
				w.Header().Add("Vary", "Accept-Encoding")
				head := &headRecorder{recorder: recorder{onStart: func(h http.Header, status int) { headOfCompressed(h, status, o.MinimumSize) }}}
				head.writer.WrapBody(w, head)
				next.ServeHTTP(head.writer.Variant(), r)
				head.end()
				return
			}
			c := &compressing{}
			c.plain = record(w, c.weaken).writer.Variant()
			encode(http.HandlerFunc(func(encoder http.ResponseWriter, r *http.Request) {
				c.encoder = encoder
				c.writer.Wrap(encoder, c)
				next.ServeHTTP(c.writer.Variant(), r)
			})).ServeHTTP(c.plain, r)
		})
	}
}

// worthCompressing reports whether bodies of a media type become smaller.
func worthCompressing(contentType string) bool {
	mediaType, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	switch mediaType = strings.TrimSpace(mediaType); {
	case mediaType == "text/event-stream", strings.HasPrefix(mediaType, "font/woff"):
		return false
	case strings.HasPrefix(mediaType, "image/"):
		return mediaType == "image/svg+xml" || mediaType == "image/bmp" || mediaType == "image/x-icon"
	}
	return gzhttp.DefaultContentTypeFilter(mediaType)
}

// staysPlain reports whether the body of an answer is not compressed.
func staysPlain(h http.Header, status int) bool {
	return h.Get("Content-Encoding") != "" || status == http.StatusSwitchingProtocols || status == http.StatusNoContent || status == http.StatusNotModified || status == http.StatusPartialContent ||
		h.Get("Content-Type") != "" && !worthCompressing(h.Get("Content-Type"))
}

// headOfCompressed changes the headers of an answer to HEAD to those of the compressed answer to GET. It removes
// Content-Length, because the length of the compressed body is unknown.
func headOfCompressed(h http.Header, status, minimum int) {
	if length, err := strconv.Atoi(h.Get("Content-Length")); staysPlain(h, status) || err == nil && length < minimum {
		return
	}
	h.Del("Content-Length")
	weakenTag(h)
	dropDigest(h)
}

// compressing sends an answer to the encoder, which buffers the beginning of every body. Bodies that are not compressed bypass it, so
// that a flush sends them at once.
type compressing struct {
	httpwriter.Pass
	writer          httpwriter.Writer
	encoder, plain  http.ResponseWriter
	began, bypassed bool
	encoded         bool // the handler has set Content-Encoding
}

// Begin implements httpwriter.Hooks.
func (c *compressing) Begin(status int) error {
	if !c.began {
		c.began = true
		c.encoded = c.writer.Header().Get("Content-Encoding") != ""
		c.bypassed = staysPlain(c.writer.Header(), status)
		c.redirect()
	}
	return nil
}

// redirect sends the answer to the encoder, or past it.
func (c *compressing) redirect() {
	if c.bypassed {
		c.writer.Redirect(c.plain)
	} else {
		c.writer.Redirect(c.encoder)
	}
}

// BeginFlush implements httpwriter.Hooks. A flush begins the answer.
func (c *compressing) BeginFlush() error {
	if c.bypassed && !httpwriter.CanFlush(c.plain) {
		return http.ErrNotSupported
	}
	if !c.began {
		c.writer.WriteHeader(http.StatusOK)
	}
	return nil
}

// BeginHijack implements httpwriter.Hooks.
func (c *compressing) BeginHijack() error {
	c.writer.Redirect(c.plain)
	return nil
}

// Hijacked implements httpwriter.Hooks.
func (c *compressing) Hijacked(err error) {
	if err != nil {
		c.redirect()
	}
}

// weaken makes the ETag of a compressed body weak (RFC 9110, 8.8.1). If-None-Match compares weakly, so clients still receive
// 304. A Content-Digest is of the bytes that are sent (RFC 9530, 2), so that of the body before it was compressed is removed.
func (c *compressing) weaken(h http.Header, _ int) {
	if !c.encoded && h.Get("Content-Encoding") != "" {
		weakenTag(h)
		dropDigest(h)
	}
}

func weakenTag(h http.Header) {
	tag := h.Get("Etag")
	if weak := httptext.WeakEntityTag(tag); weak != tag {
		h.Set("Etag", weak)
	}
}

// dropDigest removes the Content-Digest of bytes that are not those of the answer, and its announcement as a trailer.
func dropDigest(h http.Header) {
	h.Del("Content-Digest")
	var left []string
	for _, line := range h["Trailer"] {
		for name := range strings.SplitSeq(line, ",") {
			if name = strings.TrimSpace(name); !strings.EqualFold(name, "Content-Digest") {
				left = append(left, name)
			}
		}
	}
	if h.Del("Trailer"); left != nil {
		h["Trailer"] = left
	}
}
