package response

import (
	"encoding/base64"
	"net/http"

	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/json"
)

// Flash is a message for the next page, in a cookie that is read once: "Saved." after a form. The zero Codec leaves it
// readable and changeable by the client; with one it is signed.
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

// Set leaves v for the next request. res is the Response that goes out: the one that is returned, where one is.
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

// Take gives what was left, and deletes it with this answer. ok is false when there is nothing, or nothing that can be
// read.
func (f Flash[T]) Take(req *http.Request, res *Response) (v T, ok bool) {
	c, err := req.Cookie(f.Name)
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
