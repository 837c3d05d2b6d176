package bind

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/brio-go/brio/internal/model"
)

// Document reads JSON documents into values of one type, as the body of a request is read: the same checks, defaults and
// errors, with "body" as their first place. It is immutable and safe for concurrent use.
type Document struct{ binder *Binder }

// NewDocument returns the Document of the parameter struct t, such as Body[T], whose one field is the whole body. An error
// says what is wrong with the declaration of a type.
func NewDocument(r *model.Reader, t reflect.Type) (*Document, error) {
	b, problems := Compile(r, t, nil)
	if len(problems) > 0 {
		return nil, fmt.Errorf("%s", strings.Join(problems, "\n"))
	}
	if b.body == nil || b.body.raw != nil || len(b.parameters) > 0 {
		return nil, fmt.Errorf("%s has no JSON body alone", t)
	}
	return &Document{b}, nil
}

// Read fills dst, a settable zero value of the struct. The error is a *ValidationError, the *HTTPError of a Validate method,
// ErrTooDeep or ErrTooComplex; dst must not be used then.
func (d *Document) Read(ctx context.Context, doc []byte, s *Settings, dst reflect.Value) error {
	errs := &Errors{}
	w := walkers.Get().(*walker)
	defer w.release()
	w.ctx, w.engine, w.errs = ctx, d.binder.engine, errs
	w.reading = reading{lax: s.LaxJSON, limits: s.limits()}
	if len(doc) == 0 {
		d.binder.body.absent(w, dst)
	} else if err := d.binder.body.read(w, doc, s, dst); err != nil {
		return err
	}
	if w.refusal != nil {
		return w.refusal
	}
	if !errs.Empty() {
		errs.keepBody(doc)
	}
	return errs.Err()
}
