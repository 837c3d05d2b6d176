package answer

import (
	"bytes"
	"context"
	"math"
	"net/http"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/exchange"
)

// Answer is what a request is answered with. It is temporal or direct. A temporal Answer belongs to its request. The program may
// keep a direct one and return it to many requests, also at the same time, unless its body is a stream: the router copies it and
// only reads the original. The methods are not safe for concurrent use.
type Answer struct {
	status    int32
	content   content
	plain     bool // Fill made it plain, and nothing has changed it
	shared    bool // another Answer has the same headers: writeHeaders clones them before a change
	opened    bool // OpenStream has opened the stream for this request; Send runs it
	mediaType *exchange.ContentType
	body      []byte
	headers   *exchange.Headers // nil: none. In Fields until Header is called, then all in Map; Cookies are separate
	value     any               // the source of the body for encoded, streamed, served and failed; the *Room of a temporal Answer
	rare      *rare             // nil for most Answers
}

// rare holds what few Answers use.
type rare struct {
	tasks *background.Tasks
	err   error // the first misuse; the answer is then a 500
}

// writeRare returns a.rare and allocates it first if it is nil.
func (a *Answer) writeRare() *rare {
	a.plain = false
	if a.rare == nil {
		a.rare = &rare{}
	}
	return a.rare
}

// content is the kind of body that an Answer has.
type content uint8

const (
	none content = iota
	raw
	encoded  // value, encoded as JSON when the Answer is sent
	streamed // value is an *exchange.Flow, which is sent once
	served   // value is a Served, opened when the Answer is sent
	failed   // value is an error, for which Format sets the value to encode
)

// SetStatus sets the status code. 0 removes the status that was set.
func (a *Answer) SetStatus(code int) *Answer {
	a.plain = false
	a.status = int32(min(max(code, math.MinInt32), math.MaxInt32)) // an illegal status stays illegal, for Check
	return a
}

// Status is the status that was set, 0 for none.
func (a *Answer) Status() int { return int(a.status) }

// FinalStatus is the status that is sent: 200 where none was set.
func (a *Answer) FinalStatus() int {
	if a.status == 0 {
		return http.StatusOK
	}
	return int(a.status)
}

// IsErrorStatus reports whether an error may have the status: 400 to 599, and 304, the answer to a condition.
func IsErrorStatus(status int) bool {
	return status >= 400 && status <= 599 || status == http.StatusNotModified
}

// SetMediaType sets the Content-Type of the body.
func (a *Answer) SetMediaType(t string) *Answer {
	a.plain = false
	a.mediaType = exchange.ContentTypeOf(t)
	return a
}

// AddTask adds a task that runs after the answer has been sent. When the request of a temporal Answer has ended, its owner
// logs the task instead.
func (a *Answer) AddTask(task func(context.Context) error) {
	if owner, ended := a.request().(background.Owner); ended {
		owner.TaskAfterEnd()
		return
	}
	rare := a.writeRare()
	if rare.tasks == nil {
		rare.tasks = &background.Tasks{}
	}
	rare.tasks.Add(task)
}

// Tasks are the tasks that AddTask has added, nil for none.
func (a *Answer) Tasks() *background.Tasks {
	if a.rare == nil {
		return nil
	}
	return a.rare.tasks
}

// SetTasks replaces the tasks.
func (a *Answer) SetTasks(t *background.Tasks) {
	if a.rare != nil || t != nil {
		a.writeRare().tasks = t
	}
}

// Fail records a misuse of the Answer, such as a cookie that clients refuse. Only the first one counts.
func (a *Answer) Fail(err error) {
	if a.Err() == nil {
		a.writeRare().err = err
	}
}

// Err is the first misuse of the Answer.
func (a *Answer) Err() error {
	if a.rare == nil {
		return nil
	}
	return a.rare.err
}

// IsReady reports whether the body is encoded and the Answer was not misused. Encode then has nothing to do.
func (a *Answer) IsReady() bool { return a.content == raw && a.Err() == nil }

// Copy makes a the same answer as other. Later changes of a do not change other, so a Response that the program returns to
// several requests never receives the cookies or the buffer of one of them. Copy only reads other: several requests may
// copy it at once. A stream of a counts as not opened.
func (a *Answer) Copy(other *Answer) {
	*a = *other
	a.shared, a.opened, a.plain, a.rare = true, false, false, nil
	if a.content == none {
		a.value = nil // the Room of a temporal Answer
	}
	if other.Tasks() != nil || other.Err() != nil {
		a.rare = &rare{tasks: other.rare.tasks.Clone(), err: other.rare.err}
	}
}

// Clone makes a a copy of other that the program may keep and change. It shares no headers, cookies or tasks with other. A body
// in the memory of pooled is copied too, because the caller will reuse that buffer.
func (a *Answer) Clone(other *Answer, pooled []byte) {
	a.Copy(other)
	if a.headers != nil {
		a.writeHeaders()
	}
	if len(other.body) > 0 && cap(pooled) > 0 && &other.body[0] == &pooled[:1][0] {
		a.body = bytes.Clone(other.body)
	}
}

// SetBody sets an encoded body and its media type. The body is not copied.
func (a *Answer) SetBody(typ *exchange.ContentType, body []byte) {
	a.content, a.plain, a.mediaType, a.body = raw, false, typ, body
}

// Fill makes a, which is zero, a status with an encoded body, which it does not copy. Check accepts the status and the media type. plain
// means that the caller adds nothing to it.
func (a *Answer) Fill(status int16, typ *exchange.ContentType, body []byte, plain bool) {
	a.status, a.content, a.plain, a.mediaType, a.body = int32(status), raw, plain, typ, body
}

// IsPlain reports whether Fill made a, plain, and nothing has changed it: it has no headers and no tasks, and nothing can refuse it.
func (a *Answer) IsPlain() bool { return a.plain }

// SetPlain says that nothing is added to the zero Answer and that nothing of it is sent: the program has answered by itself.
func (a *Answer) SetPlain() { a.plain = true }

// Reset makes a the zero Answer.
func (a *Answer) Reset() {
	if a.plain { // field by field: the others are zero
		a.status, a.content, a.plain, a.mediaType, a.body = 0, none, false, nil, nil
	} else {
		*a = Answer{}
	}
}

// SetValue makes v the body. Encode encodes it.
func (a *Answer) SetValue(typ *exchange.ContentType, v any) {
	a.content, a.plain, a.mediaType, a.value = encoded, false, typ, v
}

// SetFailure makes an error the body. Format sets what is sent of it.
func (a *Answer) SetFailure(err any) { a.content, a.plain, a.value = failed, false, err }

// Failure returns the error of SetFailure. It is false for other Answers, and after Format.
func (a *Answer) Failure() (err any, ok bool) {
	if a.content != failed {
		return nil, false
	}
	return a.value, true
}

// Format sets the body of an Answer that was made of an error. Status, headers and cookies do not change, nor does a media type
// that the program has set.
func (a *Answer) Format(mediaType string, body any) {
	a.content, a.plain, a.value = encoded, false, body
	if a.mediaType == nil {
		a.SetMediaType(mediaType)
	}
}

// Check returns an error for an Answer that cannot be sent: it was misused (Err), or its status, headers or media type are
// illegal. Send refuses such an Answer too, but after the clean-ups have run.
func (a *Answer) Check() error {
	if err := a.Err(); err != nil {
		return err
	}
	return exchange.Check(a.FinalStatus(), a.headers, a.mediaType)
}
