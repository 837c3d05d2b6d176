package middleware

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"hash"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/httptext"
	"github.com/brio-go/brio/internal/httpwriter"
	"github.com/brio-go/brio/internal/origin"
)

// The digests of RFC 9530, 5 that are not deprecated.
const (
	digestSHA256 = "sha-256"
	digestSHA512 = "sha-512"
)

// ContentDigestOptions configure ContentDigestWith.
type ContentDigestOptions struct {
	// MaxBytes is the largest body, in bytes, that is held in memory: of a request to verify it, and of an answer to compute its
	// digest. A larger body of a request with a Content-Digest is 413; a larger answer has no digest, or one as a trailer. 0 means 1
	// MiB; brio.NoLimit (-1) means any size.
	MaxBytes int
	// Required answers 400 to a request with a body that has no digest of an algorithm that ContentDigest knows.
	Required bool
	// OnlyWanted sends digests only in answers to requests with a Want-Content-Digest. Other answers are not held back.
	OnlyWanted bool
}

// ContentDigest verifies the Content-Digest of requests and adds one to answers (RFC 9530). It finds bytes that were lost or changed on the
// way. It does not authenticate them: an attacker who changes a body can change its digest too.
//
// A request with a Content-Digest, as a header or as an announced trailer, is read completely before the handler is called, up to 1
// MiB: the handler never sees a body that does not match. Every sha-256 and sha-512 must match; other algorithms are ignored. A body
// that does not match, and a header that is malformed, are 400, located at the header; a larger body is 413. The digest is of the
// bytes that are sent, so of the compressed ones under a Content-Encoding. Requests without a Content-Digest are not read.
//
// An answer is held back until it is complete, and then has the digest that Want-Content-Digest prefers, else sha-256. If the client
// wants only digests that ContentDigest does not know, the answer has none. Others without a digest are:
//   - answers to HEAD, and the statuses 204, 205 and 304, which have no content;
//   - answers that the handler flushes before they are complete, server-sent events, and those over 1 MiB. They are sent as they
//     come. If the request has TE: trailers and the answer has no Content-Length, its digest is the trailer Content-Digest;
//   - answers with a Content-Digest of the handler's own, which stays.
//
// The digest of a part of a file (206) is that of the part. Put ContentDigest outside of Compress. Inside of it, Compress removes the
// digest of each body that it compresses. A file that is held back is not sent by sendfile. An answer costs seven allocations (300
// bytes), the hash, and a copy of its body unless the handler writes it at once with its Content-Length.
func ContentDigest() Func { return ContentDigestWith(ContentDigestOptions{}) }

// ContentDigestWith is ContentDigest with options. A negative MaxBytes other than brio.NoLimit is a start-up mistake.
func ContentDigestWith(o ContentDigestOptions) Func {
	var c checks
	o.MaxBytes = limit(&c, "MaxBytes", o.MaxBytes, 1<<20)
	if refused := c.refused(); refused != nil {
		return refused
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			x := exchange.Acquire(w, r)
			d := o.answer(x, w)
			checked, err := o.verify(x, w, r)
			x.Release()
			if d != nil {
				w = d.writer.Variant()
			}
			switch {
			case err != nil:
				refuseError(w, r, err)
			case checked == r:
				next.ServeHTTP(w, r)
			default:
				origin.ServeCopy(next, w, r, checked)
			}
			if d != nil {
				d.finish()
			}
		})
	}
}

// answer returns the writer of an answer that may have a digest, or nil.
func (o *ContentDigestOptions) answer(x *exchange.Exchange, w http.ResponseWriter) *digested {
	if x.Method() == http.MethodHead {
		return nil
	}
	algorithm := wantedDigest(x.Header("Want-Content-Digest"), o.OnlyWanted)
	if algorithm == "" {
		return nil
	}
	d := &digested{max: o.MaxBytes, algorithm: algorithm, takesTrailers: takesTrailers(x)}
	d.writer.WrapBody(w, d)
	return d
}

// verify returns the request for the handler. If it has a Content-Digest, that is a copy whose body is in memory and matches.
func (o *ContentDigestOptions) verify(x *exchange.Exchange, w http.ResponseWriter, r *http.Request) (*http.Request, error) {
	var sent digests
	if !sent.add(x.Header("Content-Digest")) {
		return nil, digestError(constraint.ContentDigestInvalid())
	}
	hasTrailer := x.HasTrailer("Content-Digest")
	switch {
	case !sent.known() && !hasTrailer:
		if o.Required && x.HasBody() {
			return nil, missingDigest(x)
		}
		return r, nil
	case x.HasBody():
	case hasTrailer: // a trailer of no body
		return r, nil
	}
	owner, _ := exchange.OwnerOf(w)
	if app, ok := owner.(interface{ RequestLimits() *exchange.Limits }); ok {
		x.SetLimits(app.RequestLimits())
	}
	body, err := x.Body(int64(o.MaxBytes))
	if err != nil {
		return nil, err
	}
	x.KeepBody() // the handler may keep the bytes, also after Timeout has answered
	if hasTrailer && !sent.add(x.Trailer("Content-Digest")) {
		return nil, digestError(constraint.ContentDigestInvalid())
	}
	switch {
	case !sent.match(body):
		return nil, digestError(constraint.ContentDigestMismatch())
	case o.Required && !sent.known() && len(body) > 0:
		return nil, missingDigest(x)
	}
	return exchange.WithBody(r, body), nil
}

// missingDigest refuses a request without a digest, and tells the client which are known (RFC 9530, 4).
func missingDigest(x *exchange.Exchange) error {
	x.ResponseHeader().Set("Want-Content-Digest", "sha-256=10, sha-512=10")
	return digestError(constraint.Missing())
}

// digestError refuses a request for its Content-Digest.
func digestError(f *constraint.Failure) error {
	return &exchange.HeaderError{Header: "content-digest", Kind: f.Type, Msg: f.Msg}
}

// digests has the digests of a Content-Digest that are verified; nil for an absent one.
type digests struct{ sha256, sha512 []byte }

// add reads lines of the field (RFC 9530, 2). ok is false for a malformed field.
func (d *digests) add(lines []string) (ok bool) {
	isBytes := true
	ok = httptext.Dictionary(lines, func(key string, value any) {
		if key != digestSHA256 && key != digestSHA512 {
			return
		}
		digest, ok := value.([]byte)
		isBytes = isBytes && ok
		if key == digestSHA256 {
			d.sha256 = digest
		} else {
			d.sha512 = digest
		}
	})
	return ok && isBytes
}

func (d *digests) known() bool { return d.sha256 != nil || d.sha512 != nil }

// match reports whether each digest is that of the body.
func (d *digests) match(body []byte) bool {
	if d.sha256 != nil {
		if sum := sha256.Sum256(body); !bytes.Equal(d.sha256, sum[:]) {
			return false
		}
	}
	if d.sha512 != nil {
		if sum := sha512.Sum512(body); !bytes.Equal(d.sha512, sum[:]) {
			return false
		}
	}
	return true
}

// wantedDigest returns the algorithm for an answer by the lines of Want-Content-Digest (RFC 9530, 4), "" for none. Of two that the
// client prefers alike it is sha-256. Without the field, or with a malformed one, it is sha-256 too, unless onlyWanted.
func wantedDigest(lines []string, onlyWanted bool) string {
	var weights [2]int64 // of sha-256 and sha-512
	members := 0
	ok := httptext.Dictionary(lines, func(key string, value any) {
		members++
		weight, isInteger := value.(int64)
		if !isInteger || weight < 0 || weight > 10 {
			weight = 0
		}
		switch key {
		case digestSHA256:
			weights[0] = weight
		case digestSHA512:
			weights[1] = weight
		}
	})
	switch {
	case !ok || members == 0:
		if onlyWanted {
			return ""
		}
		return digestSHA256
	case weights[1] > weights[0]:
		return digestSHA512
	case weights[0] > 0:
		return digestSHA256
	}
	return ""
}

// takesTrailers reports whether the client keeps trailers (RFC 9110, 10.1.4), and its version of HTTP has any.
func takesTrailers(x *exchange.Exchange) bool {
	return x.ProtoAtLeast(1, 1) && slices.ContainsFunc(httptext.ParseWeighted(x.Header("Te")), func(t httptext.Weighted) bool { return t.Value == "trailers" })
}

// The states of a digested answer.
const (
	notBegun = iota
	heldBack // status and body are in memory
	passedOn // the headers are sent
)

// digested is an answer that gets a Content-Digest. It is held back until its end, and then sent with the digest. An answer that is too
// large or is flushed is passed on, with the digest as a trailer if the client takes one.
type digested struct {
	httpwriter.PassBody
	writer        httpwriter.Writer
	max           int // bytes of held; negative: any number
	algorithm     string
	takesTrailers bool

	state  int
	status int
	held   []byte
	sum    hash.Hash // of a body that is passed on; nil: no trailer
}

// Begin implements httpwriter.Hooks.
func (d *digested) Begin(status int) error {
	if d.state == notBegun && status >= 100 && status <= 999 { // the writer of net/http panics for others
		if d.status = status; d.canHold() {
			d.state = heldBack
		} else {
			d.pass()
		}
	}
	if d.state == heldBack {
		return httpwriter.ErrHeld
	}
	return nil
}

// hasContent reports whether answers with the status have content (RFC 9110, 6.4.1, 15.3.6).
func hasContent(status int) bool {
	return status >= 200 && status != http.StatusNoContent && status != http.StatusResetContent && status != http.StatusNotModified
}

// canHold reports whether the answer may have a digest in its header.
func (d *digested) canHold() bool {
	h := d.writer.Header()
	if !d.canDigest() || len(h["Trailer"]) > 0 || strings.HasPrefix(h.Get("Content-Type"), "text/event-stream") {
		return false
	}
	length, err := strconv.ParseInt(h.Get("Content-Length"), 10, 64)
	return err != nil || d.max < 0 || length <= int64(d.max)
}

// canDigest reports whether the answer has content, and no digest of the handler's.
func (d *digested) canDigest() bool {
	return hasContent(d.status) && len(d.writer.Header()["Content-Digest"]) == 0
}

// pass begins an answer without a digest in its header.
func (d *digested) pass() {
	d.state = passedOn
	h := d.writer.Header()
	if !d.takesTrailers || !d.canDigest() || h.Get("Content-Length") != "" {
		return
	}
	h.Add("Trailer", "Content-Digest")
	if d.sum = sha256.New(); d.algorithm == digestSHA512 {
		d.sum = sha512.New()
	}
}

// Body implements httpwriter.BodyHooks.
func (d *digested) Body(below http.ResponseWriter) io.Writer {
	switch {
	case d.state == heldBack:
		return holder{d}
	case d.sum != nil:
		return &tee{to: below, copyTo: d.sum}
	}
	return below
}

// holder writes to the memory of an answer that is held back. After a write that makes the answer too large, it writes to the client.
type holder struct{ d *digested }

func (w holder) Write(p []byte) (int, error) {
	d := w.d
	if d.state == heldBack && d.max >= 0 && len(p) > d.max-len(d.held) {
		if err := d.send(false); err != nil {
			return 0, err
		}
	}
	if d.state == passedOn {
		return d.writer.Write(p)
	}
	if d.held == nil {
		d.held = p // no copy of a body that is written at once
		if d.isDeclared() {
			return len(p), d.send(true)
		}
		d.held = nil
	}
	d.held = append(d.held, p...)
	if d.isDeclared() {
		return len(p), d.send(true) // the handler may still run tasks
	}
	return len(p), nil
}

// send sends what is held back. isWhole means that it is the complete body.
func (d *digested) send(isWhole bool) error {
	body := d.held
	d.held = nil
	if isWhole {
		d.state = passedOn
		d.writer.Header()["Content-Digest"] = []string{digestOf(d.algorithm, body)}
	} else {
		d.pass()
	}
	d.writer.WriteHeader(d.status)
	if len(body) == 0 {
		return nil
	}
	_, err := d.writer.Write(body)
	return err
}

// isDeclared reports whether the bytes that are held back have the length that the handler has declared.
func (d *digested) isDeclared() bool {
	return d.writer.Header().Get("Content-Length") == strconv.Itoa(len(d.held))
}

// finish is called when the handler has returned.
func (d *digested) finish() {
	switch {
	case d.state == heldBack:
		isWhole := d.writer.Header().Get("Content-Length") == "" || d.isDeclared() // else the handler has written too little
		_ = d.send(isWhole)                                                        // an error means that the client has gone
	case d.sum != nil:
		d.writer.Header().Set("Content-Digest", digestField(d.algorithm, d.sum.Sum(nil)))
	}
}

// BeginFlush implements httpwriter.Hooks. What is flushed is the beginning of a stream, unless its Content-Length says otherwise.
func (d *digested) BeginFlush() error {
	if d.state != passedOn && !httpwriter.CanFlush(d.writer.Inner()) {
		return http.ErrNotSupported
	}
	switch d.state {
	case notBegun:
		d.status = http.StatusOK
		d.pass()
	case heldBack:
		return d.send(false)
	}
	return nil
}

// BeginHijack implements httpwriter.Hooks.
func (d *digested) BeginHijack() error {
	if d.state == heldBack {
		return d.send(false)
	}
	return nil
}

// Hijacked implements httpwriter.Hooks.
func (d *digested) Hijacked(err error) {
	if err == nil {
		d.state, d.sum = passedOn, nil
	}
}

// ResponseOwner implements exchange.Owned: an answer that is held back has begun.
func (d *digested) ResponseOwner() (owner any, begun bool) {
	owner, begun = exchange.OwnerOf(d.writer.Inner())
	return owner, begun || d.state != notBegun
}

// digestOf returns the value of a Content-Digest for a body.
func digestOf(algorithm string, body []byte) string {
	if algorithm == digestSHA512 {
		sum := sha512.Sum512(body)
		return digestField(algorithm, sum[:])
	}
	sum := sha256.Sum256(body)
	return digestField(algorithm, sum[:])
}

// digestField returns the value of a Content-Digest (RFC 9530, 2).
func digestField(algorithm string, sum []byte) string {
	return string(httptext.AppendBytes(append(make([]byte, 0, 100), algorithm+"="...), sum))
}
