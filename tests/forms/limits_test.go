package forms_test

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/params"
)

// TestUploadLimitsAreExact: a form that reaches a limit of UploadLimits passes, and one more answers 413. Files in a
// struct, brio.Parts that are read and brio.Parts that are skipped count alike.
func TestUploadLimitsAreExact(t *testing.T) {
	t.Parallel()
	limits := brio.UploadLimits(params.UploadLimits{Files: 2, Fields: 3, FileSize: 10, FieldSize: 5, Memory: 8})
	type in struct {
		A []string          `form:"a,omitempty"`
		F []brio.UploadFile `file:"f,omitempty"`
	}
	handler := func(in *in) (string, error) {
		var all strings.Builder
		for _, f := range in.F {
			content, err := f.ReadAll()
			if err != nil {
				return "", err
			}
			all.Write(content)
		}
		return strings.Join(in.A, "") + all.String(), nil
	}
	stream := func(parts *brio.Parts) (string, error) {
		var fields, files strings.Builder
		for part, err := range parts.All() {
			if err != nil {
				return "", err
			}
			to := &fields
			if part.Filename != "" {
				to = &files
			}
			if _, err := io.Copy(to, part); err != nil {
				return "", fmt.Errorf("saving %s: %w", part.Name, err)
			}
		}
		return fields.String() + files.String(), nil
	}
	skip := func(parts *brio.Parts) (string, error) {
		for _, err := range parts.All() {
			if err != nil {
				return "", err
			}
		}
		return "", nil
	}
	repeat := func(p testkit.Part, n int) []testkit.Part { return slices.Repeat([]testkit.Part{p}, n) }
	for name, tt := range map[string]struct {
		parts []testkit.Part
		want  string // the message; empty when the form passes
	}{
		"fields":         {repeat(testkit.FieldPart("a", "1"), 3), ""},
		"fields + 1":     {repeat(testkit.FieldPart("a", "1"), 4), "Too many fields. Maximum number of fields is 3."},
		"files":          {repeat(testkit.FilePart("f", "n", "1"), 2), ""},
		"files + 1":      {repeat(testkit.FilePart("f", "n", "1"), 3), "Too many files. Maximum number of files is 2."},
		"field size":     {[]testkit.Part{testkit.FieldPart("a", "12345")}, ""},
		"field size + 1": {[]testkit.Part{testkit.FieldPart("a", "123456")}, "Part exceeded maximum size of 5 bytes."},
		"file size":      {[]testkit.Part{testkit.FilePart("f", "n", "1234567890")}, ""},
		"file size + 1":  {[]testkit.Part{testkit.FilePart("f", "n", "12345678901")}, "Part exceeded maximum size of 10 bytes."},
		"unknown fields": {repeat(testkit.FieldPart("x", ""), 4), "Too many fields. Maximum number of fields is 3."},
		"unknown file":   {[]testkit.Part{testkit.FilePart("x", "n", "12345678901")}, "Part exceeded maximum size of 10 bytes."},
		"each limit":     {append(repeat(testkit.FieldPart("a", "12"), 3), repeat(testkit.FilePart("f", "n", "1234567890"), 2)...), ""},
		"text in all":    {[]testkit.Part{testkit.FieldPart("a", "12345"), testkit.FieldPart("a", "12345"), testkit.FieldPart("a", "")}, ""},
	} {
		want, code := testkit.Detail(limitError(tt.want)), 413
		for how, h := range map[string]any{"form": handler, "parts": stream, "skipped parts": skip} {
			app := brio.New(limits)
			app.Post("/", h)
			if tt.want == "" {
				var all string
				for _, p := range tt.parts {
					all += p.Content
				}
				want, code = `"`+all+`"`, 200
				if how == "skipped parts" {
					want = `""`
				}
			}
			if status, body := postParts(app, tt.parts...); status != code || body != want {
				t.Errorf("%s, %s: %d %s, want %d %s", name, how, status, body, code, want)
			}
		}
	}
	app := brio.New(limits)
	app.Post("/", handler)
	for form, want := range map[string]string{
		"a=1&a=2&a=3": `"123"`, "&&a=1&&": `"1"`, "a=1&b=2&a=3&a=4": testkit.Detail(limitError("Too many fields. Maximum number of fields is 3.")),
		"a=%31%32345": `"12345"`, "a=123456": testkit.Detail(limitError("Field exceeded maximum size of 5 bytes.")),
	} {
		if _, body := postForm(app, form); body != want {
			t.Errorf("%s: %s, want %s", form, body, want)
		}
	}
	_, body := postParts(app, testkit.FieldPart("a", "12345"), testkit.FieldPart("a", "12345"), testkit.FieldPart("a", "1"))
	if want := testkit.Detail(limitError("Form fields exceeded maximum size of 13 bytes.")); body != want {
		t.Errorf("text in all: %s, want %s", body, want)
	}
}

// TestMaxBodyLimitsForms: MaxBody counts the whole body, epilogue included, whether or not its length is announced. Without
// the option a multipart form may be larger than the text of 1 MiB that a url-encoded one may have.
func TestMaxBodyLimitsForms(t *testing.T) {
	t.Parallel()
	body := testkit.MultipartBody(testkit.FilePart("f", "n", strings.Repeat("x", 2<<20)))
	form := "f=" + strings.Repeat("x", 1<<20-2)
	handler := func(in struct {
		F *brio.UploadFile `file:"f"`
	}) {
	}
	byDefault, exact, less := brio.New(), brio.New(brio.MaxBody(int64(len(body)))), brio.New(brio.MaxBody(int64(len(body))-1))
	stream := brio.New(brio.MaxBody(int64(len(body)) - 1))
	for _, app := range []*brio.App{byDefault, exact, less} {
		app.Post("/", handler)
	}
	stream.Post("/", func(p *brio.Parts) {})
	for _, tt := range []struct {
		name, contentType, body string
		app                     *brio.App
		want                    int
	}{
		{"multipart by default", testkit.MultipartType, body, byDefault, 204},
		{"exact", testkit.MultipartType, body, exact, 204},
		{"one more", testkit.MultipartType, body, less, 413},
		{"one more, parts, announced", testkit.MultipartType, body, stream, 413},
		{"text of 1 MiB", testkit.FormType, form, byDefault, 422},
		{"text of 1 MiB + 1", testkit.FormType, form + "x", byDefault, 413},
	} {
		if w := testkit.Do(tt.app, "POST", "/", tt.body, "Content-Type", tt.contentType); w.Code != tt.want {
			t.Errorf("%s: %d, want %d: %.100s", tt.name, w.Code, tt.want, w.Body)
		}
		if strings.Contains(tt.name, "announced") {
			continue
		}
		if w := postReader(tt.app, "/", tt.contentType, io.MultiReader(strings.NewReader(tt.body))); w.Code != tt.want {
			t.Errorf("%s, chunked: %d, want %d: %.100s", tt.name, w.Code, tt.want, w.Body)
		}
	}
	if w := postReader(less, "/", testkit.MultipartType, io.MultiReader(strings.NewReader(body+strings.Repeat("x", 9)))); w.Code != 413 {
		t.Errorf("an epilogue over the limit: %d", w.Code)
	}
}

// TestUploadLimitsInheritEachLimit: a level that leaves a limit at 0 has that of the level outside.
func TestUploadLimitsInheritEachLimit(t *testing.T) {
	t.Parallel()
	app := brio.New(brio.UploadLimits(params.UploadLimits{Files: 1, Fields: 1}))
	r := brio.NewRouter(brio.UploadLimits(params.UploadLimits{Fields: 2}))
	r.Post("/", func(in struct {
		A []string `form:"a"`
	}) int {
		return len(in.A)
	}, brio.Options(brio.UploadLimits(params.UploadLimits{FieldSize: 2}), brio.UploadLimits(params.UploadLimits{Memory: -1})))
	app.Include(r)
	for form, want := range map[string]string{
		"a=1&a=2": "2", "a=1&a=2&a=3": testkit.Detail(limitError("Too many fields. Maximum number of fields is 2.")), "a=123": testkit.Detail(limitError("Field exceeded maximum size of 2 bytes.")),
	} {
		if _, body := postForm(app, form); body != want {
			t.Errorf("%s: %s, want %s", form, body, want)
		}
	}
	if _, body := postParts(app, testkit.FieldPart("a", "1"), testkit.FilePart("f", "n", ""), testkit.FilePart("f", "n", "")); !strings.Contains(body, "Too many files. Maximum number of files is 1.") {
		t.Errorf("files: %s", body)
	}
}
