package forms_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// TestFormFieldReadsEachInput: a form field is missing when it is absent or its text is empty, as in FastAPI; a list keeps
// empty texts, and any other field takes the last value. Both encodings read alike.
func TestFormFieldReadsEachInput(t *testing.T) {
	t.Parallel()
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
	absent, bad, big := testkit.Detail(testkit.Missing("body", "n")), testkit.Detail(intParsingError(`"n"`, `"x"`)), testkit.Detail(lessThanEqualError(`"n"`, `"10"`))
	tests := map[string][6]string{
		// absent, empty, value, wrong type, out of range, repeated
		"T":        {absent, absent, "3", bad, big, "4"},
		"*T":       {"null", "null", "3", bad, big, "4"},
		"Optional": {"null", "null", "3", bad, big, "4"},
		"[]T":      {absent, testkit.Detail(intParsingError(`"n",0`, `""`)), "[3]", testkit.Detail(intParsingError(`"n",0`, `"x"`)), testkit.Detail(lessThanEqualError(`"n",0`, `"10"`)), "[3,4]"},
		"default":  {"7", "7", "3", bad, big, "4"},
	}
	sent := [6][]string{nil, {""}, {"3"}, {"x"}, {"10"}, {"3", "4"}}
	for name, want := range tests {
		for i, values := range sent {
			parts, form := []testkit.Part{testkit.FieldPart("other", "1")}, "other=1"
			for _, v := range values {
				parts, form = append(parts, testkit.FieldPart("n", v)), form+"&n="+v
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

// TestFormFieldsAreAbsentInOtherBodies: with any other Content-Type, and in an empty body, all form fields count as absent,
// as in FastAPI.
func TestFormFieldsAreAbsentInOtherBodies(t *testing.T) {
	t.Parallel()
	app := brio.New()
	app.Post("/", func(in struct {
		A string `form:"a"`
		B []byte `file:"b"`
	}) string {
		return in.A
	})
	want := testkit.Detail(testkit.Missing("body", "a"), testkit.Missing("body", "b"))
	for name, tt := range map[string]struct{ contentType, body string }{
		"no type":     {"", "a=1"},
		"JSON":        {"application/json", `{"a":"1"}`},
		"text":        {"text/plain", "a=1"},
		"mixed":       {"multipart/mixed; boundary=B", testkit.MultipartBody(testkit.FieldPart("a", "1"))},
		"empty":       {testkit.FormType, ""},
		"empty parts": {testkit.MultipartType, ""},
		"no parts":    {testkit.MultipartType, "--B--\r\n"},
	} {
		w := testkit.Do(app, "POST", "/", tt.body, "Content-Type", tt.contentType)
		if w.Code != 422 || w.Body.String() != want {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	if code, body := postForm(app, "a=x+y%21&a="); code != 422 || body != want {
		t.Errorf("an empty last value: %d %s", code, body)
	}
}

// TestFormErrorsFollowDeclarationOrder: errors of the query come first, then those of the body in the order of the fields.
// The input of a secret field is null.
func TestFormErrorsFollowDeclarationOrder(t *testing.T) {
	t.Parallel()
	app := brio.New()
	app.Post("/", func(in struct {
		C []byte          `file:"c" validate:"min=2,max=3"`
		A int             `form:"a"`
		F brio.UploadFile `file:"f"`
		P string          `form:"p" secret:"true" validate:"min=9"`
		Q int             `query:"q"`
	}) {
	})
	_, body := postParts(app, testkit.FilePart("c", "c.txt", "long"), testkit.FilePart("a", "a.txt", "1"), testkit.FieldPart("f", "text"), testkit.FieldPart("p", "hunter2"))
	want := testkit.Detail(
		`{"type":"missing","loc":["query","q"],"msg":"Field required","input":null}`,
		`{"type":"bytes_too_long","loc":["body","c"],"msg":"Data should have at most 3 bytes","input":"long","ctx":{"max_length":3}}`,
		`{"type":"string_type","loc":["body","a"],"msg":"Input should be a valid string","input":null}`,
		`{"type":"value_error","loc":["body","f"],"msg":"Value error, Expected a file, received text","input":"text","ctx":{"error":{}}}`,
		`{"type":"string_too_short","loc":["body","p"],"msg":"String should have at least 9 characters","input":null,"ctx":{"min_length":9}}`,
	)
	if body != want {
		t.Errorf("%s\nwant\n%s", body, want)
	}
	if _, body = postParts(app, testkit.FilePart("c", "c.txt", "x")); !strings.Contains(body, `"bytes_too_short"`) {
		t.Errorf("a short file: %s", body)
	}
}

// TestFormFileReadsEachInput: a file is missing when its part is absent or the browser sent an empty filename with no
// content. Text in place of a file is an error, as in FastAPI.
func TestFormFileReadsEachInput(t *testing.T) {
	t.Parallel()
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
		return testkit.Detail(`{"type":"value_error","loc":["body",` + loc + `],"msg":"Value error, Expected a file, received text","input":"x","ctx":{"error":{}}}`)
	}
	absent, wrong := testkit.Detail(testkit.Missing("body", "f")), expected(`"f"`)
	tests := map[string][6]string{
		// absent, an empty text, nothing chosen, one file, text, two files
		"UploadFile":   {absent, absent, absent, `"a text/plain 1 text/plain 1"`, wrong, `"b text/plain 2 text/plain 22"`},
		"*UploadFile":  {"null", "null", "null", `"a text/plain 1 text/plain 1"`, wrong, `"b text/plain 2 text/plain 22"`},
		"[]UploadFile": {absent, absent, absent, `["a text/plain 1 text/plain 1"]`, expected(`"f",0`), `["a text/plain 1 text/plain 1","b text/plain 2 text/plain 22"]`},
		"[]byte":       {absent, absent, absent, `"1"`, wrong, `"22"`},
		"[][]byte": {`""`, `""`, `""`, `"1"`, expected(`"f",0`),
			testkit.Detail(`{"type":"bytes_too_long","loc":["body","f",1],"msg":"Data should have at most 1 byte","input":"22","ctx":{"max_length":1}}`)},
	}
	sent := [6][]testkit.Part{nil, {testkit.FieldPart("f", "")}, {testkit.FilePart("f", "", "")}, {testkit.FilePart("f", "a", "1")}, {testkit.FieldPart("f", "x")}, {testkit.FilePart("f", "a", "1"), testkit.FilePart("f", "b", "22")}}
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
	_, body := postParts(apps["[]UploadFile"], testkit.FilePart("f", "a", "1"), testkit.FilePart("f", "b", "2"), testkit.FilePart("f", "c", "3"))
	if want := testkit.Detail(`{"type":"too_long","loc":["body","f"],"msg":"List should have at most 2 items after validation, not 3","input":null,"ctx":{"actual_length":3,"field_type":"List","max_length":2}}`); body != want {
		t.Errorf("three files: %s", body)
	}
}

// TestFormFilenameHasNoFolders: RFC 7578, 4.2: a receiver uses the last element of the path that the client sends. An
// extended filename* is ignored.
func TestFormFilenameHasNoFolders(t *testing.T) {
	t.Parallel()
	app := brio.New()
	app.Post("/", func(in struct {
		F brio.UploadFile `file:"f"`
	}) string {
		return in.F.Filename
	})
	for sent, want := range map[string]string{
		"a.txt": "a.txt", "../../etc/passwd": "passwd", `C:\\temp\\a.txt`: "a.txt", "..": "", "x/.": "", "naïve €.txt": "naïve €.txt", "é\xff": "é�", "a%22b": "a%22b",
	} {
		if code, body := postParts(app, testkit.FilePart("f", sent, "1")); code != 200 || body != `"`+want+`"` {
			t.Errorf("%q: %d %s, want %q", sent, code, body, want)
		}
	}
	w := testkit.Do(app, "POST", "/", testkit.MultipartBody(testkit.Part{
		Headers: `Content-Disposition: form-data; name=f; filename="../näh.txt"; filename*=UTF-8''other.txt`, Content: "1",
	}), "Content-Type", `multipart/form-data; boundary="B"`)
	testkit.WantBody(t, w, `"näh.txt"`)
}

// TestFormReadsBodiesOfMimeMultipart: the headers of a part reach the handler, and Content-Transfer-Encoding is not decoded
// (RFC 7578, 4.7 deprecates it).
func TestFormReadsBodiesOfMimeMultipart(t *testing.T) {
	t.Parallel()
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
	rec := testkit.Do(app, "POST", "/", b.String(), "Content-Type", w.FormDataContentType())
	testkit.WantStatus(t, rec, 200)
	if !strings.HasSuffix(rec.Body.String(), ` y=41"`) {
		t.Errorf("%s", rec.Body)
	}
	form := url.Values{"a": {"ü&=+%"}}.Encode()
	if _, body := postForm(app, form); body != testkit.Detail(testkit.Missing("body", "f")) {
		t.Errorf("%s", body)
	}
}
