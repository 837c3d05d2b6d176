package response_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/response"
)

type notice struct {
	Text  string `json:"text"`
	Level int    `json:"level"`
}

// next is the request that follows r, with the cookies it has left.
func next(r *response.Response) *http.Request {
	req := httptest.NewRequest("GET", "/", nil)
	for _, c := range r.Cookies() {
		if c.MaxAge >= 0 {
			req.AddCookie(c)
		}
	}
	return req
}

func TestFlashIsReadOnce(t *testing.T) {
	codec, err := cookies.NewCodec(cookies.Key{Sign: bytes.Repeat([]byte("k"), 32)})
	if err != nil {
		t.Fatal(err)
	}
	for name, flash := range map[string]response.Flash[notice]{"plain": {Name: "f"}, "signed": {Name: "f", Codec: codec}} {
		t.Run(name, func(t *testing.T) {
			out := &response.Response{}
			want := notice{"Saved; \"ü\" 100 %\n", 2}
			if err := flash.Set(out, want); err != nil {
				t.Fatal(err)
			}
			if c := out.Cookies()[0]; !c.HttpOnly || c.Path != "/" || c.SameSite != http.SameSiteLaxMode {
				t.Errorf("%+v", c)
			}
			answer := &response.Response{}
			if got, ok := flash.Take(next(out), answer); !ok || got != want {
				t.Errorf("%+v, %t", got, ok)
			}
			if c := answer.Cookies(); len(c) != 1 || c[0].MaxAge >= 0 || c[0].Name != "f" {
				t.Errorf("not deleted: %v", c)
			}
			if got, ok := flash.Take(next(answer), answer); ok {
				t.Errorf("read twice: %+v", got)
			}
			if err := flash.Set(answer, notice{"again", 1}); err != nil || len(answer.Cookies()) != 1 || answer.Cookies()[0].MaxAge < 0 {
				t.Errorf("a new one after an old one: %v %v", err, answer.Cookies())
			}
			for _, value := range []string{"", "x", "!", "bnVsbA", "W10", "eyJ0ZXh0Ijox"} {
				req, answer := httptest.NewRequest("GET", "/", nil), &response.Response{}
				req.AddCookie(&http.Cookie{Name: "f", Value: value})
				if got, ok := flash.Take(req, answer); got != (notice{}) || ok && value != "bnVsbA" || len(answer.Cookies()) != 1 {
					t.Errorf("%q: %+v %t", value, got, ok)
				}
			}
			if err := flash.Set(out, notice{string(make([]byte, 5000)), 1}); err == nil {
				t.Error("a flash that no browser keeps is no error")
			}
		})
	}
	if err := (response.Flash[any]{Name: "f"}).Set(&response.Response{}, func() {}); err == nil {
		t.Error("a func can be written")
	}
}

// Whatever a client sends as a message is one or none; it is asked to forget it and nothing panics.
func FuzzFlash(f *testing.F) {
	for _, s := range []string{"", "x", "flash=", "flash=IlNhdmVkLiI", "flash=eyJ", `flash="IlNhdmVkLiI"`, "flash=bnVsbA", "flash=W10; flash=IngI", "flash=\xff"} {
		f.Add(s)
	}
	key := make([]byte, 32)
	codec, err := cookies.NewCodec(cookies.Key{Sign: key, Encrypt: key})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, header string) {
		req := httptest.NewRequest("GET", "/", nil)
		req.Header["Cookie"] = []string{header}
		_, err := req.Cookie("flash")
		for _, c := range []*cookies.Codec{nil, codec} {
			var res response.Response
			message, ok := response.Flash[string]{Name: "flash", Codec: c}.Take(req, &res)
			if !ok && message != "" {
				t.Errorf("no message, but %q", message)
			}
			if ok && c != nil {
				t.Errorf("%q is taken for signed", header)
			}
			if (len(res.Cookies()) == 1) != (err == nil) || response.AnswerOf(&res).Err() != nil {
				t.Errorf("%q leads to %v, %v", header, res.Cookies(), response.AnswerOf(&res).Err())
			}
		}
	})
}
