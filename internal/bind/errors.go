package bind

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/finite"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/params"
)

// What a client can make an error reply hold is bounded.
const (
	maxErrors = 100  // entries in one reply
	maxInput  = 1024 // bytes of the client's own input that one entry echoes
	maxName   = 128  // bytes of a name in loc, as keys of maps are the client's
	maxList   = 20   // values of a repeated parameter that one entry echoes
)

// Errors collects what is wrong with one request. The zero value is ready to use.
type Errors struct {
	list  []entry
	found int
	body  []byte
}

// entry is an error with its place among all that were found, those included that are not kept.
type entry struct {
	params.ErrorDetail
	nth int
}

// Empty reports whether nothing is wrong.
func (e *Errors) Empty() bool { return e.found == 0 }

// Len is the number of errors found so far. More errors may be found than Err reports, so what grew Len was refused,
// also when it only repeated what another function's parameters had shown.
func (e *Errors) Len() int { return e.found }

// Reset makes e empty; what Err returned stays as it is.
func (e *Errors) Reset() {
	clear(e.list)
	*e = Errors{list: e.list[:0]}
}

// full reports whether further errors would be dropped.
func (e *Errors) full() bool { return len(e.list) >= maxErrors }

func (e *Errors) add(f *constraint.Failure, loc []any, input any) {
	e.addDetail(params.ErrorDetail{Type: f.Type, Loc: loc, Msg: f.Msg, Input: input, Ctx: f.Ctx})
}

// addDetail keeps an error. What two functions find alike, both reading one parameter, is one error.
func (e *Errors) addDetail(d params.ErrorDetail) {
	d.Loc = boundLoc(d.Loc)
	e.addBounded(d)
}

// addBounded keeps an error whose Loc is its own, and clean.
func (e *Errors) addBounded(d params.ErrorDetail) {
	e.found++
	if e.full() {
		return
	}
	if !slices.ContainsFunc(e.list, func(o entry) bool { return o.Type == d.Type && slices.Equal(o.Loc, d.Loc) }) {
		e.list = append(e.list, entry{d, e.found})
	}
}

// boundLoc is a copy of loc with nothing but ints and strings of a bounded length, which can be compared.
func boundLoc(loc []any) []any {
	out := slices.Clone(loc)
	for i, step := range loc {
		switch s := step.(type) {
		case int:
		case string:
			if len(s) > maxName {
				out[i] = truncate(s)
			}
		default:
			out[i] = truncate(finite.Text(s))
		}
	}
	return out
}

// truncate cuts names that a client chose.
func truncate(s string) string {
	if len(s) > maxName {
		return strings.ToValidUTF8(s[:maxName], "") + "…"
	}
	return s
}

// sourceOrder is the order in which the errors of one function are listed, FastAPI's. What has no source, because a
// parameter struct as a whole is wrong, comes last.
var sourceOrder = []string{"path", "query", "header", "cookie", "body", "request"}

// since are the errors from the given one on, of those that are kept.
func (e *Errors) since(found int) []entry {
	i := slices.IndexFunc(e.list, func(o entry) bool { return o.nth > found })
	if i < 0 {
		return nil
	}
	return e.list[i:]
}

// Sort brings the errors from the given Len on, those of one function, into the order path, query, header, cookie,
// body; within a source they stay in the order of declaration.
func (e *Errors) Sort(from int) {
	first := slices.IndexFunc(e.list, func(o entry) bool { return o.nth > from })
	if first < 0 {
		return
	}
	rank := func(o entry) int {
		name, _ := o.Loc[0].(string)
		return slices.Index(sourceOrder, name)
	}
	slices.SortStableFunc(e.list[first:], func(a, b entry) int { return cmp.Compare(rank(a), rank(b)) })
}

// Err is the ValidationError of all that was found, nil when nothing was. It belongs to the caller.
func (e *Errors) Err() error {
	err := e.Internal()
	if invalid, ok := err.(*params.ValidationError); ok {
		for i := range invalid.Errors {
			invalid.Errors[i].Ctx = cloneCtx(invalid.Errors[i].Ctx)
		}
	}
	return err
}

// Internal is Err for those who change nothing in it: what requests with like errors have in common is not copied.
func (e *Errors) Internal() error {
	if e.Empty() {
		return nil
	}
	out := &params.ValidationError{Errors: make([]params.ErrorDetail, len(e.list)), Body: e.body}
	for i, o := range e.list {
		out.Errors[i] = o.ErrorDetail
	}
	return out
}

func cloneCtx(shared map[string]any) map[string]any {
	own := maps.Clone(shared)
	for key, v := range own {
		if m, ok := v.(map[string]any); ok {
			own[key] = maps.Clone(m)
		}
	}
	return own
}

// textInput is what an error echoes of a text parameter.
func textInput(s string) any {
	if len(s) > maxInput {
		return strings.ToValidUTF8(s[:maxInput], "") + "…"
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// jsonInput is what an error echoes of a JSON value: the value, or the beginning of its text.
func jsonInput(raw []byte) any {
	if len(raw) > maxInput {
		return strings.ToValidUTF8(string(raw[:maxInput]), "") + "…"
	}
	return json.RawMessage(slices.Clone(raw))
}
