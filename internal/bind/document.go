package bind

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/internal/switches"
)

// Document reads JSON documents outside of requests, with the checks, defaults and errors of a request's body. Each loc begins with
// "body". A Document is immutable and safe for concurrent use.
type Document struct{ binder *Binder }

// NewDocument returns the Document of the parameter struct t, whose one field is the JSON document: params.Body[T]. The error has the
// problems of the types' declarations.
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

// Read fills dst, a settable zero value of the struct. The error is a *params.ValidationError, the *HTTPError of a Validate method, or
// wraps params.ErrTooDeep or params.ErrTooComplex. After an error dst must not be used.
func (d *Document) Read(ctx context.Context, doc []byte, s *Settings, dst reflect.Value) error {
	b, first := d.binder.body, firstScan{}
	if b.isFast && s.Switches&switches.LaxJSON == 0 && len(doc) > 0 {
		value := memory.OfValue(dst).Field(b.place)
		first = firstScan{json.ScanInto(b.shape, doc, json.Options{Limits: s.JSON}, value), true}
		if first.report.Filled && b.fields[0].passes(value, first.report.Absent) {
			return nil
		}
	}
	errs := &Errors{}
	w := walkers.Get().(*walker)
	defer w.release()
	w.ctx, w.engine, w.errs = ctx, d.binder.engine, errs
	w.reading = reading{on: s.Switches, limits: s.JSON, first: first}
	if len(doc) == 0 {
		b.absent(w, dst)
	} else if err := b.read(w, doc, s, dst); err != nil {
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
