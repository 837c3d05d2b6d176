package bind

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/finite"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/params"
)

// The limits of an answer with errors. Without them a small request could cause a large answer.
const (
	maxErrors = 100  // entries in one answer
	maxInput  = 1024 // bytes of the client's input that one entry echoes
	maxName   = 128  // bytes of a name in a loc; clients choose the keys of maps
	maxList   = 20   // values of a repeated parameter that one entry echoes
)

// Errors collects the violations of one request. The zero value is ready to use. It belongs to the request.
type Errors struct {
	list  []entry // at most maxErrors, without repetitions
	found int     // all errors, those included that list does not have
	body  []byte  // of the ValidationError; nil: none
}

// entry is an error and its number among all errors that were found.
type entry struct {
	params.ErrorDetail
	nth int
}

// Empty reports whether no error was found.
func (e *Errors) Empty() bool { return e.found == 0 }

// Len returns the number of errors found so far. It counts repetitions, and errors beyond the limit, which Err leaves out. A binding
// has therefore failed if Len has grown.
func (e *Errors) Len() int { return e.found }

// Reset makes e empty, for the next request. Errors that Err has returned stay as they are.
func (e *Errors) Reset() {
	clear(e.list)
	*e = Errors{list: e.list[:0]}
}

// add adds the failure of a value. It copies loc.
func (e *Errors) add(f *constraint.Failure, loc []any, input any) {
	e.addDetail(params.ErrorDetail{Type: f.Type, Loc: loc, Msg: f.Msg, Input: input, Ctx: f.Ctx})
}

// addDetail adds an error. It copies the loc.
func (e *Errors) addDetail(d params.ErrorDetail) {
	d.Loc = boundLoc(d.Loc)
	e.addBounded(d)
}

// addBounded adds an error whose Loc is bounded and belongs to the error. Two functions that read one parameter find the same error;
// the answer has it once.
func (e *Errors) addBounded(d params.ErrorDetail) {
	e.found++
	if len(e.list) >= maxErrors {
		return
	}
	if !slices.ContainsFunc(e.list, func(o entry) bool { return o.Type == d.Type && slices.Equal(o.Loc, d.Loc) }) {
		e.list = append(e.list, entry{d, e.found})
	}
}

// boundLoc returns a copy of loc with ints and strings of a bounded length only. Other values of a Validate method become text, so
// that locs can be compared.
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

// truncate cuts a name that the client chose after maxName bytes.
func truncate(s string) string {
	if len(s) > maxName {
		return strings.ToValidUTF8(s[:maxName], "") + "…"
	}
	return s
}

// sourceOrder is the order of the errors of one function, as in FastAPI. Errors of a struct with several sources come last.
var sourceOrder = append(model.Places(), "request")

// since returns the errors in the list that were found after the first found ones.
func (e *Errors) since(found int) []entry {
	i := slices.IndexFunc(e.list, func(o entry) bool { return o.nth > found })
	if i < 0 {
		return nil
	}
	return e.list[i:]
}

// Sort sorts the errors of one function by sourceOrder. These are the ones that were found when Len was over from. Errors of one
// source stay in the order of declaration.
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

// Err returns the *params.ValidationError, or nil without errors. The caller owns it and may change it.
func (e *Errors) Err() error {
	err := e.Internal()
	if invalid, ok := err.(*params.ValidationError); ok {
		for i := range invalid.Errors {
			invalid.Errors[i].Ctx = cloneCtx(invalid.Errors[i].Ctx)
		}
	}
	return err
}

// Internal returns the error of Err without copies of the ctx maps, which requests share. The caller must not change it.
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

// cloneCtx copies a ctx map and the maps in it.
func cloneCtx(shared map[string]any) map[string]any {
	own := maps.Clone(shared)
	for key, v := range own {
		if m, ok := v.(map[string]any); ok {
			own[key] = maps.Clone(m)
		}
	}
	return own
}

// textInput returns the text of a parameter as errors echo it: valid UTF-8, at most maxInput bytes.
func textInput(s string) any {
	if len(s) > maxInput {
		return strings.ToValidUTF8(s[:maxInput], "") + "…"
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// jsonInput returns a JSON value as errors echo it: a copy, or the beginning of its text if it is longer than maxInput.
func jsonInput(raw []byte) any {
	if len(raw) > maxInput {
		return strings.ToValidUTF8(string(raw[:maxInput]), "") + "…"
	}
	return json.RawMessage(slices.Clone(raw))
}
