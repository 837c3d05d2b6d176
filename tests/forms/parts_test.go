package forms_test

import (
	"io"
	"net/url"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/params"
)

// TestMultipartIgnoresExtendedParameters: RFC 7578, 4.2 forbids the parameters of RFC 2231 in forms. filename* makes no
// file and name* gives no name, with and without the plain parameter beside it.
func TestMultipartIgnoresExtendedParameters(t *testing.T) {
	t.Parallel()
	app := brio.New()
	app.Post("/x", func(in *struct {
		Comment string           `form:"comment" default:"-"`
		Role    string           `form:"role" default:"user"`
		File    *brio.UploadFile `file:"file"`
	}) string {
		if in.File == nil {
			return in.Comment + " " + in.Role
		}
		return in.Comment + " " + in.Role + " " + in.File.Filename
	})
	app.Post("/parts", func(parts *brio.Parts) (string, error) {
		var all []string
		for part, err := range parts.All() {
			if err != nil {
				return "", err
			}
			_, _ = io.Copy(io.Discard, part)
			all = append(all, part.Name+":"+part.Filename)
		}
		return strings.Join(all, " "), nil
	})
	for _, c := range []struct{ disposition, form, parts string }{
		{`name="comment"; name*=UTF-8''role`, "V user", "comment:"},
		{`name*=UTF-8''role; name="comment"`, "V user", "comment:"},
		{`name="comment"; NAME*=UTF-8''role`, "V user", "comment:"},
		{`name="comment"; name*0="ro"; name*1="le"`, "V user", "comment:"},
		{`name="comment"; name*0*=UTF-8''ro; name*1*=le`, "V user", "comment:"},
		{`name="comment" ; name* = UTF-8''role`, "V user", "comment:"},
		{`name="comment"; name*=UTF-8''role; name*=UTF-8''x`, "V user", "comment:"},
		{`name="comment"; name*="a;b"; x="c"`, "V user", "comment:"},
		{`name="comment"; name*="a\"; name=role; \""`, "V user", "comment:"},
		{`name="comment"; name*=broken%zz"`, "V user", "comment:"},
		{`name="comment"; name*="role`, "V user", "comment:"},
		{`name="comment"; filename*=UTF-8''evil.exe`, "V user", "comment:"},
		{`name="file"; filename="a.txt"; filename*=UTF-8''evil.exe`, "- user a.txt", "file:a.txt"},
		{`name="file"; filename="a*b;c*=d.txt"`, "- user a*b;c*=d.txt", "file:a*b;c*=d.txt"},
		{`name="file"; filename*0="evil"; filename*1=".exe"; filename="a.txt"`, "- user a.txt", "file:a.txt"},
		{`name="file"; filename*=UTF-8''a%00%0D%0Ab; filename="a.txt"`, "- user a.txt", "file:a.txt"},
	} {
		part := testkit.Part{Headers: "Content-Disposition: form-data; " + c.disposition, Content: "V"}
		testkit.WantBody(t, testkit.PostParts(app, "/x", part), `"`+c.form+`"`)
		testkit.WantBody(t, testkit.PostParts(app, "/parts", part), `"`+c.parts+`"`)
	}
	only := testkit.Part{Headers: "Content-Disposition: form-data; name*=UTF-8''role", Content: "V"}
	testkit.WantStatus(t, testkit.PostParts(app, "/x", only), 400)
	// A parameter without a value, which package mime refuses, ends at its semicolon as others do.
	broken := testkit.Part{Headers: `Content-Disposition: form-data; broken; name*=UTF-8''role; name="comment"`, Content: "V"}
	testkit.WantStatus(t, testkit.PostParts(app, "/x", broken), 400)

	role := testkit.MultipartBody(testkit.FieldPart("role", "V"))
	for _, header := range []string{"multipart/form-data; boundary=B; boundary*=UTF-8''c", "multipart/form-data; boundary*0=c; boundary=B"} {
		testkit.WantBody(t, testkit.Do(app, "POST", "/x", role, "Content-Type", header), `"- V"`)
	}
	testkit.WantStatus(t, testkit.Do(app, "POST", "/x", role, "Content-Type", "multipart/form-data; boundary*=UTF-8''B"), 400)
}

// TestMultipartFilenameHasNoControlCharacters: control characters are removed from filenames, because programs put those
// into paths, headers and logs.
func TestMultipartFilenameHasNoControlCharacters(t *testing.T) {
	t.Parallel()
	app := brio.New()
	app.Post("/x", func(in *struct {
		File brio.UploadFile `file:"file"`
	}) string {
		return url.QueryEscape(in.File.Filename)
	})
	for filename, want := range map[string]string{
		"a\x00b\x01.txt": "ab.txt", "a\rb.txt": "ab.txt", "a\tb\x7f": "ab", ".\x00.": "", "a%0D%0Ab": "a%250D%250Ab", "ä.txt": "%C3%A4.txt",
	} {
		w := testkit.PostParts(app, "/x", testkit.FilePart("file", filename, "V"))
		if w.Code == 400 { // mime/multipart refuses some itself
			continue
		}
		testkit.WantBody(t, w, `"`+want+`"`)
	}
}

// TestMultipartTakesJSONFiles: a form field of JSON also reads a file of a JSON type: a browser sends a Content-Type only
// with a filename, as in FormData.append("f", new Blob([…], {type: "application/json"})).
func TestMultipartTakesJSONFiles(t *testing.T) {
	t.Parallel()
	type item struct {
		A int    `json:"a"`
		B string `json:"b" default:"x" validate:"max=3"`
	}
	app := brio.New(brio.UploadLimits(params.UploadLimits{FieldSize: 100, FileSize: 1000, Memory: 10}))
	app.Post("/x", func(in *struct {
		F item   `form:"f,json"`
		G *[]int `form:"g,json"`
		T string `form:"t" default:"-"`
	}) any {
		return []any{in.F, in.G, in.T}
	})
	file := func(name, mediaType, content string) testkit.Part {
		headers := `Content-Disposition: form-data; name="` + name + `"; filename="blob"` + "\r\nContent-Type: " + mediaType
		return testkit.Part{Headers: headers, Content: content}
	}
	ok := func(want string, parts ...testkit.Part) {
		t.Helper()
		testkit.WantBody(t, testkit.PostParts(app, "/x", parts...), want)
	}
	refused := func(status int, want string, parts ...testkit.Part) {
		t.Helper()
		w := testkit.PostParts(app, "/x", parts...)
		testkit.WantStatus(t, w, status)
		testkit.WantContains(t, w.Body.String(), want)
	}
	ok(`[{"a":1,"b":"x"},null,"-"]`, file("f", "application/json", `{"a":1}`))
	ok(`[{"a":1,"b":"x"},[1,2],"-"]`, file("f", "application/json; charset=UTF-8", ` {"a":1} `), file("g", "application/vnd.x+json", `[1,2]`))
	ok(`[{"a":2,"b":"x"},null,"-"]`, file("f", "text/plain", `x`), file("f", "APPLICATION/JSON", `{"a":2}`))
	ok(`[{"a":1,"b":"x"},null,"-"]`, testkit.Part{Headers: "Content-Disposition: form-data; name=\"f\"\r\nContent-Type: application/json", Content: `{"a":1}`})
	refused(422, `"loc":["body","f","b"]`, file("f", "application/json", `{"a":1,"b":"long"}`))
	refused(422, `"json_invalid"`, file("f", "application/json", `{"a":1`))
	refused(422, `"json_invalid"`, file("f", "application/json", "{\"a\":1,\"b\":\"\xff\"}"))
	refused(422, `"missing"`, file("f", "application/json", ``))
	refused(422, `"string_type"`, file("f", "text/plain", `{"a":1}`))
	refused(422, `"string_type"`, file("f", "application/json", `{"a":1}`), file("t", "application/json", `"x"`))
	refused(413, `Part exceeded maximum size of 100 bytes`, file("f", "application/json", `{"a":1,"b":"`+strings.Repeat("x", 100)+`"}`))
}
