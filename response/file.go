package response

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strconv"

	"github.com/brio-go/brio/internal/answer"
	"github.com/brio-go/brio/internal/argument"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/files"
)

// File answers with a file, or with the ranges of it that the client requests. It sends ETag and Last-Modified and evaluates
// If-None-Match, If-Modified-Since, If-Match and If-Range (RFC 9110). The engine checks that the file exists when it encodes
// the answer, and opens the file when it sends it.
//
// A missing file, a directory and a device are a 500 with a line in the log, because the program named the file; OrNotFound
// makes them a 404. Use FileIn for a path that contains input of the client: no path leaves its file system.
func File(name string, opts ...FileOption) *Response {
	return newFile(name, func() (fs.File, error) { return os.Open(name) }, func() (fs.FileInfo, error) { return os.Stat(name) }, opts)
}

// FileIn is File for a file of a file system, such as an embed.FS or the FS of an os.Root. No path and no symbolic link leads
// out of an os.Root. Names have slashes; a name that begins with one or contains ".." (fs.ValidPath) does not exist.
func FileIn(fsys fs.FS, name string, opts ...FileOption) *Response {
	return newFile(name, func() (fs.File, error) { return fsys.Open(name) }, func() (fs.FileInfo, error) { return fs.Stat(fsys, name) }, opts)
}

// FileOption changes how a file is sent.
type FileOption interface{ apply(*file) }

// fileOption is an option with an argument.
type fileOption func(*file)

func (o fileOption) apply(f *file) { o(f) }

// The switches are types of their own: as closures each would cost an allocation for each Response.
type (
	inline     bool
	orNotFound bool
)

func (o inline) apply(f *file)     { f.inline = bool(o) }
func (o orNotFound) apply(f *file) { f.notFound = bool(o) }

// misused stands in for a switch with more than one argument. The answer is a 500, and the log has the reason.
type misused argument.Mistake

func (m misused) apply(f *file) { f.misuse = m.Found + "; legal is " + m.Legal }

// Filename sets the name under which browsers save the file (RFC 6266). It may have any characters; folders are removed.
func Filename(name string) FileOption { return fileOption(func(f *file) { f.filename = name }) }

// Inline makes browsers display a file that has a Filename, if they can, instead of saving it. Inline(false) takes it back.
func Inline(on ...bool) FileOption {
	isOn, wrong := argument.Switch("Inline", on)
	if wrong.Wrong() {
		return misused(wrong)
	}
	return inline(isOn)
}

// FileMediaType sets the Content-Type. The default comes from the extension; for an unknown one it is
// application/octet-stream.
func FileMediaType(t string) FileOption { return fileOption(func(f *file) { f.mediaType = t }) }

// OrNotFound answers 404 if the file does not exist or is no regular file. OrNotFound(false) takes it back.
func OrNotFound(on ...bool) FileOption {
	isOn, wrong := argument.Switch("OrNotFound", on)
	if wrong.Wrong() {
		return misused(wrong)
	}
	return orNotFound(isOn)
}

// file is the value of a Response that File made. It is immutable.
type file struct {
	name, filename, mediaType string
	misuse                    string // what is wrong with the options; "" if nothing
	inline, notFound          bool
	openFile                  func() (fs.File, error)
	statFile                  func() (fs.FileInfo, error)
}

// newFile makes the Response of a file. Mistakes in the options are found when it is sent.
func newFile(name string, open func() (fs.File, error), stat func() (fs.FileInfo, error), opts []FileOption) *Response {
	f := &file{name: name, openFile: open, statFile: stat}
	for i, o := range opts {
		if o == nil {
			f.misuse = fmt.Sprintf("option %d of the file is nil; legal are options of package response", i+1)
			continue
		}
		o.apply(f)
	}
	if f.mediaType == "" {
		f.mediaType = files.MediaType(name)
	}
	r := &Response{}
	r.answer.SetServed(f.mediaType, f)
	r.SetHeader("X-Content-Type-Options", "nosniff")
	if d := f.disposition(); d != "" {
		r.SetHeader("Content-Disposition", d)
	}
	return r
}

// Check checks that the file exists before anything is sent. It refuses pipes and devices before they are opened, because to
// open them could block.
func (f *file) Check() error {
	if f.misuse != "" {
		return fmt.Errorf("response: File: %s", f.misuse)
	}
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

// openError returns the error for a file that cannot be opened: a 404 if OrNotFound applies.
func (f *file) openError(err error) error {
	if f.notFound && files.IsMissing(err) {
		return NewError(http.StatusNotFound, nil)
	}
	return fmt.Errorf("response: File: %w", err)
}

// openedFile is the open file of a Response. The caller of Open closes it, or Send does.
type openedFile struct {
	fs.File
	content exchange.Content
}

// Open opens the file for a request and sets the ETag of a. It returns every error that is known before the answer begins: the
// file cannot be opened or read, or, as a *HTTPError, it does not meet a condition or the range of the request.
func (f *file) Open(a *answer.Answer, x *exchange.Exchange) (answer.Opened, error) {
	opened, err := f.openFile()
	if err != nil {
		return nil, f.openError(err)
	}
	return OpenedFile(opened, f.name, "", a, x)
}

// read checks the open file and evaluates the conditions of the request. variant is a part of the ETag.
func read(opened fs.File, name, variant string, a *answer.Answer, x *exchange.Exchange) (*openedFile, error) {
	info, err := opened.Stat()
	if err != nil {
		return nil, fmt.Errorf("response: File: %w", err)
	}
	content, ok := opened.(io.ReadSeeker)
	if !ok || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("response: File: %s is a %T (%s), which cannot be read from any place in it", name, opened, info.Mode())
	}
	modified := info.ModTime()
	if a.HeaderValue("Etag") == "" && !modified.IsZero() {
		a.SetHeader("ETag", `"`+strconv.FormatInt(modified.UnixNano(), 16)+"-"+strconv.FormatInt(info.Size(), 16)+variant+`"`)
	}
	if sent := a.HeaderValue("Last-Modified"); sent != "" {
		if t, err := http.ParseTime(sent); err == nil {
			modified = t // If-Modified-Since is compared with the header that is sent
		}
	}
	o := &openedFile{opened, exchange.Content{Size: info.Size(), Modified: modified, Reader: content}}
	if a.FinalStatus() == http.StatusOK {
		if status, size := x.RefusesContent(a.HeaderValue("Etag"), o.content); status != 0 {
			err := NewError(status, nil)
			if size != "" {
				err = err.WithHeader("Content-Range", size)
			}
			return nil, err
		}
	}
	return o, nil
}

// Send sends the file and closes it. A *HTTPError means that nothing was sent and that the caller must answer with this error: the
// file has changed since Open.
func (f *openedFile) Send(a *answer.Answer, x *exchange.Exchange) error {
	defer func() { _ = f.Close() }() // opened for reading: Close has nothing to report
	err := a.ServeContent(x, f.content)
	if refused, ok := errors.AsType[*exchange.Refused](err); ok {
		return NewError(refused.Status, nil)
	}
	return err
}
