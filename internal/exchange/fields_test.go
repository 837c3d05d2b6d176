package exchange

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
)

func TestNewFieldChecks(t *testing.T) {
	for _, c := range []struct{ name, value, canonical string }{ // "": not legal
		{"X-A", "1", "X-A"},
		{"x-a", "", "X-A"},
		{"WWW-Authenticate", "é \t\xff", "Www-Authenticate"},
		{"X-A", "\x7f", ""},
		{"X-A", "a value of words\x01", ""},
		{"X-A", "an escape \x1b in the middle", ""},
		{"X-A", "longer than \x7f eight", ""},
		{"", "1", ""},
		{"X A", "1", ""},
		{"X-A:", "1", ""},
		{"Trailer:X-A", "1", ""}, // legal only where trailers are known
		{"X-A\r\nX-B", "1", ""},
		{"X-\xff", "1", ""},
		{"X-A", "\r", ""},
		{"X-A", "a value\n", ""},
		{"X-A", "a long value with a zero byte \x00 in it", ""},
	} {
		f, legal := NewField(c.name, c.value)
		if legal != (c.canonical != "") || f.Name() != c.canonical || legal && f.Values()[0] != c.value {
			t.Errorf("%q: %q: %+v, %t", c.name, c.value, f, legal)
		}
	}
}

// A response is the same whether its headers are Fields, which NewField has checked, or a Map, which Send checks.
func TestSendWritesFieldsLikeMap(t *testing.T) {
	long := strings.Repeat("x", 3000)
	type answer struct {
		status int
		header http.Header
		length int64
		coding []string
		body   string
	}
	var now func(w http.ResponseWriter, r *http.Request)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { now(w, r) }))
	defer server.Close()
	ask := func(method string, status int, before http.Header, typ, body string, h *Headers) (a answer) {
		now = func(w http.ResponseWriter, r *http.Request) {
			for name, values := range before {
				w.Header()[name] = values
			}
			x := Acquire(w, r)
			defer x.Release()
			if err := x.Send(status, h, ContentTypeOf(typ), []byte(body)); err != nil {
				t.Error(err)
			}
		}
		r, _ := http.NewRequest(method, server.URL, nil)
		res, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Error(err)
		}
		res.Header.Del("Date")
		return answer{res.StatusCode, res.Header, res.ContentLength, res.TransferEncoding, string(bytes.TrimSpace(b))}
	}
	for _, names := range []string{"", "X-A", "X-A X-B Vary", "Vary", "Set-Cookie", "Content-Type", "Content-Length", "Transfer-Encoding", "Trailer", "Connection X-A"} {
		for _, cookies := range [][]string{nil, {"a=1", "b=2"}} {
			var fields []Field
			header := http.Header{}
			for i, name := range strings.Fields(names) {
				value := fmt.Sprint("v", i)
				f, legal := NewField(name, value)
				if !legal {
					t.Fatal(name)
				}
				fields = append(fields, f)
				header[name] = []string{value}
			}
			for _, c := range cookies {
				header.Add("Set-Cookie", c)
			}
			for _, before := range []http.Header{nil, {"X-A": {"m"}, "Vary": {"m"}, "Set-Cookie": {"m=1"}}} {
				for _, status := range []int{200, 201, 204, 205, 206, 304, 404} {
					for _, body := range []string{"", "short", long} {
						for _, method := range []string{"GET", "HEAD"} {
							got := ask(method, status, before, "text/csv", body, &Headers{Fields: fields, Cookies: cookies})
							want := ask(method, status, before, "text/csv", body, &Headers{Map: header})
							if !reflect.DeepEqual(got, want) {
								t.Errorf("%s %d with %s, %v, after %v:\n%+v, of a Map\n%+v", method, status, names, cookies, before, got, want)
							}
							if bodiless := status == 204 || status == 205 || status == 304; method == "GET" && !bodiless && (got.length != int64(len(body)) || got.body != body) {
								t.Errorf("%d with %s: %d bytes are announced of %q", status, names, got.length, got.body)
							}
						}
					}
				}
			}
		}
	}
}
