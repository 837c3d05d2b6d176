package document

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"sync"
	"time"

	"github.com/brio-go/brio/internal/document/asyncapi"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/internal/route"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/response"
)

// Served answers requests for one document. The first request for a form (version, JSON or YAML) makes it; later requests get the same
// bytes. It is safe for concurrent use.
type Served struct {
	servers       []spec.Server
	listsRootPath bool // the root path of a request is its first server
	v32           func() ([]byte, error)
	v31           func() ([]byte, error)
	v30           func() ([]byte, error)
	cache         sync.Map // of formKey to func() encoded
}

// formKey identifies one form of the document.
type formKey struct {
	yaml    bool
	version string // of OpenAPI: 3.1, 3.0 or 3.2
}

// encoded is one form of the document.
type encoded struct {
	err  error
	text []byte
	etag string
	// The document for a request with a root path is begin, the URL of that server, and end.
	begin, end []byte
}

// Serve prepares a document. It calls build once, at the first request. With rootPath the document lists the prefix that a proxy has
// stripped from the path of the request as a server, as in FastAPI.
func Serve(build func() *spec.Document, rootPath bool) *Served {
	s := &Served{listsRootPath: rootPath}
	built := sync.OnceValue(func() spec.Document {
		doc := *build()
		s.servers = doc.Servers
		doc.Servers = append([]spec.Server{{URL: placeholder}}, doc.Servers...)
		return doc
	})
	s.v32 = sync.OnceValues(func() ([]byte, error) {
		doc := built()
		doc.OpenAPI = "3.2.0"
		return json.Marshal(&doc)
	})
	s.v31 = sync.OnceValues(func() ([]byte, error) {
		doc := built()
		return json.Marshal(&doc)
	})
	s.v30 = sync.OnceValues(func() ([]byte, error) {
		text, err := s.v31()
		if err != nil {
			return nil, err
		}
		return downgrade(text)
	})
	return s
}

// placeholder is the URL of a server that is replaced by the root path of a request. It must not occur elsewhere in a document.
const placeholder = "brio:root-path:4e0c5f6d"

// form returns one form of the document. The first caller makes it; concurrent callers wait.
func (s *Served) form(key formKey) *encoded {
	make, ok := s.cache.Load(key)
	if !ok {
		make, _ = s.cache.LoadOrStore(key, sync.OnceValue(func() *encoded { return s.encode(key) }))
	}
	return make.(func() *encoded)()
}

// encode makes one form of the document.
func (s *Served) encode(key formKey) *encoded {
	text, err := map[string]func() ([]byte, error){"3.0": s.v30, "3.1": s.v31, "3.2": s.v32}[key.version]()
	if err == nil && key.yaml {
		text, err = toYAML(text)
	}
	if err != nil {
		return &encoded{err: err}
	}
	e := &encoded{}
	e.begin, e.end = s.split(text, key.yaml)
	e.text = s.withoutPlaceholder(e, key.yaml)
	sum := sha256.Sum256(e.text)
	e.etag = hex.EncodeToString(sum[:12])
	return e
}

// split returns the text before and after the placeholder.
func (s *Served) split(text []byte, yaml bool) (begin, end []byte) {
	server := []byte(`"` + placeholder + `"`)
	if yaml {
		server = appendScalar(nil, placeholder)
	}
	i := bytes.Index(text, server)
	return text[:i:i], text[i+len(server):]
}

// withoutPlaceholder returns the document with its declared servers only.
func (s *Served) withoutPlaceholder(e *encoded, yaml bool) []byte {
	item, separator := `{"url":`, `},`
	list, closing := `"servers":[`, `}],`
	if yaml {
		item, separator = "  - url: ", "\n"
		list, closing = "servers:\n", "\n"
	}
	begin := bytes.TrimSuffix(e.begin, []byte(item))
	if len(s.servers) > 0 {
		return append(begin[:len(begin):len(begin)], bytes.TrimPrefix(e.end, []byte(separator))...)
	}
	begin = bytes.TrimSuffix(begin, []byte(list))
	return append(begin[:len(begin):len(begin)], bytes.TrimPrefix(e.end, []byte(closing))...)
}

// JSON answers with the document as JSON: with ?version=3.0.3 as OpenAPI 3.0.3, and with ?version=3.2.0 as OpenAPI 3.2,
// which has the items of streams and all methods.
func (s *Served) JSON() http.Handler { return s.handler(false) }

// YAML answers as JSON does, with the document as YAML.
func (s *Served) YAML() http.Handler { return s.handler(true) }

// handler answers with the document, in the version that the query parameter version names.
func (s *Served) handler(yaml bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := formKey{yaml: yaml}
		x := exchange.Acquire(w, r)
		defer x.Release()
		switch version, _ := x.Query("version"); version { // "" also when the query has too many pairs
		case "", "3.1", "3.1.0":
			key.version = "3.1"
		case "3.0", "3.0.3":
			key.version = "3.0"
		case "3.2", "3.2.0":
			key.version = "3.2"
		default:
			route.WriteError(w, r, response.NewError(http.StatusBadRequest, "The document is available as version 3.0.3, 3.1.0 and 3.2.0 of OpenAPI"))
			return
		}
		e := s.form(key)
		if e.err != nil {
			panic(e.err) // the client gets a 500, and the log the reason
		}
		text, etag := e.text, e.etag
		if root := origin.RootPath(r.Context()); s.listsRootPath && root != "" && !s.hasServer(root) {
			text, etag = e.withServer(root, yaml)
		}
		sendText(x, w, r, text, etag, yaml)
	})
}

// sendText answers with a document, which clients may keep and revalidate.
func sendText(x *exchange.Exchange, w http.ResponseWriter, r *http.Request, text []byte, etag string, yaml bool) {
	mediaType := "application/json"
	if yaml {
		mediaType = "application/yaml"
	}
	file := response.FileIn(memoryFS(text), "document", response.FileMediaType(mediaType)).SetETag(etag)
	file.SetHeader("Cache-Control", "no-cache") // clients revalidate at each use, and get a 304
	err := response.AnswerOf(file).Send(x)
	if refused, ok := errors.AsType[*response.HTTPError](err); ok { // a failed condition or range is answered in the app's format
		route.WriteError(w, r, refused)
	}
}

// ServeChannels answers requests for an AsyncAPI document: as JSON, and as YAML. It calls build once, at the first request, and answers
// later requests with the same bytes. Both handlers are safe for concurrent use.
func ServeChannels(build func() *asyncapi.Document) (jsonHandler, yamlHandler http.Handler) {
	text := sync.OnceValues(func() ([]byte, error) { return encodeChannels(build()) })
	return serveText(text, false), serveText(sync.OnceValues(func() ([]byte, error) {
		text, err := text()
		if err != nil {
			return nil, err
		}
		return toYAML(text)
	}), true)
}

// serveText answers with what make has made at its first call.
func serveText(make func() ([]byte, error), yaml bool) http.Handler {
	etag := sync.OnceValue(func() string {
		text, _ := make()
		sum := sha256.Sum256(text)
		return hex.EncodeToString(sum[:12])
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, err := make()
		if err != nil {
			panic(err) // the client gets a 500, and the log the reason
		}
		x := exchange.Acquire(w, r)
		defer x.Release()
		sendText(x, w, r, text, etag(), yaml)
	})
}

// memoryFS is a file system that has one file under every name. So the document is sent as files are, with conditions and ranges.
type memoryFS []byte

func (m memoryFS) Open(string) (fs.File, error) { return memoryFile{bytes.NewReader(m)}, nil }

// memoryFile is the file of a memoryFS.
type memoryFile struct{ *bytes.Reader }

func (f memoryFile) Close() error               { return nil }
func (f memoryFile) Stat() (fs.FileInfo, error) { return f, nil }
func (f memoryFile) Name() string               { return "document" }
func (f memoryFile) Mode() fs.FileMode          { return 0o444 }
func (f memoryFile) ModTime() time.Time         { return time.Time{} }
func (f memoryFile) IsDir() bool                { return false }
func (f memoryFile) Sys() any                   { return nil }

func (s *Served) hasServer(url string) bool {
	for _, server := range s.servers {
		if server.URL == url {
			return true
		}
	}
	return false
}

// withServer returns the document for a request below a root path.
func (e *encoded) withServer(root string, yaml bool) (text []byte, etag string) {
	text = append(make([]byte, 0, len(e.begin)+len(e.end)+len(root)+16), e.begin...)
	if yaml {
		text = appendScalar(text, root)
	} else {
		text = appendText(text, root)
	}
	sum := sha256.Sum256([]byte(e.etag + root))
	return append(text, e.end...), hex.EncodeToString(sum[:12])
}
