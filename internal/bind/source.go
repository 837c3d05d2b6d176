package bind

import (
	"cmp"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/model"
)

// source is how a request is read for the parameters of a model.Source. It is a row of functions: most are those of the Exchange, which
// a parameter then calls without a step between.
type source struct {
	// key returns what value and values look up, for a field and a route with the wildcards path. The problem is the end of a sentence
	// about the field. A nil key is the field's name.
	key func(f *model.Field, path []string) (key, problem string)

	// value returns the one of a key's values that counts, and how many there are.
	value func(x *exchange.Exchange, key string) (value string, count int)

	// values appends all values of a key. Where it is nil, a key has one value.
	values func(x *exchange.Exchange, all []string, key string) []string

	// names appends all names with their values, in the order of the request. Where it is nil, clients choose no names.
	names func(x *exchange.Exchange, all []sent) []sent

	// read reads what is no text into a field. When it is done, no text is read. The error is a failure of the server. Where it is nil,
	// all values are texts.
	read func(p *parameter, w *walker, x *exchange.Exchange, field reflect.Value) (done bool, err error)
}

// sent is a name in a request with one of its values.
type sent struct {
	name       string
	text       string // of a file its filename
	isFile     bool
	hidesInput bool // errors do not echo the value: a script in a page must not learn credentials from them
}

// eachName calls f with each name in a source, once for each of its values, in the order of the request.
func (w *walker) eachName(s model.Source, x *exchange.Exchange, f func(n *sent)) {
	w.names = sources[s].names(x, w.names[:0])
	for i := range w.names {
		f(&w.names[i])
	}
	clear(w.names)
	if cap(w.names) > maxPooledSteps {
		w.names = nil
	}
}

// sources has the row of each source. JSON and raw bodies are read in body.go.
var sources = [...]source{
	model.Path:     {key: pathKey, value: pathValue},
	model.Query:    {value: (*exchange.Exchange).Query, values: (*exchange.Exchange).AppendQuery, names: queryNames},
	model.Header:   {key: headerKey, value: headerValue, values: headerValues, names: headerNames},
	model.Cookie:   {value: (*exchange.Exchange).Cookie, names: cookieNames},
	model.FormText: {value: formValue, values: formValues, names: formNames, read: (*parameter).refuseFiles},
	model.FormFile: {value: formValue, read: (*parameter).bindFile},
	model.Body:     {},
}

// pathKey returns a character whose number is the index of the field among the wildcards: the values of a path have no names.
func pathKey(f *model.Field, path []string) (key, problem string) {
	i := slices.Index(path, f.Name)
	if i < 0 {
		problem = fmt.Sprintf(" reads the path parameter %q, which the route's path does not have; it has %s", f.Name, cmp.Or(strings.Join(path, ", "), "none"))
	}
	return string(rune(i)), problem
}

func pathValue(x *exchange.Exchange, key string) (string, int) {
	i, _ := utf8.DecodeRuneInString(key)
	return x.PathValue(int(i)), 1
}

// queryNames returns the pairs of the query.
func queryNames(x *exchange.Exchange, all []sent) []sent {
	for name, value := range x.QueryNames() {
		all = append(all, sent{name: name, text: value})
	}
	return all
}

func headerKey(f *model.Field, _ []string) (key, problem string) {
	return http.CanonicalHeaderKey(f.Name), ""
}

// headerValue returns the first of several headers, as FastAPI does.
func headerValue(x *exchange.Exchange, key string) (string, int) {
	all := x.Header(key)
	if len(all) == 0 {
		return "", 0
	}
	return all[0], len(all)
}

func headerValues(x *exchange.Exchange, all []string, key string) []string {
	return append(all, x.Header(key)...)
}

// headerNames returns the names in lower case.
func headerNames(x *exchange.Exchange, all []sent) []sent {
	for name, values := range x.HeaderNames() {
		name = strings.ToLower(name)
		for _, v := range values {
			all = append(all, sent{name: name, text: v, hidesInput: isCredential(name)})
		}
	}
	return all
}

// isCredential reports whether errors must not echo the header of that name, in lower case.
func isCredential(lower string) bool {
	return lower == "authorization" || lower == "proxy-authorization" || lower == "cookie"
}

func cookieNames(x *exchange.Exchange, all []sent) []sent {
	for name, value := range x.CookieAll() {
		all = append(all, sent{name: name, text: value, hidesInput: true})
	}
	return all
}

// formValue returns the last text. An empty one counts as absent, as in FastAPI. A file has no text.
func formValue(x *exchange.Exchange, key string) (string, int) {
	v, _ := x.ParsedForm().LastValue(key)
	if v.Text == "" {
		return "", 0
	}
	return v.Text, 1
}

func formValues(x *exchange.Exchange, all []string, key string) []string {
	for _, v := range x.ParsedForm().Values {
		if v.Name == key {
			all = append(all, v.Text)
		}
	}
	return all
}

func formNames(x *exchange.Exchange, all []sent) []sent {
	for _, v := range x.ParsedForm().Values {
		one := sent{name: v.Name, text: v.Text}
		if v.File != nil {
			one.text, one.isFile = v.File.Filename, true
		}
		all = append(all, one)
	}
	return all
}

// rank returns the place of a source in the order of errors. Texts and files of a form stay in the order of declaration.
func rank(s model.Source) int {
	if s.IsForm() {
		s = model.FormText
	}
	return int(s)
}
