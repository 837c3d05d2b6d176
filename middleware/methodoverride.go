package middleware

import (
	"bytes"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/brio-go/brio/internal/origin"
)

// maxOverrideForm is how many bytes of a form are read to find the field.
const maxOverrideForm = 64 << 10

// MethodOverrideOptions configure MethodOverrideWith.
type MethodOverrideOptions struct {
	// Header is the name of the header. "" means X-HTTP-Method-Override.
	Header string
	// FormField is a field of urlencoded forms with the method, such as "_method". "" means none. MethodOverride reads the
	// first 64 KiB of such a form before the handler, which still receives the complete body.
	FormField string
}

// MethodOverride changes a POST to the PUT, PATCH or DELETE that the header X-HTTP-Method-Override names, for clients that
// cannot send these methods. Another value of the header is answered with 400. A request that is no POST never changes, so a browser's
// GET stays a GET. Put middleware that checks the method, such as CSRF and CORS, outside of MethodOverride. It costs one allocation if
// it changes the method.
func MethodOverride() Func { return MethodOverrideWith(MethodOverrideOptions{}) }

// MethodOverrideWith is MethodOverride with options. An illegal Header is a start-up mistake.
func MethodOverrideWith(o MethodOverrideOptions) Func {
	if o.Header == "" {
		o.Header = "X-HTTP-Method-Override"
	}
	var c checks
	c.token("Header", o.Header)
	if refused := c.refused(); refused != nil {
		return refused
	}
	header := http.CanonicalHeaderKey(o.Header)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				asked := r.Header.Get(header)
				if asked == "" && o.FormField != "" {
					asked = formMethod(r, o.FormField)
				}
				switch asked = strings.ToUpper(asked); asked {
				case "":
				case http.MethodPut, http.MethodPatch, http.MethodDelete:
					changed := new(*r)
					changed.Method = asked
					origin.ServeCopy(next, w, r, changed)
					return
				default:
					refuse(w, r, http.StatusBadRequest, "The method cannot be overridden by that; legal are PUT, PATCH and DELETE")
					return
				}
			}
			next.ServeHTTP(w, r)
		})
	}
}

// formMethod reads a field of a form, and puts back what it has read.
func formMethod(r *http.Request, field string) string {
	mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if mediaType != "application/x-www-form-urlencoded" || r.Body == nil {
		return ""
	}
	read, err := io.ReadAll(io.LimitReader(r.Body, maxOverrideForm))
	rest := io.Reader(r.Body)
	if err != nil {
		rest = failing{err} // again, for the handler
	}
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(read), rest), r.Body}
	for pair := range strings.SplitSeq(string(read), "&") {
		if key, value, _ := strings.Cut(pair, "="); key == field {
			value, _ = url.QueryUnescape(value)
			return value
		}
	}
	return ""
}

// failing is a reader that returns an error.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
