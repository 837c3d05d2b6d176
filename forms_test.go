package brio_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/contract"
)

const urlencoded = "application/x-www-form-urlencoded"

// postForm posts a url-encoded form.
func postForm(app *brio.App, form string) (int, string) {
	w := send(app, "POST", "/", form, "Content-Type", urlencoded)
	return w.Code, w.Body.String()
}

// formPart is one part of a multipart body; header is its Content-Disposition, and Content-Type where there is a second line.
type formPart struct{ header, content string }

func formField(name, value string) formPart {
	return formPart{fmt.Sprintf(`Content-Disposition: form-data; name="%s"`, name), value}
}

func formFile(name, filename, content string) formPart {
	return formPart{fmt.Sprintf("Content-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\nContent-Type: text/plain", name, filename), content}
}

func multipartBody(parts ...formPart) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString("--B\r\n" + p.header + "\r\n\r\n" + p.content + "\r\n")
	}
	return b.String() + "--B--\r\n"
}

func postParts(app *brio.App, parts ...formPart) (int, string) {
	w := send(app, "POST", "/", multipartBody(parts...), "Content-Type", "multipart/form-data; boundary=B")
	return w.Code, w.Body.String()
}

func formErrors(entries ...string) string { return `{"detail":[` + strings.Join(entries, ",") + `]}` }

func formMissing(loc string) string {
	return `{"type":"missing","loc":["body",` + loc + `],"msg":"Field required","input":null}`
}

func formIntParsing(loc, input string) string {
	return `{"type":"int_parsing","loc":["body",` + loc + `],"msg":"Input should be a valid integer, unable to parse string as an integer","input":` + input + `}`
}

func formTooBig(loc, input string) string {
	return `{"type":"less_than_equal","loc":["body",` + loc + `],"msg":"Input should be less than or equal to 9","input":` + input + `,"ctx":{"le":9}}`
}

// TestFormMatrix tries every form of a field with everything that a form can say, url-encoded and as multipart.
func TestFormMatrix(t *testing.T) {
	apps := map[string]*brio.App{}
	route := func(name string, handler any) {
		apps[name] = brio.New()
		apps[name].Post("/", handler)
	}
	route("T", func(in struct {
		N int `form:"n" validate:"max=9"`
	}) any {
		return in.N
	})
	route("*T", func(in struct {
		N *int `form:"n" validate:"omitempty,max=9"`
	}) any {
		return in.N
	})
	route("Optional", func(in struct {
		N brio.Optional[int] `form:"n" validate:"omitempty,max=9"`
	}) any {
		return in.N
	})
	route("[]T", func(in struct {
		N []int `form:"n" validate:"dive,max=9"`
	}) any {
		return in.N
	})
	route("default", func(in struct {
		N int `form:"n" default:"7" validate:"max=9"`
	}) any {
		return in.N
	})
	absent, bad, big := formErrors(formMissing(`"n"`)), formErrors(formIntParsing(`"n"`, `"x"`)), formErrors(formTooBig(`"n"`, `"10"`))
	tests := map[string][6]string{
		// absent, empty, value, wrong type, out of range, repeated
		"T":        {absent, absent, "3", bad, big, "4"},
		"*T":       {"null", "null", "3", bad, big, "4"},
		"Optional": {"null", "null", "3", bad, big, "4"},
		"[]T":      {absent, formErrors(formIntParsing(`"n",0`, `""`)), "[3]", formErrors(formIntParsing(`"n",0`, `"x"`)), formErrors(formTooBig(`"n",0`, `"10"`)), "[3,4]"},
		"default":  {"7", "7", "3", bad, big, "4"},
	}
	sent := [6][]string{nil, {""}, {"3"}, {"x"}, {"10"}, {"3", "4"}}
	for name, want := range tests {
		for i, values := range sent {
			parts, form := []formPart{formField("other", "1")}, "other=1"
			for _, v := range values {
				parts, form = append(parts, formField("n", v)), form+"&n="+v
			}
			status := 200
			if strings.Contains(want[i], "detail") {
				status = 422
			}
			if code, body := postForm(apps[name], form); code != status || body != want[i] {
				t.Errorf("%s, %q: %d %s, want %d %s", name, form, code, body, status, want[i])
			}
			if code, body := postParts(apps[name], parts...); code != status || body != want[i] {
				t.Errorf("%s, %q as multipart: %d %s, want %d %s", name, form, code, body, status, want[i])
			}
		}
	}
}

func TestFormIsReadOnlyFromForms(t *testing.T) {
	app := brio.New()
	app.Post("/", func(in struct {
		A string `form:"a"`
		B []byte `file:"b"`
	}) string {
		return in.A
	})
	want := formErrors(formMissing(`"a"`), formMissing(`"b"`))
	for name, tt := range map[string]struct{ contentType, body string }{
		"none":        {"", "a=1"},
		"JSON":        {"application/json", `{"a":"1"}`},
		"text":        {"text/plain", "a=1"},
		"mixed":       {"multipart/mixed; boundary=B", multipartBody(formField("a", "1"))},
		"empty":       {urlencoded, ""},
		"empty parts": {"multipart/form-data; boundary=B", ""},
		"no parts":    {"multipart/form-data; boundary=B", "--B--\r\n"},
	} {
		w := send(app, "POST", "/", tt.body, "Content-Type", tt.contentType)
		if w.Code != 422 || w.Body.String() != want {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	if code, body := postForm(app, "a=x+y%21&a="); code != 422 || body != want {
		t.Errorf("an empty last value: %d %s", code, body)
	}
}

func TestFormErrorsComeAfterOthersInTheOrderOfDeclaration(t *testing.T) {
	app := brio.New()
	app.Post("/", func(in struct {
		C []byte          `file:"c" validate:"min=2,max=3"`
		A int             `form:"a"`
		F brio.UploadFile `file:"f"`
		P string          `form:"p" secret:"true" validate:"min=9"`
		Q int             `query:"q"`
	}) {
	})
	_, body := postParts(app, formFile("c", "c.txt", "long"), formFile("a", "a.txt", "1"), formField("f", "text"), formField("p", "hunter2"))
	want := formErrors(
		`{"type":"missing","loc":["query","q"],"msg":"Field required","input":null}`,
		`{"type":"bytes_too_long","loc":["body","c"],"msg":"Data should have at most 3 bytes","input":"long","ctx":{"max_length":3}}`,
		`{"type":"string_type","loc":["body","a"],"msg":"Input should be a valid string","input":null}`,
		`{"type":"value_error","loc":["body","f"],"msg":"Value error, Expected a file, received text","input":"text","ctx":{"error":{}}}`,
		`{"type":"string_too_short","loc":["body","p"],"msg":"String should have at least 9 characters","input":null,"ctx":{"min_length":9}}`,
	)
	if body != want {
		t.Errorf("%s\nwant\n%s", body, want)
	}
	if _, body = postParts(app, formFile("c", "c.txt", "x")); !strings.Contains(body, `"bytes_too_short"`) {
		t.Errorf("a short file: %s", body)
	}
}

func TestFileMatrix(t *testing.T) {
	apps := map[string]*brio.App{}
	route := func(name string, handler any) {
		apps[name] = brio.New()
		apps[name].Post("/", handler)
	}
	text := func(f brio.UploadFile) string {
		all, err := f.ReadAll()
		if err != nil {
			return err.Error()
		}
		return fmt.Sprintf("%s %s %d %s %s", f.Filename, f.ContentType, f.Size, f.Header.Get("Content-Type"), all)
	}
	route("UploadFile", func(in struct {
		F brio.UploadFile `file:"f"`
	}) string {
		return text(in.F)
	})
	route("*UploadFile", func(in struct {
		F *brio.UploadFile `file:"f"`
	}) any {
		if in.F == nil {
			return nil
		}
		return text(*in.F)
	})
	route("[]UploadFile", func(in struct {
		F []brio.UploadFile `file:"f" validate:"max=2"`
	}) (all []string) {
		for _, f := range in.F {
			all = append(all, text(f))
		}
		return all
	})
	route("[]byte", func(in struct {
		F []byte `file:"f"`
	}) string {
		return string(in.F)
	})
	route("[][]byte", func(in struct {
		F [][]byte `file:"f,omitempty" validate:"dive,max=1"`
	}) string {
		return string(bytes.Join(in.F, []byte("|")))
	})
	expected := func(loc string) string {
		return formErrors(`{"type":"value_error","loc":["body",` + loc + `],"msg":"Value error, Expected a file, received text","input":"x","ctx":{"error":{}}}`)
	}
	absent, wrong := formErrors(formMissing(`"f"`)), expected(`"f"`)
	tests := map[string][6]string{
		// absent, an empty text, nothing chosen, one file, text, two files
		"UploadFile":   {absent, absent, absent, `"a text/plain 1 text/plain 1"`, wrong, `"b text/plain 2 text/plain 22"`},
		"*UploadFile":  {"null", "null", "null", `"a text/plain 1 text/plain 1"`, wrong, `"b text/plain 2 text/plain 22"`},
		"[]UploadFile": {absent, absent, absent, `["a text/plain 1 text/plain 1"]`, expected(`"f",0`), `["a text/plain 1 text/plain 1","b text/plain 2 text/plain 22"]`},
		"[]byte":       {absent, absent, absent, `"1"`, wrong, `"22"`},
		"[][]byte": {`""`, `""`, `""`, `"1"`, expected(`"f",0`),
			formErrors(`{"type":"bytes_too_long","loc":["body","f",1],"msg":"Data should have at most 1 byte","input":"22","ctx":{"max_length":1}}`)},
	}
	sent := [6][]formPart{nil, {formField("f", "")}, {formFile("f", "", "")}, {formFile("f", "a", "1")}, {formField("f", "x")}, {formFile("f", "a", "1"), formFile("f", "b", "22")}}
	for name, want := range tests {
		for i, parts := range sent {
			if _, body := postParts(apps[name], parts...); body != want[i] {
				t.Errorf("%s, %v: %s, want %s", name, parts, body, want[i])
			}
		}
	}
	if _, body := postForm(apps["UploadFile"], "f=x"); body != wrong {
		t.Errorf("url-encoded: %s", body)
	}
	_, body := postParts(apps["[]UploadFile"], formFile("f", "a", "1"), formFile("f", "b", "2"), formFile("f", "c", "3"))
	if want := formErrors(`{"type":"too_long","loc":["body","f"],"msg":"List should have at most 2 items after validation, not 3","input":null,"ctx":{"actual_length":3,"field_type":"List","max_length":2}}`); body != want {
		t.Errorf("three files: %s", body)
	}
}

func TestFilenamesHaveNoFolders(t *testing.T) {
	app := brio.New()
	app.Post("/", func(in struct {
		F brio.UploadFile `file:"f"`
	}) string {
		return in.F.Filename
	})
	for sent, want := range map[string]string{
		"a.txt": "a.txt", "../../etc/passwd": "passwd", `C:\\temp\\a.txt`: "a.txt", "..": "", "x/.": "", "naïve €.txt": "naïve €.txt", "é\xff": "é�", "a%22b": "a%22b",
	} {
		if code, body := postParts(app, formFile("f", sent, "1")); code != 200 || body != `"`+want+`"` {
			t.Errorf("%q: %d %s, want %q", sent, code, body, want)
		}
	}
	w := send(app, "POST", "/", multipartBody(formPart{`Content-Disposition: form-data; name=f; filename="../näh.txt"; filename*=UTF-8''other.txt`, "1"}), "Content-Type", `multipart/form-data; boundary="B"`)
	wantBody(t, w, `"näh.txt"`)
}

func TestFormsMadeByTheStandardLibrary(t *testing.T) {
	app := brio.New()
	app.Post("/", func(in struct {
		A string          `form:"a"`
		F brio.UploadFile `file:"f"`
	}) (string, error) {
		all, err := in.F.ReadAll()
		return in.A + " " + in.F.Header.Get("X-A") + string(all), err
	})
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	_ = w.WriteField("a", "é\r\n--"+w.Boundary()+"x")
	p, _ := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="f"; filename="f"`}, "X-A": {"y"}, "Content-Transfer-Encoding": {"quoted-printable"}})
	_, _ = p.Write([]byte("=41"))
	_ = w.Close()
	rec := send(app, "POST", "/", b.String(), "Content-Type", w.FormDataContentType())
	wantStatus(t, rec, 200)
	if !strings.HasSuffix(rec.Body.String(), ` y=41"`) {
		t.Errorf("%s", rec.Body)
	}
	form := url.Values{"a": {"ü&=+%"}}.Encode()
	if _, body := postForm(app, form); body != formErrors(formMissing(`"f"`)) {
		t.Errorf("%s", body)
	}
}

func formRequest(method, target string, body io.Reader, headers ...string) *http.Request {
	r := httptest.NewRequest(method, target, body)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return r
}

func serveForm(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	contract.Serve(h, w, r)
	return w
}
