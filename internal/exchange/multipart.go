package exchange

import (
	"errors"
	"fmt"
	"io"
	"math"
	"mime"
	"mime/multipart"
	"net/textproto"
	"strings"
	"unicode/utf8"
)

// FormLimits bound one form. A negative number means no limit.
type FormLimits struct {
	Text      int64 // bytes of a url-encoded body
	Multipart int64 // bytes of a multipart body
	Files     int
	Fields    int
	FileSize  int64 // bytes of one file
	FieldSize int64 // bytes of one field's value
	Memory    int64 // bytes of all files in memory; the others are in a temporary file
}

// Limits of a part that applications cannot change.
const (
	maxPartHeaders = 16 << 10 // bytes of the headers of one part, and of the text before the first part
	readAhead      = 4 << 10  // bytes; the buffer of mime/multipart
	maxBoundary    = 70       // bytes; RFC 2046, 5.1.1
)

// FormError is the error of a malformed form, with a text for the client. It wraps ErrRead.
type FormError struct {
	Detail string
	cause  error
}

func (e *FormError) Error() string { return e.cause.Error() + ": " + e.Detail }

// Unwrap returns ErrRead.
func (e *FormError) Unwrap() error { return e.cause }

func unreadable(detail string) error { return &FormError{detail, ErrRead} }

const (
	detailBoundary = "Missing boundary in multipart."
	detailName     = `The Content-Disposition header field "name" must be provided.`
)

// size formats a number of bytes for the text of an error.
func size(n int64) string {
	if n%1024 == 0 {
		return fmt.Sprintf("%dKB", n/1024)
	}
	return fmt.Sprintf("%d bytes", n)
}

// unlimited returns the number to compare sizes with: a negative limit becomes the largest number.
func unlimited[T int | int64](limit T) int64 {
	if limit < 0 {
		return math.MaxInt64
	}
	return int64(limit)
}

// Parts reads a multipart body part by part, in constant memory. It belongs to one goroutine.
type Parts struct {
	from    *reader
	parts   *multipart.Reader
	limits  FormLimits
	files   int64
	fields  int64
	current *Part
	err     error
}

// lastLine is a body that ends with a line break and then an error. Without it mime/multipart returns io.EOF both after the last
// boundary and for a body that ends inside of headers. With it io.EOF means the last boundary, which needs no line break.
type lastLine struct {
	from *reader
	tail string
}

func (l *lastLine) Read(p []byte) (int, error) {
	n, err := l.from.Read(p)
	if err != io.EOF {
		return n, err
	}
	if n == 0 && len(p) > 0 {
		n = copy(p, l.tail)
		l.tail = l.tail[n:]
	}
	if n == 0 {
		return 0, io.ErrUnexpectedEOF
	}
	return n, nil
}

// Part is one part of a multipart body. It must be read before the next call of Next.
type Part struct {
	Name        string
	Filename    string
	ContentType string
	Header      textproto.MIMEHeader
	File        bool // the part has a filename, which may be empty

	reader io.Reader
	of     *Parts
	max    int64 // bytes
	left   int64
	err    error
}

// Parts begins to read the body as multipart/form-data. ok is false for another Content-Type.
func (x *Exchange) Parts(l FormLimits) (p *Parts, ok bool, err error) {
	if mediaType, _ := x.MediaType(); mediaType != "multipart/form-data" {
		return nil, false, nil
	}
	if x.HasBody() && x.Encoded() {
		return nil, true, ErrEncoding
	}
	options, err := parameters(x.header("Content-Type")[0])
	boundary := options["boundary"]
	switch {
	case err != nil, boundary == "":
		return nil, true, unreadable(detailBoundary)
	case len(boundary) > maxBoundary:
		return nil, true, fmt.Errorf("%w: the boundary has %d bytes", ErrRead, len(boundary))
	}
	from, err := x.openBody(l.Multipart)
	if err != nil {
		return nil, true, err
	}
	return &Parts{from: from, parts: multipart.NewReader(&lastLine{from, "\r\n"}, boundary), limits: l}, true, nil
}

// Next returns the next part, and io.EOF after the last. It skips the unread rest of the part before, whose bytes count too. Errors
// are ErrTooLarge and ErrRead; after one each call fails.
func (p *Parts) Next() (*Part, error) {
	if p.err != nil {
		return nil, p.err
	}
	part, err := p.next()
	if err != nil {
		p.err = err
		return nil, err
	}
	p.current = part
	return part, nil
}

// next skips the rest of the current part and reads the headers of the next one.
func (p *Parts) next() (*Part, error) {
	if p.current != nil {
		if _, err := io.Copy(io.Discard, p.current); err != nil {
			return nil, err
		}
	}
	// mime/multipart accepts 10 MiB of headers, and any text before the first part.
	p.from.allowed = maxPartHeaders + readAhead
	raw, err := p.parts.NextRawPart()
	p.from.allowed = -1
	switch {
	case err == io.EOF:
		return nil, io.EOF
	case err != nil && p.from.read == 0 && p.from.err == io.EOF:
		return nil, io.EOF // no body at all
	case err != nil:
		return nil, p.failure(err)
	case headerSize(raw.Header) > maxPartHeaders:
		return nil, partHeadersTooLarge()
	}
	part := &Part{reader: raw, of: p, Header: raw.Header, ContentType: raw.Header.Get("Content-Type")}
	options, err := parameters(raw.Header.Get("Content-Disposition"))
	if err != nil || options["name"] == "" {
		return nil, unreadable(detailName)
	}
	part.Name = strings.ToValidUTF8(options["name"], "\uFFFD")
	filename, file := options["filename"]
	part.Filename, part.File = baseName(filename), file
	if file {
		p.files++
		if p.files > unlimited(p.limits.Files) {
			return nil, tooManyFiles(p.limits.Files)
		}
		part.max = unlimited(p.limits.FileSize)
	} else {
		p.fields++
		if p.fields > unlimited(p.limits.Fields) {
			return nil, tooManyFields(p.limits.Fields)
		}
		part.max = unlimited(p.limits.FieldSize)
	}
	part.left = part.max
	return part, nil
}

// parameters reads the parameters of a header value. It drops extended and continued ones (name*, name*0, RFC 2231): RFC 7578, 4.2
// forbids them in forms. Package mime would let name* override name, which browsers and filters in front of the server read.
func parameters(value string) (map[string]string, error) {
	_, options, err := mime.ParseMediaType(withoutExtended(value))
	return options, err
}

// withoutExtended returns a header value without the parameters that have a * in their name. It finds the ends of quoted strings as
// package mime does, which differs from RFC 9110 in backslashes.
func withoutExtended(value string) string {
	first := strings.IndexByte(value, ';')
	if first < 0 || !strings.Contains(value, "*") {
		return value
	}
	out, rest := value[:first], value[first:]
	for rest != "" {
		end := parameterEnd(rest)
		name, _, _ := strings.Cut(rest[:end], "=")
		if !strings.Contains(name, "*") {
			out += rest[:end]
		}
		rest = rest[end:]
	}
	return out
}

// parameterEnd returns the end of the parameter at the front of s, which begins with a semicolon: the index of the next semicolon
// outside of quotes.
func parameterEnd(s string) int {
	i := 1
	for i < len(s) && s[i] != ';' && s[i] != '=' {
		i++
	}
	if i < len(s) && s[i] == '=' {
		for i++; i < len(s) && (s[i] == ' ' || s[i] == '\t'); {
			i++
		}
		if i < len(s) && s[i] == '"' {
			for i++; i < len(s) && s[i] != '"'; i++ {
				if s[i] == '\\' && i+1 < len(s) && strings.IndexByte(`()<>@,;:\"/[]?=`, s[i+1]) >= 0 {
					i++ // other backslashes are literal, as in C:\dir of old browsers
				}
			}
		}
	}
	for i < len(s) && s[i] != ';' {
		i++
	}
	return i
}

// headerSize is about the size of a part's headers, in bytes. The limit must not depend on how much the buffer had read ahead.
func headerSize(h textproto.MIMEHeader) (n int) {
	for name, values := range h {
		for _, v := range values {
			n += len(name) + len(v) + len(": \r\n")
		}
	}
	return n
}

// failure returns the error of the body, or a FormError. mime/multipart wraps the error of the body in most places only.
func (p *Parts) failure(err error) error {
	switch cause := p.from.err; {
	case cause == errHeaders:
		return partHeadersTooLarge()
	case cause != nil && cause != io.EOF:
		return cause
	case errors.Is(err, multipart.ErrMessageTooLarge):
		return partHeadersTooLarge()
	}
	return fmt.Errorf("%w: %w", ErrRead, err)
}

// Read reads the part up to its limit; one byte more is ErrTooLarge.
func (p *Part) Read(b []byte) (int, error) {
	if p.err != nil || len(b) == 0 {
		return 0, p.err
	}
	if p.of.current != nil && p.of.current != p {
		p.err = fmt.Errorf("%w: the next part is being read", ErrRead)
		return 0, p.err
	}
	if int64(len(b))-1 > p.left {
		b = b[:p.left+1]
	}
	n, err := p.reader.Read(b)
	switch {
	case int64(n) > p.left:
		n = int(p.left)
		err = partTooLarge("Part", p.max)
	case err != nil && err != io.EOF:
		err = p.of.failure(err)
	}
	p.left -= int64(n)
	p.err = err
	return n, err
}

// baseName returns a filename without folders of any system and without control characters. It is never "." or "..". Programs put it
// into paths, headers and logs.
func baseName(s string) string {
	s = s[strings.LastIndexAny(s, `/\`)+1:]
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F {
			return -1
		}
		return r
	}, s)
	if s == "." || s == ".." {
		return ""
	}
	return s
}
