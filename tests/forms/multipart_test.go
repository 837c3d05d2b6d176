package forms_test

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// TestMultipartReportsMalformedBodies: a body that RFC 2046, 5.1.1 does not allow answers 400, or 413 when headers are over
// 16 KiB, whether a form or brio.Parts reads it. Preamble, epilogue and LF as line end are accepted.
func TestMultipartReportsMalformedBodies(t *testing.T) {
	t.Parallel()
	const (
		broken   = `{"detail":"There was an error parsing the body"}`
		boundary = `{"detail":"Missing boundary in multipart."}`
		noName   = `{"detail":"The Content-Disposition header field \"name\" must be provided."}`
		isForm   = testkit.MultipartType
		begin    = "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n"
	)
	headers := testkit.Detail(limitError("Part headers exceeded maximum size of 16KB."))
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
	for name, tt := range map[string]struct {
		contentType, body string
		code              int
		want              string
	}{
		"no boundary":            {"multipart/form-data", "--B--", 400, boundary},
		"empty boundary":         {`multipart/form-data; boundary=""`, "----", 400, boundary},
		"two boundaries":         {"multipart/form-data; boundary=A; boundary=B", testkit.MultipartBody(testkit.FieldPart("a", "1")), 400, boundary},
		"boundary of 71":         {"multipart/form-data; boundary=" + strings.Repeat("b", 71), "x", 400, broken},
		"boundary of 70":         {"multipart/form-data; boundary=" + strings.Repeat("b", 70), strings.ReplaceAll(testkit.MultipartBody(testkit.FieldPart("a", "1")), "--B", "--"+strings.Repeat("b", 70)), 200, `"1"`},
		"another boundary":       {isForm, strings.ReplaceAll(testkit.MultipartBody(testkit.FieldPart("a", "1")), "--B", "--C"), 400, broken},
		"case of the boundary":   {isForm, strings.ReplaceAll(testkit.MultipartBody(testkit.FieldPart("a", "1")), "--B", "--b"), 400, broken},
		"opening boundary alone": {isForm, "--B", 400, broken},
		"no boundary line":       {isForm, "hello", 400, broken},
		"empty":                  {isForm, "", 200, `"none"`},
		"no end":                 {isForm, begin + "\r\n1\r\n", 400, broken},
		"end in headers":         {isForm, begin, 400, broken},
		"end in a boundary":      {isForm, begin + "\r\n1\r\n--", 400, broken},
		"end without CRLF":       {isForm, begin + "\r\n1\r\n--B--", 200, `"1"`},
		"LF for CRLF":            {isForm, strings.ReplaceAll(testkit.MultipartBody(testkit.FieldPart("a", "1")), "\r\n", "\n"), 200, `"1"`},
		"longer boundary":        {isForm, begin + "\r\n1\r\n--Bx\r\n--B--\r\n", 200, `"1\r\n--Bx"`},
		"boundary within a line": {isForm, begin + "\r\n1--B--\r\n--B--\r\n", 200, `"1--B--"`},
		"nested multipart": {isForm, begin + "Content-Type: multipart/mixed; boundary=C\r\n\r\n--C\r\nContent-Disposition: file; filename=x\r\n\r\n1\r\n--C--\r\n--B--\r\n", 200,
			`"--C\r\nContent-Disposition: file; filename=x\r\n\r\n1\r\n--C--"`},
		"nested, same boundary": {isForm, begin + "Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\nContent-Disposition: file; filename=x\r\n\r\n1\r\n--B--\r\n--B--\r\n", 400, noName},
		"preamble":              {isForm, "hello\r\n" + testkit.MultipartBody(testkit.FieldPart("a", "1")), 200, `"1"`},
		"preamble of 1 MiB":     {isForm, strings.Repeat("hello\r\n", 150_000) + testkit.MultipartBody(testkit.FieldPart("a", "1")), 413, headers},
		"epilogue":              {isForm, testkit.MultipartBody(testkit.FieldPart("a", "1")) + "hello", 200, `"1"`},
		"no disposition":        {isForm, "--B\r\nX: y\r\n\r\n1\r\n--B--\r\n", 400, noName},
		"no headers":            {isForm, "--B\r\n\r\n1\r\n--B--\r\n", 400, noName},
		"no name":               {isForm, "--B\r\nContent-Disposition: form-data; filename=\"x\"\r\n\r\n1\r\n--B--\r\n", 400, noName},
		"two names":             {isForm, "--B\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\n1\r\n--B--\r\n", 400, noName},
		"header of 1 MiB":       {isForm, begin + "X: " + strings.Repeat("y", 1<<20) + "\r\n\r\n1\r\n--B--\r\n", 413, headers},
		"headers of 1 MiB":      {isForm, begin + strings.Repeat("X: y\r\n", 200_000) + "\r\n1\r\n--B--\r\n", 413, headers},
		"name of 1 MiB":         {isForm, "--B\r\nContent-Disposition: form-data; name=\"" + strings.Repeat("a", 1<<20) + "\"\r\n\r\n1\r\n--B--\r\n", 413, headers},
		"headers of 12 KiB":     {isForm, begin + "X: " + strings.Repeat("y", 12<<10) + "\r\n\r\n1\r\n--B--\r\n", 200, `"1"`},
		"header without colon":  {isForm, "--B\r\nhello\r\n\r\n1\r\n--B--\r\n", 400, broken},
		"not UTF-8":             {isForm, begin + "\r\n\xff\r\n--B--\r\n", 200, `"\ufffd"`},
	} {
		for _, path := range []string{"/form", "/parts"} {
			w := testkit.Do(app, "POST", path, tt.body, "Content-Type", tt.contentType)
			want := tt.want
			if name == "not UTF-8" {
				want = `"` + "\uFFFD" + `"`
				if path == "/parts" {
					continue // brio.Parts gives the raw byte, which JSON cannot carry
				}
			}
			if w.Code != tt.code || w.Body.String() != want {
				t.Errorf("%s, %s: %d %.200s, want %d %s", path, name, w.Code, w.Body, tt.code, want)
			}
		}
	}
	w := testkit.Do(app, "POST", "/parts", "a=1", "Content-Type", testkit.FormType)
	testkit.WantStatus(t, w, 415)
	testkit.WantHeader(t, w, "Accept", "multipart/form-data")
}

// TestFormBoundsFieldsAndErrors: a form with many fields ends at the limit, and an error echoes no more than a part of a
// long input.
func TestFormBoundsFieldsAndErrors(t *testing.T) {
	t.Parallel()
	app := brio.New()
	app.Post("/", func(in struct {
		A int `form:"a"`
	}) {
	})
	want := testkit.Detail(limitError("Too many fields. Maximum number of fields is 1000."))
	if code, body := postForm(app, strings.Repeat("a=1&", 100_000)); code != 413 || body != want {
		t.Errorf("100,000 fields: %d %s", code, body)
	}
	parts := make([]testkit.Part, 100_000)
	for i := range parts {
		parts[i] = testkit.FieldPart("a", "1")
	}
	if code, body := postParts(app, parts...); code != 413 || body != want {
		t.Errorf("100,000 parts: %d %s", code, body)
	}
	if code, body := postForm(app, "a="+strings.Repeat("9", 1<<19)); code != 422 || len(body) > 2000 || !json.Valid([]byte(body)) {
		t.Errorf("a long number: %d %.200s", code, body)
	}
}

// TestPartsContinueAfterBreak: a second loop over Parts.All begins with the part after the one at which the first loop
// ended.
func TestPartsContinueAfterBreak(t *testing.T) {
	t.Parallel()
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
	_, body := postParts(app, testkit.FieldPart("a", "1"), testkit.FieldPart("b", "2"), testkit.FilePart("c", "c", "3"), testkit.FieldPart("d", "4"))
	if body != `"abc"` {
		t.Errorf("%s", body)
	}
}
