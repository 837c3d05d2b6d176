package response

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"os"
	"path"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/finite"
)

// File answers with a file: whole, or the ranges that the client asks for, with ETag, Last-Modified and the conditions
// of RFC 9110 (If-None-Match, If-Modified-Since, If-Match, If-Range). It is looked for when the answer is made and opened
// when it is sent. A file that is not there, and a directory or device, is a 500 with a line in the log, for the program
// named it; OrNotFound makes it a 404. A path that clients have a say in belongs to FileIn, which cannot be left.
func File(name string, opts ...FileOption) *Response {
	return newFile(name, func() (fs.File, error) { return os.Open(name) }, func() (fs.FileInfo, error) { return os.Stat(name) }, opts)
}

// FileIn is File for a file of a file system: of an embed.FS, or of an os.Root, whose FS method gives one that no path
// and no symbolic link leads out of. Names have slashes and neither begin with one nor hold ".." (fs.ValidPath); others
// do not exist.
func FileIn(files fs.FS, name string, opts ...FileOption) *Response {
	return newFile(name, func() (fs.File, error) { return files.Open(name) }, func() (fs.FileInfo, error) { return fs.Stat(files, name) }, opts)
}

// FileOption changes how a file is sent.
type FileOption func(*file)

// Filename has browsers save the file under a name, which may have any characters (RFC 6266); a folder in it is left out.
func Filename(name string) FileOption { return func(f *file) { f.filename = name } }

// Inline has browsers show a file that has a Filename, where they can.
func Inline() FileOption { return func(f *file) { f.inline = true } }

// FileMediaType sets the Content-Type. Without it the file's extension tells; what is unknown is application/octet-stream.
func FileMediaType(t string) FileOption { return func(f *file) { f.mediaType = t } }

// OrNotFound makes it a 404 that there is no such file, or none that may be reached.
func OrNotFound() FileOption { return func(f *file) { f.notFound = true } }

// file is the content of a Response that File made. It is not changed after that.
type file struct {
	name, filename, mediaType string
	inline, notFound          bool
	open                      func() (fs.File, error)
	statFile                  func() (fs.FileInfo, error)
}

func newFile(name string, open func() (fs.File, error), stat func() (fs.FileInfo, error), opts []FileOption) *Response {
	f := &file{name: name, open: open, statFile: stat}
	for _, o := range opts {
		o(f)
	}
	if f.mediaType == "" {
		f.mediaType = mime.TypeByExtension(path.Ext(name))
	}
	if f.mediaType == "" {
		f.mediaType = "application/octet-stream"
	}
	r := &Response{content: fromFile, value: f, mediaType: exchange.ContentTypeOf(f.mediaType)}
	r.SetHeader("X-Content-Type-Options", "nosniff")
	if d := f.disposition(); d != "" {
		r.SetHeader("Content-Disposition", d)
	}
	return r
}

// stat finds out whether the file is there, before anything is sent. Pipes and devices are refused before they are
// opened, which could block.
func (f *file) stat() error {
	info, err := f.statFile()
	switch {
	case err != nil:
		return f.openError(err)
	case !info.Mode().IsRegular() && f.notFound:
		return NewError(http.StatusNotFound, nil)
	case !info.Mode().IsRegular():
		return fmt.Errorf("response: File: %s is no regular file (%s)", f.name, info.Mode())
	}
	return nil
}

// openError is the error for a file that cannot be opened.
func (f *file) openError(err error) error {
	if f.notFound && isNoSuchFile(err) {
		return NewError(http.StatusNotFound, nil)
	}
	return fmt.Errorf("response: File: %w", err)
}

// isNoSuchFile reports whether an error says that there cannot be a file of that name. That is the client's doing where
// the name is: beyond a file as if it were a folder, too long, in circles of links, out of an os.Root.
func isNoSuchFile(err error) bool {
	for _, known := range []error{fs.ErrNotExist, fs.ErrInvalid, syscall.ENOTDIR, syscall.ENAMETOOLONG, syscall.ELOOP, syscall.EINVAL} {
		if finite.Is(err, known) {
			return true
		}
	}
	in, ok := finite.As[*fs.PathError](err)
	return ok && in.Err.Error() == "path escapes from parent" // os.Root has no name for it
}

func (r *Response) file() *file {
	f, _ := r.value.(*file)
	return f
}

// OpenedFile is the file of a Response, open. Its owner closes it.
type OpenedFile struct {
	fs.File
	size     int64
	modified time.Time
	content  io.ReadSeeker
}

// OpenFile opens the file of a Response made of one, and gives the Response its ETag. Every refusal is known then: the file
// cannot be opened or read, or it does not meet the conditions and the range of the request, which is a *HTTPError.
func (r *Response) OpenFile(req *http.Request) (*OpenedFile, error) {
	opened, err := r.file().open()
	if err != nil {
		return nil, r.file().openError(err)
	}
	f, err := r.readFile(opened, req)
	if err != nil {
		_ = opened.Close() // it was read only
		return nil, err
	}
	return f, nil
}

func (r *Response) readFile(opened fs.File, req *http.Request) (*OpenedFile, error) {
	info, err := opened.Stat()
	if err != nil {
		return nil, fmt.Errorf("response: File: %w", err)
	}
	content, ok := opened.(io.ReadSeeker)
	if !ok || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("response: File: %s is a %T (%s), which cannot be read from any place in it", r.file().name, opened, info.Mode())
	}
	modified := info.ModTime()
	if r.first("Etag") == "" && !modified.IsZero() {
		r.SetHeader("ETag", `"`+strconv.FormatInt(modified.UnixNano(), 16)+"-"+strconv.FormatInt(info.Size(), 16)+`"`)
	}
	if t, err := http.ParseTime(r.first("Last-Modified")); err == nil {
		modified = t // If-Modified-Since is compared with what is said
	}
	f := &OpenedFile{opened, info.Size(), modified, content}
	if r.finalStatus() == http.StatusOK && hasConditions(req) {
		if err := f.preconditionError(r, req); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// hasConditions reports whether a request asks for less than the whole file, or for it under conditions.
func hasConditions(req *http.Request) bool {
	for _, key := range []string{"Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"} {
		if len(req.Header[key]) > 0 {
			return true
		}
	}
	return false
}

// preconditionError is the 412 or 416 that http.ServeContent would answer the request with, nil for none. Nothing is read or sent.
func (f *OpenedFile) preconditionError(r *Response, req *http.Request) error {
	w := &statusProbe{header: http.Header{}}
	if etag := r.first("Etag"); etag != "" {
		w.header["Etag"] = []string{etag}
	}
	w.header["Content-Type"] = nil // present, so that the file is not read to find out
	http.ServeContent(w, normalizeRange(req, f.size), "", f.modified, f.content)
	if w.status != http.StatusPreconditionFailed && w.status != http.StatusRequestedRangeNotSatisfiable {
		return nil
	}
	err := NewError(w.status, nil)
	if size := w.header.Get("Content-Range"); size != "" {
		err = err.WithHeader("Content-Range", size)
	}
	return err
}

// statusProbe notes the status of an answer and takes nothing of its body.
type statusProbe struct {
	header http.Header
	status int
}

func (w *statusProbe) Header() http.Header { return w.header }

func (w *statusProbe) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *statusProbe) Write([]byte) (int, error)         { return 0, io.ErrShortWrite }
func (w *statusProbe) ReadFrom(io.Reader) (int64, error) { return 0, io.ErrShortWrite }

// SendFile writes a Response made of a file that OpenFile has opened, and closes the file. A *HTTPError is a refusal that is
// still to be answered: the file has changed since.
func (r *Response) SendFile(x *exchange.Exchange, f *OpenedFile) error {
	defer func() { _ = f.Close() }() // it was read only
	err := x.Serve(r.finalStatus(), r.finalHeaders(), r.mediaType, func(w http.ResponseWriter, req *http.Request) {
		http.ServeContent(w, normalizeRange(req, f.size), "", f.modified, f.content)
	})
	if refused, ok := errors.AsType[*exchange.Refused](err); ok {
		return NewError(refused.Status, nil)
	}
	return err
}

// normalizeRange is a request whose Range means what RFC 9110, 14 says it does, in http.ServeContent's eyes too: it is for GET
// only, units that are not known are ignored, "bytes" has no case, and the last 0 bytes are not there.
func normalizeRange(req *http.Request, size int64) *http.Request {
	req = exchange.LimitRanges(req)
	value := req.Header.Get("Range")
	if value == "" {
		return req
	}
	unit, list, ok := strings.Cut(value, "=")
	out := new(http.Request)
	*out = *req
	out.Header = req.Header.Clone()
	if !ok || req.Method != http.MethodGet || !strings.EqualFold(strings.TrimSpace(unit), "bytes") {
		out.Header.Del("Range")
		return out
	}
	specs := strings.Split(list, ",")
	for i, spec := range specs {
		if zeros, suffix := strings.CutPrefix(strings.Trim(spec, " \t"), "-"); suffix && zeros != "" && strings.Trim(zeros, "0") == "" {
			specs[i] = strconv.FormatInt(size, 10) + "-" // behind the end, as nothing is
		}
	}
	out.Header.Set("Range", "bytes="+strings.Join(specs, ","))
	return out
}
