package response

import (
	"encoding/base64"
	"net/http"

	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/json"
)

// Flash is a message for the next page, such as "Saved." after a form. It is stored in a cookie and read once. Without a Codec
// the client can read and change the message; a Codec signs it.
//
//	var notice = response.Flash[string]{Name: "notice"}
//
//	func save() (*brio.Response, error) {
//		out := response.Redirect("/items").Status(303)
//		return out, notice.Set(out, "Saved.")
//	}
//
//	func list(r *http.Request, res *brio.Response) Page {
//		message, ok := notice.Take(r, res)
//		…
type Flash[T any] struct {
	Name  string
	Codec *cookies.Codec
}

// Set stores v for the next request. res is the Response that is sent: the returned one, if the handler returns one.
func (f Flash[T]) Set(res *Response, v T) error {
	if f.Codec != nil {
		c, err := f.Codec.Encode(f.Name, v)
		if err == nil {
			res.SetCookie(c)
		}
		return err
	}
	doc, err := json.Append(nil, v)
	if err != nil {
		return err
	}
	c := cookies.New(f.Name, base64.RawURLEncoding.EncodeToString(doc), cookies.HTTPOnly())
	if err := cookies.Check(c); err != nil {
		return err
	}
	res.SetCookie(c)
	return nil
}

// Take returns the message and deletes its cookie with this answer. ok is false if there is no message or it cannot be
// decoded.
func (f Flash[T]) Take(req *http.Request, res *Response) (v T, ok bool) {
	c, err := exchange.CookieOf(req, f.Name)
	if err != nil {
		return v, false
	}
	res.DeleteCookie(f.Name, cookies.New(f.Name, "", cookies.HTTPOnly()))
	var fresh T
	if f.Codec != nil {
		err = f.Codec.Decode(c, &fresh)
	} else {
		var doc []byte
		if doc, err = base64.RawURLEncoding.DecodeString(c.Value); err == nil {
			err = json.Unmarshal(doc, &fresh)
		}
	}
	if err != nil {
		return v, false
	}
	return fresh, true
}
