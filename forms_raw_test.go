package brio_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/params"
)

func TestRawBodies(t *testing.T) {
	app := brio.New(brio.MaxBody(4))
	app.Post("/bytes", func(in brio.Body[[]byte]) string { return string(in.Value) })
	app.Post("/ruled", func(in struct {
		Body []byte `body:"" validate:"min=2" media:"image/png, text/*"`
	}) string {
		return string(in.Body)
	})
	read := func(r io.Reader) (string, error) {
		all, err := io.ReadAll(r)
		if err != nil {
			if tooLarge := new(http.MaxBytesError); !errors.As(err, &tooLarge) || !errors.Is(err, params.ErrTooLarge) {
				return "", brio.Error(500, "no MaxBytesError")
			}
			return "", fmt.Errorf("reading: %w", err)
		}
		return string(all), nil
	}
	app.Post("/reader", func(in struct {
		Body io.Reader `body:""`
	}) (string, error) {
		return read(in.Body)
	})
	app.Post("/closer", func(in struct {
		Body io.ReadCloser `body:"" media:"text/plain"`
	}) (string, error) {
		defer in.Body.Close()
		return read(in.Body)
	})
	app.Post("/request", func(r *http.Request) (string, error) { return read(r.Body) })
	app.Post("/both", func(r *http.Request, in struct {
		Body []byte `body:""`
	}) (string, error) {
		return string(in.Body), nil
	})
	tooLarge := formErrors(`{"type":"body_too_large","loc":["body"],"msg":"The body should have at most 4 bytes","input":null,"ctx":{"max_bytes":4}}`)
	for _, tt := range []struct {
		path, contentType, body, want string
		code                          int
	}{
		{"/bytes", "", "", `""`, 200},
		{"/bytes", "", "1234", `"1234"`, 200},
		{"/bytes", "application/json", "12345", tooLarge, 413},
		{"/ruled", "text/x; charset=utf-8", "12", `"12"`, 200},
		{"/ruled", "image/png", "1", formErrors(`{"type":"bytes_too_short","loc":["body"],"msg":"Data should have at least 2 bytes","input":"1","ctx":{"min_length":2}}`), 422},
		{"/ruled", "image/jpeg", "12", `{"detail":"Unsupported Media Type"}`, 415},
		{"/ruled", "", "12", `{"detail":"Unsupported Media Type"}`, 415},
		{"/reader", "a/b", "1234", `"1234"`, 200},
		{"/reader", "a/b", "12345", tooLarge, 413},
		{"/closer", "text/plain", "1234", `"1234"`, 200},
		{"/closer", "text/html", "1", `{"detail":"Unsupported Media Type"}`, 415},
		{"/request", "", "1234", `"1234"`, 200},
		{"/request", "", "12345", tooLarge, 413},
		{"/both", "", "1234", `"1234"`, 200},
		{"/both", "", "12345", tooLarge, 413},
	} {
		for _, chunked := range []bool{false, true} {
			var body io.Reader = strings.NewReader(tt.body)
			if chunked && tt.body != "" {
				body = io.MultiReader(body)
			}
			r := formRequest("POST", tt.path, body)
			if tt.contentType != "" {
				r.Header.Set("Content-Type", tt.contentType)
			}
			if w := serveForm(app, r); w.Code != tt.code || w.Body.String() != tt.want {
				t.Errorf("%s %q %q, chunked %v: %d %s, want %d %s", tt.path, tt.contentType, tt.body, chunked, w.Code, w.Body, tt.code, tt.want)
			}
		}
	}
}

func TestRawBytesBelongToTheHandler(t *testing.T) {
	app := brio.New()
	var kept [][]byte
	app.Post("/", func(in brio.Body[[]byte]) { kept = append(kept, in.Value) })
	for _, body := range []string{"one", "two"} {
		send(app, "POST", "/", body)
	}
	if string(kept[0]) != "one" || string(kept[1]) != "two" {
		t.Errorf("%q", kept)
	}
}

// TestBrokenMultipart has bodies that are no multipart, or a strange one, read in both ways.
func TestBrokenMultipart(t *testing.T) {
	const (
		broken   = `{"detail":"There was an error parsing the body"}`
		boundary = `{"detail":"Missing boundary in multipart."}`
		name     = `{"detail":"The Content-Disposition header field \"name\" must be provided."}`
		is       = "multipart/form-data; boundary=B"
		begin    = "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n"
	)
	headers := formErrors(limitEntry("Part headers exceeded maximum size of 16KB."))
	app := brio.New()
	app.Post("/form", func(in struct {
		A string `form:"a" default:"none"`
	}) string {
		return in.A
	})
	app.Post("/parts", func(parts *brio.Parts) (string, error) {
		last := "none"
		for part, err := range parts.All() {
			if err != nil {
				return "", fmt.Errorf("next: %w", err)
			}
			all, err := io.ReadAll(part)
			if err != nil {
				return "", fmt.Errorf("read: %w", err)
			}
			last = string(all)
		}
		return last, nil
	})
	for what, tt := range map[string]struct {
		contentType, body string
		code              int
		want              string
	}{
		"no boundary":          {"multipart/form-data", "--B--", 400, boundary},
		"an empty boundary":    {`multipart/form-data; boundary=""`, "----", 400, boundary},
		"two boundaries":       {"multipart/form-data; boundary=A; boundary=B", multipartBody(formField("a", "1")), 400, boundary},
		"a long boundary":      {"multipart/form-data; boundary=" + strings.Repeat("b", 71), "x", 400, broken},
		"boundary of 70":       {"multipart/form-data; boundary=" + strings.Repeat("b", 70), strings.ReplaceAll(multipartBody(formField("a", "1")), "--B", "--"+strings.Repeat("b", 70)), 200, `"1"`},
		"another boundary":     {is, strings.ReplaceAll(multipartBody(formField("a", "1")), "--B", "--C"), 400, broken},
		"case of the boundary": {is, strings.ReplaceAll(multipartBody(formField("a", "1")), "--B", "--b"), 400, broken},
		"no parts, no end":     {is, "--B", 400, broken},
		"text":                 {is, "hello", 400, broken},
		"nothing":              {is, "", 200, `"none"`},
		"no end":               {is, begin + "\r\n1\r\n", 400, broken},
		"end in headers":       {is, begin, 400, broken},
		"end in a boundary":    {is, begin + "\r\n1\r\n--", 400, broken},
		"an end without CRLF":  {is, begin + "\r\n1\r\n--B--", 200, `"1"`},
		"LF for CRLF":          {is, strings.ReplaceAll(multipartBody(formField("a", "1")), "\r\n", "\n"), 200, `"1"`},
		"a boundary's prefix":  {is, begin + "\r\n1\r\n--Bx\r\n--B--\r\n", 200, `"1\r\n--Bx"`},
		"a boundary in a line": {is, begin + "\r\n1--B--\r\n--B--\r\n", 200, `"1--B--"`},
		"nested multipart": {is, begin + "Content-Type: multipart/mixed; boundary=C\r\n\r\n--C\r\nContent-Disposition: file; filename=x\r\n\r\n1\r\n--C--\r\n--B--\r\n", 200,
			`"--C\r\nContent-Disposition: file; filename=x\r\n\r\n1\r\n--C--"`},
		"nested, same boundary": {is, begin + "Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\nContent-Disposition: file; filename=x\r\n\r\n1\r\n--B--\r\n--B--\r\n", 400, name},
		"preamble":              {is, "hello\r\n" + multipartBody(formField("a", "1")), 200, `"1"`},
		"preamble of 1 MiB":     {is, strings.Repeat("hello\r\n", 150_000) + multipartBody(formField("a", "1")), 413, headers},
		"epilogue":              {is, multipartBody(formField("a", "1")) + "hello", 200, `"1"`},
		"no disposition":        {is, "--B\r\nX: y\r\n\r\n1\r\n--B--\r\n", 400, name},
		"no headers":            {is, "--B\r\n\r\n1\r\n--B--\r\n", 400, name},
		"no name":               {is, "--B\r\nContent-Disposition: form-data; filename=\"x\"\r\n\r\n1\r\n--B--\r\n", 400, name},
		"two names":             {is, "--B\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\n1\r\n--B--\r\n", 400, name},
		"a header of 1 MiB":     {is, begin + "X: " + strings.Repeat("y", 1<<20) + "\r\n\r\n1\r\n--B--\r\n", 413, headers},
		"headers of 1 MiB":      {is, begin + strings.Repeat("X: y\r\n", 200_000) + "\r\n1\r\n--B--\r\n", 413, headers},
		"a name of 1 MiB":       {is, "--B\r\nContent-Disposition: form-data; name=\"" + strings.Repeat("a", 1<<20) + "\"\r\n\r\n1\r\n--B--\r\n", 413, headers},
		"headers of 12 KiB":     {is, begin + "X: " + strings.Repeat("y", 12<<10) + "\r\n\r\n1\r\n--B--\r\n", 200, `"1"`},
		"no header":             {is, "--B\r\nhello\r\n\r\n1\r\n--B--\r\n", 400, broken},
		"not UTF-8":             {is, begin + "\r\n\xff\r\n--B--\r\n", 200, `"\ufffd"`},
	} {
		for _, path := range []string{"/form", "/parts"} {
			w := send(app, "POST", path, tt.body, "Content-Type", tt.contentType)
			want := tt.want
			if what == "not UTF-8" {
				want = `"` + "\uFFFD" + `"`
				if path == "/parts" {
					continue // raw; JSON cannot say it
				}
			}
			if w.Code != tt.code || w.Body.String() != want {
				t.Errorf("%s, %s: %d %.200s, want %d %s", path, what, w.Code, w.Body, tt.code, want)
			}
		}
	}
	w := send(app, "POST", "/parts", "a=1", "Content-Type", urlencoded)
	wantStatus(t, w, 415)
}

func TestHostileForms(t *testing.T) {
	app := brio.New()
	app.Post("/", func(in struct {
		A int `form:"a"`
	}) {
	})
	want := formErrors(limitEntry("Too many fields. Maximum number of fields is 1000."))
	if code, body := postForm(app, strings.Repeat("a=1&", 100_000)); code != 413 || body != want {
		t.Errorf("100,000 fields: %d %s", code, body)
	}
	parts := make([]formPart, 100_000)
	for i := range parts {
		parts[i] = formField("a", "1")
	}
	if code, body := postParts(app, parts...); code != 413 || body != want {
		t.Errorf("100,000 parts: %d %s", code, body)
	}
	if code, body := postForm(app, "a="+strings.Repeat("9", 1<<19)); code != 422 || len(body) > 2000 || !json.Valid([]byte(body)) {
		t.Errorf("a long number: %d %.200s", code, body)
	}
}

func TestBreakingOutOfParts(t *testing.T) {
	app := brio.New()
	app.Post("/", func(parts *brio.Parts) (string, error) {
		var names []string
		for part, err := range parts.All() {
			if err != nil {
				return "", err
			}
			names = append(names, part.Name)
			if part.Name == "b" {
				break
			}
		}
		for part, err := range parts.All() { // goes on with the next
			if err != nil {
				return "", err
			}
			names = append(names, part.Name)
			return strings.Join(names, ""), nil
		}
		return "", nil
	})
	_, body := postParts(app, formField("a", "1"), formField("b", "2"), formFile("c", "c", "3"), formField("d", "4"))
	if body != `"abc"` {
		t.Errorf("%s", body)
	}
}

// TestOneBody: start-up errors of functions that want the one body in several ways, or files in other types.
func TestOneBody(t *testing.T) {
	type doc struct {
		A int `body:"a"`
	}
	type form struct {
		A int `form:"a"`
	}
	type other struct {
		B []byte `file:"b"`
	}
	type raw struct {
		B []byte `body:""`
	}
	type reader struct {
		B io.Reader `body:""`
	}
	for want, handler := range map[string]any{
		"": func(form, *other, *http.Request) {}, " ": func(*doc, struct {
			B int `body:"b"`
		}) {
		}, "  ": func(*brio.Parts, brio.Parts) {}, "   ": func(raw, brio.Body[[]byte]) {},
		"brio_test.doc reads the body as JSON, and brio_test.form as a form":                func(doc, form) {},
		"brio_test.form reads the body as a form, and brio.Parts as streamed parts":         func(form, *brio.Parts) {},
		"brio_test.raw reads the body as raw bytes, and brio_test.reader as a reader":       func(raw, reader) {},
		"brio_test.reader reads the body as a reader, and brio.Body[io.Reader] as a reader": func(reader, brio.Body[io.Reader]) {},
		"field A is read from a form and field B from a JSON or raw body; a request has one": func(struct {
			A int `form:"a"`
			B int `body:"b"`
		}) {
		},
		"field F: a file cannot be a string; legal are brio.UploadFile, []byte and lists of": func(struct {
			F string `file:"f"`
		}) {
		},
		"fields A and B both read the file parameter \"f\"": func(struct {
			A string `form:"f"`
			B []byte `file:"f"`
		}) {
		},
		"field F: a file cannot have a default": func(struct {
			F []byte `file:"f" default:"x"`
		}) {
		},
		"field B: a raw body cannot have a default": func(struct {
			B []byte `body:"" default:"x"`
		}) {
		},
		`media:"png" is no list of media types`: func(struct {
			B []byte `body:"" media:"png"`
		}) {
		},
		`field A: the form as a whole is a struct, not a int`: func(struct {
			A int `form:""`
		}) {
		},
		"field A: a form parameter is text, which cannot be a map[string]int": func(struct {
			A map[string]int `form:"a"`
		}) {
		},
		"path, query, header, cookie, form, file, body": func(struct {
			A int `form:"a"`
			B int
		}) {
		},
	} {
		app := brio.New()
		app.Post("/", handler)
		switch err := app.Check(); {
		case strings.TrimSpace(want) == "" && err != nil:
			t.Errorf("%T: %v", handler, err)
		case strings.TrimSpace(want) != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%v, want %s", err, want)
		}
	}
	app := brio.New(brio.Depends(func(doc) {}))
	app.Post("/", func(form) {})
	if app.Check() == nil {
		t.Error("a dependency reads JSON, the handler a form")
	}
}

func TestDependencyAndHandlerShareAForm(t *testing.T) {
	app := brio.New(brio.Depends(func(in struct {
		Token string `form:"token"`
	}) error {
		if in.Token != "good" {
			return brio.Error(403, nil)
		}
		return nil
	}))
	app.Post("/", func(in struct {
		F brio.UploadFile `file:"f"`
	}) (string, error) {
		all, err := in.F.ReadAll()
		return string(all), err
	})
	if _, body := postParts(app, formField("token", "good"), formFile("f", "f", "1")); body != `"1"` {
		t.Errorf("%s", body)
	}
	if code, _ := postParts(app, formField("token", "bad"), formFile("f", "f", "1")); code != 403 {
		t.Errorf("%d", code)
	}
}
