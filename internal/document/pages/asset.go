package pages

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// asset is a page or one of its files. It is made at its first request and kept compressed: nearly all
// clients accept gzip. It is safe for concurrent use.
type asset struct {
	mediaType string
	policy    string // Content-Security-Policy, of pages
	load      func() content
}

// content is an asset as it goes out.
type content struct {
	zipped []byte
	plain  func() []byte
	sum    string // of the plain bytes
	err    error  // in making it: a 500, whose reason is in the log
}

// fixed is an asset of bytes that are known.
func fixed(mediaType string, plain []byte) *asset {
	return &asset{mediaType: mediaType, load: sync.OnceValue(func() content { return contentOf(plain) })}
}

// embedded is a file that is part of the program. Those whose names end in .gz are compressed.
func embedded(mediaType string, files embed.FS, name string) *asset {
	return &asset{mediaType: mediaType, load: sync.OnceValue(func() content {
		data, err := files.ReadFile(name)
		if err != nil {
			panic(err) // it is embedded
		}
		if !strings.HasSuffix(name, ".gz") {
			return contentOf(data)
		}
		return content{zipped: data, sum: sum(data), plain: sync.OnceValue(func() []byte {
			r, err := gzip.NewReader(bytes.NewReader(data))
			if err != nil {
				panic(err) // what is embedded is not broken
			}
			plain, err := io.ReadAll(r)
			if err != nil {
				panic(err)
			}
			return plain
		})}
	})}
}

// made is a page that is made when it is first asked for. An error is a 500, and its text in the log.
func made(make func() ([]byte, error)) *asset {
	return &asset{mediaType: "text/html; charset=utf-8", load: sync.OnceValue(func() content {
		plain, err := make()
		if err != nil {
			return content{err: err}
		}
		return contentOf(plain)
	})}
}

func contentOf(plain []byte) content {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(plain) // a buffer does not fail
	_ = w.Close()
	return content{zipped: b.Bytes(), sum: sum(plain), plain: func() []byte { return plain }}
}

func sum(data []byte) string {
	s := sha256.Sum256(data)
	return hex.EncodeToString(s[:8])
}

// version is the query of a URL under which the asset may be kept for ever.
func (a *asset) version() string { return "v=" + a.load().sum }

func (a *asset) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := a.load()
	if c.err != nil {
		panic(c.err)
	}
	h := w.Header()
	etag := `"` + c.sum + `"`
	body := c.plain
	if acceptsGzip(r) {
		etag = `"` + c.sum + `-gzip"`
		body = func() []byte { return c.zipped }
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Type", a.mediaType)
	h.Set("ETag", etag)
	h.Set("Vary", "Accept-Encoding")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-cache")
	if r.URL.RawQuery == "v="+c.sum {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if a.policy != "" {
		h.Set("Content-Security-Policy", a.policy)
		h.Set("Referrer-Policy", "no-referrer")
	}
	if known := r.Header.Get("If-None-Match"); known == "*" || strings.Contains(known, etag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	data := body()
	h.Set("Content-Length", strconv.Itoa(len(data)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(data) // the client may have gone
	}
}

// acceptsGzip reads Accept-Encoding (RFC 9110, 12.5.3), of which q=0 is a refusal.
func acceptsGzip(r *http.Request) bool {
	for coding := range strings.SplitSeq(strings.Join(r.Header["Accept-Encoding"], ","), ",") {
		name, params, _ := strings.Cut(coding, ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			continue
		}
		q, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(params), "q="), 64)
		return params == "" || err == nil && q > 0
	}
	return false
}
