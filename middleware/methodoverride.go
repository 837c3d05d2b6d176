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

// maxOverrideForm is how many bytes of a form are looked through for the field.
const maxOverrideForm = 64 << 10

// MethodOverrideOptions configure MethodOverrideWith.
type MethodOverrideOptions struct {
	// Header is X-HTTP-Method-Override when it is empty.
	Header string
	// FormField is a field of urlencoded forms that has the method, too, as in "_method"; "" is none. The first 64 KiB of
	// such a form are read before the handler, which gets them all the same.
	FormField string
}

// MethodOverride lets a POST be a PUT, PATCH or DELETE, for clients that cannot send those: the header
// X-HTTP-Method-Override says so. Other methods are never overridden, so nothing becomes unsafe that a browser sends
// without asking. What looks at the method, such as CSRF and CORS, belongs outside of it. It costs one allocation where it
// changes the method.
func MethodOverride() Func { return MethodOverrideWith(MethodOverrideOptions{}) }

// MethodOverrideWith is MethodOverride with options.
func MethodOverrideWith(o MethodOverrideOptions) Func {
	if o.Header == "" {
		o.Header = "X-HTTP-Method-Override"
	}
	mustBeToken("MethodOverride", "Header", o.Header)
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

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
