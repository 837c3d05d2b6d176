package pages

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/httptext"
)

// asset is a page or one of its files. It is made at its first request and kept compressed, because nearly all clients accept gzip. It is
// safe for concurrent use.
type asset struct {
	mediaType string
	policy    string // Content-Security-Policy, of pages
	load      func() content
}

// content is what an asset sends.
type content struct {
	compressed   []byte
	uncompressed func() []byte
	hash         string // of the uncompressed bytes
	err          error  // from making the page: the client gets a 500, and the log the reason
}

// fixedAsset returns an asset of the given bytes.
func fixedAsset(mediaType string, plain []byte) *asset {
	return &asset{mediaType: mediaType, load: sync.OnceValue(func() content { return newContent(plain) })}
}

// embeddedAsset returns a file that is embedded in the program. A name that ends in .gz means that the file is compressed.
func embeddedAsset(mediaType string, files embed.FS, name string) *asset {
	return &asset{mediaType: mediaType, load: sync.OnceValue(func() content {
		data, err := files.ReadFile(name)
		if err != nil {
			panic(err) // cannot happen: the file is embedded
		}
		if !strings.HasSuffix(name, ".gz") {
			return newContent(data)
		}
		return content{compressed: data, hash: hashOf(data), uncompressed: sync.OnceValue(func() []byte {
			r, err := gzip.NewReader(bytes.NewReader(data))
			if err != nil {
				panic(err) // cannot happen: the embedded file is intact
			}
			plain, err := io.ReadAll(r)
			if err != nil {
				panic(err)
			}
			return plain
		})}
	})}
}

// lazyPage returns a page that make makes at the first request. After an error each request gets a 500, and the log the error.
func lazyPage(make func() ([]byte, error)) *asset {
	return &asset{mediaType: "text/html; charset=utf-8", load: sync.OnceValue(func() content {
		plain, err := make()
		if err != nil {
			return content{err: err}
		}
		return newContent(plain)
	})}
}

func newContent(plain []byte) content {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(plain) // writes to a buffer cannot fail
	_ = w.Close()
	return content{compressed: b.Bytes(), hash: hashOf(plain), uncompressed: func() []byte { return plain }}
}

func hashOf(data []byte) string {
	s := sha256.Sum256(data)
	return hex.EncodeToString(s[:8])
}

// version returns the query of a URL under which clients may cache the asset without a limit of time.
func (a *asset) version() string { return "v=" + a.load().hash }

func (a *asset) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := a.load()
	if c.err != nil {
		panic(c.err)
	}
	x := exchange.Acquire(w, r)
	defer x.Release()
	etag := `"` + c.hash + `"`
	body := c.uncompressed
	h := http.Header{"X-Content-Type-Options": {"nosniff"}, "Cache-Control": {"no-cache"}}
	if accepted := x.Header("Accept-Encoding"); len(accepted) > 0 && acceptsGzip(accepted) {
		etag = `"` + c.hash + `-gzip"`
		body = func() []byte { return c.compressed }
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("ETag", etag)
	x.ResponseHeader().Set("Vary", "Accept-Encoding") // once, where middleware compresses too
	if x.URL().RawQuery == "v="+c.hash {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if a.policy != "" {
		h.Set("Content-Security-Policy", a.policy)
		h.Set("Referrer-Policy", "no-referrer")
	}
	if known := x.Header("If-None-Match"); len(known) > 0 && httptext.MatchEntityTag(known, etag, false, true) {
		h.Del("Content-Encoding")
		_ = x.Send(http.StatusNotModified, &exchange.Headers{Map: h}, nil, nil)
		return
	}
	_ = x.Send(http.StatusOK, &exchange.Headers{Map: h}, exchange.ContentTypeOf(a.mediaType), body()) // an error means that the client has closed the connection
}

// acceptsGzip reports whether a client with these lines of Accept-Encoding accepts gzip (RFC 9110, 12.5.3). The first gzip in the list counts; "*" does not.
func acceptsGzip(lines []string) bool {
	for _, coding := range httptext.ParseWeighted(lines) {
		if coding.Value == "gzip" {
			return coding.Weight > 0
		}
	}
	return false
}
