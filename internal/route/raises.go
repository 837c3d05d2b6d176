package route

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/routing"
)

// statusError is an error with a status of its own.
type statusError interface {
	error
	StatusCode() int
}

// raisedType is a declared error type. Clients may see its content.
type raisedType struct {
	declared declare.Raised // the first declaration
	status   int            // of all its errors; 0: StatusCode returns it
	body     bool           // the JSON of the error is the body; false: the app's format writes it
}

var (
	errorType      = reflect.TypeFor[error]()
	httpErrorType  = reflect.TypeFor[response.HTTPError]()
	statusCodeType = reflect.TypeFor[statusError]()
)

// raises compiles the error types that a route may return. It returns their responses for the document.
func (c *compiler) raises(list []declare.Raised) (out []declare.Documented) {
	for _, r := range list {
		base := r.Type
		if base.Kind() == reflect.Pointer {
			base = base.Elem()
		}
		statuses, wrong, legal := raisedStatuses(r, base)
		if wrong == "" {
			wrong, legal = c.raise(r, base, statuses)
		}
		if wrong != "" {
			c.add(routing.Mistake{Place: r.Place, Found: wrong, Legal: legal})
			continue
		}
		for _, status := range statuses {
			d := declare.Documented{Status: status, Model: c.table.errors.Model(status), Raised: true}
			if known := c.table.raised[base]; known != nil && known.body {
				d.Model = base
			}
			if !slices.ContainsFunc(out, func(o declare.Documented) bool { return o.Status == d.Status && o.Model == d.Model }) {
				out = append(out, d)
			}
		}
	}
	return out
}

// raisedStatuses returns the statuses of a declared error type: those of the declaration, or the one that its zero value returns.
// Otherwise it returns the mistake.
func raisedStatuses(r declare.Raised, base reflect.Type) (statuses []int, wrong, legal string) {
	statuses = r.Statuses
	example := fmt.Sprintf("Raises[%s](%d)", r.Type, http.StatusConflict)
	switch {
	case base.Kind() == reflect.Interface:
		return nil, fmt.Sprintf("the error type %s is an interface, which has no schema", r.Type), "the type of the errors themselves, one declaration for each"
	case len(statuses) == 0 && !r.Type.Implements(statusCodeType):
		return nil, fmt.Sprintf("the error type %s has no status", r.Type), "a method StatusCode() int, or a status in the declaration: " + example
	case len(statuses) == 0:
		status := zeroStatus(base, r.Type)
		if status == 0 {
			return nil, fmt.Sprintf("StatusCode of the zero %s gives no status: it depends on the value", r.Type), "all statuses that it can be, in the declaration: " + example
		}
		statuses = []int{status}
	case len(statuses) > 1 && !r.Type.Implements(statusCodeType) && base != httpErrorType:
		return nil, fmt.Sprintf("the error type %s is declared with %d statuses, but nothing says which one an error has", r.Type, len(statuses)), "one status, or a method StatusCode() int"
	}
	for _, s := range statuses {
		if s < 400 || s > 599 {
			return nil, fmt.Sprintf("the error type %s has the status %d", r.Type, s), "a status of an error, 400 to 599"
		}
	}
	return statuses, "", ""
}

// zeroStatus returns StatusCode of a zero value, and 0 if the method panics.
func zeroStatus(base, t reflect.Type) (status int) {
	defer func() { _ = recover() }()
	v := reflect.New(base)
	if t.Kind() != reflect.Pointer {
		v = v.Elem()
	}
	return v.Interface().(statusError).StatusCode()
}

// raise adds the type to the table. All routes of an app share it, so an error has one answer wherever it comes from.
func (c *compiler) raise(r declare.Raised, base reflect.Type, statuses []int) (wrong, legal string) {
	if base == httpErrorType {
		return "", ""
	}
	own := &raisedType{declared: r, body: base.Kind() != reflect.Struct || len(c.Scope.Reader.Type(base).Fields) > 0}
	if !r.Type.Implements(statusCodeType) {
		own.status = statuses[0]
	}
	if known := c.table.raised[base]; known != nil {
		if known.status != own.status {
			return fmt.Sprintf("the error type %s is declared with the status %d; at %s it has %d", r.Type, own.status, known.declared.Place, known.status), "one status for an error type, or a method StatusCode() int"
		}
		return "", ""
	}
	for _, f := range reflect.VisibleFields(indirect(base)) {
		if f.IsExported() && f.Type.Kind() == reflect.Interface && f.Type.Implements(errorType) && !strings.HasPrefix(f.Tag.Get("json"), "-") {
			return fmt.Sprintf("the field %s of the error type %s is an error, which would be sent to clients", f.Name, r.Type), "`json:\"-\"` on it, or an unexported field; the log has its text all the same"
		}
	}
	_, problems := c.Models.Compile(base, base, c.filter(base, declare.Filter{}, declare.Filter{}))
	if len(problems) == 0 {
		problems = c.Scope.Reader.Type(base).OutputProblems()
	}
	if len(problems) > 0 {
		return problems[0], "the fields of an error type are what clients get of it; every type in it has a JSON form, or json:\"-\""
	}
	c.table.raised[base] = own
	return "", ""
}

// indirect returns t if it is a struct, else a struct without fields.
func indirect(t reflect.Type) reflect.Type {
	if t.Kind() != reflect.Struct {
		return reflect.TypeFor[struct{}]()
	}
	return t
}
