package brio_test

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/params"
)

// TestFormLimits sends exactly a limit, which passes, and one more, which does not.
func TestFormLimits(t *testing.T) {
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
	repeat := func(p formPart, n int) (all []formPart) {
		for range n {
			all = append(all, p)
		}
		return all
	}
	for name, tt := range map[string]struct {
		parts []formPart
		want  string // "" for the limit itself
	}{
		"fields":          {repeat(formField("a", "1"), 3), ""},
		"fields + 1":      {repeat(formField("a", "1"), 4), "Too many fields. Maximum number of fields is 3."},
		"files":           {repeat(formFile("f", "n", "1"), 2), ""},
		"files + 1":       {repeat(formFile("f", "n", "1"), 3), "Too many files. Maximum number of files is 2."},
		"field size":      {[]formPart{formField("a", "12345")}, ""},
		"field size + 1":  {[]formPart{formField("a", "123456")}, "Part exceeded maximum size of 5 bytes."},
		"file size":       {[]formPart{formFile("f", "n", "1234567890")}, ""},
		"file size + 1":   {[]formPart{formFile("f", "n", "12345678901")}, "Part exceeded maximum size of 10 bytes."},
		"unknown fields":  {repeat(formField("x", ""), 4), "Too many fields. Maximum number of fields is 3."},
		"unknown file":    {[]formPart{formFile("x", "n", "12345678901")}, "Part exceeded maximum size of 10 bytes."},
		"all of it":       {append(repeat(formField("a", "12"), 3), repeat(formFile("f", "n", "1234567890"), 2)...), ""},
		"text in all + 0": {[]formPart{formField("a", "12345"), formField("a", "12345"), formField("a", "")}, ""},
	} {
		want, code := formErrors(limitEntry(tt.want)), 413
		for how, h := range map[string]any{"form": handler, "parts": stream, "skipped parts": skip} {
			app := brio.New(limits)
			app.Post("/", h)
			if tt.want == "" {
				var all string
				for _, p := range tt.parts {
					all += p.content
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
		"a=1&a=2&a=3": `"123"`, "&&a=1&&": `"1"`, "a=1&b=2&a=3&a=4": formErrors(limitEntry("Too many fields. Maximum number of fields is 3.")),
		"a=%31%32345": `"12345"`, "a=123456": formErrors(limitEntry("Field exceeded maximum size of 5 bytes.")),
	} {
		if _, body := postForm(app, form); body != want {
			t.Errorf("%s: %s, want %s", form, body, want)
		}
	}
	_, body := postParts(app, formField("a", "12345"), formField("a", "12345"), formField("a", "1"))
	if want := formErrors(limitEntry("Form fields exceeded maximum size of 13 bytes.")); body != want {
		t.Errorf("text in all: %s, want %s", body, want)
	}
}

func TestBodyLimitsOfForms(t *testing.T) {
	body := multipartBody(formFile("f", "n", strings.Repeat("x", 2<<20)))
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
		{"multipart by default", "multipart/form-data; boundary=B", body, byDefault, 204},
		{"exact", "multipart/form-data; boundary=B", body, exact, 204},
		{"one more", "multipart/form-data; boundary=B", body, less, 413},
		{"one more, streamed, announced", "multipart/form-data; boundary=B", body, stream, 413},
		{"text of 1 MiB", urlencoded, form, byDefault, 422},
		{"text of 1 MiB + 1", urlencoded, form + "x", byDefault, 413},
	} {
		if w := send(tt.app, "POST", "/", tt.body, "Content-Type", tt.contentType); w.Code != tt.want {
			t.Errorf("%s: %d, want %d: %.100s", tt.name, w.Code, tt.want, w.Body)
		}
		if strings.Contains(tt.name, "announced") {
			continue
		}
		r := formRequest("POST", "/", io.MultiReader(strings.NewReader(tt.body)), "Content-Type", tt.contentType) // chunked
		if w := serveForm(tt.app, r); w.Code != tt.want {
			t.Errorf("%s, chunked: %d, want %d: %.100s", tt.name, w.Code, tt.want, w.Body)
		}
	}
	if w := serveForm(less, formRequest("POST", "/", io.MultiReader(strings.NewReader(body+strings.Repeat("x", 9))), "Content-Type", "multipart/form-data; boundary=B")); w.Code != 413 {
		t.Errorf("an epilogue over the limit: %d", w.Code)
	}
}

func TestLimitsAreInheritedOneByOne(t *testing.T) {
	app := brio.New(brio.UploadLimits(params.UploadLimits{Files: 1, Fields: 1}))
	r := brio.NewRouter(brio.UploadLimits(params.UploadLimits{Fields: 2}))
	r.Post("/", func(in struct {
		A []string `form:"a"`
	}) int {
		return len(in.A)
	}, brio.Options(brio.UploadLimits(params.UploadLimits{FieldSize: 2}), brio.UploadLimits(params.UploadLimits{Memory: -1})))
	app.Include(r)
	for form, want := range map[string]string{
		"a=1&a=2": "2", "a=1&a=2&a=3": formErrors(limitEntry("Too many fields. Maximum number of fields is 2.")), "a=123": formErrors(limitEntry("Field exceeded maximum size of 2 bytes.")),
	} {
		if _, body := postForm(app, form); body != want {
			t.Errorf("%s: %s, want %s", form, body, want)
		}
	}
	if _, body := postParts(app, formField("a", "1"), formFile("f", "n", ""), formFile("f", "n", "")); !strings.Contains(body, "Too many files. Maximum number of files is 1.") {
		t.Errorf("files: %s", body)
	}
}

func TestJSONLimits(t *testing.T) {
	app := brio.New(brio.MaxDepth(2), brio.MaxElements(3))
	app.Post("/", func(in brio.Body[any]) any { return in.Value })
	app.Post("/deep", func(in brio.Body[any]) any { return in.Value }, brio.MaxDepth(3))
	for _, tt := range []struct {
		path, body string
		want       int
	}{
		{"/", `[[1]]`, 200}, {"/", `[[[]]]`, 400}, {"/deep", `[[[]]]`, 200}, {"/deep", `[[[[]]]]`, 400}, {"/", `[1,2,3]`, 200}, {"/", `[1,2,3,4]`, 413},
	} {
		if w := send(app, "POST", tt.path, tt.body, "Content-Type", "application/json"); w.Code != tt.want {
			t.Errorf("%s: %d, want %d: %s", tt.body, w.Code, tt.want, w.Body)
		}
	}
}

// limitEntry is the entry of an error of a form's limit, by its message. The limit is the first number in the message.
func limitEntry(msg string) string {
	kind, key := "part_too_large", "max_bytes"
	switch {
	case strings.HasPrefix(msg, "Too many fields"):
		kind, key = "too_many_fields", "max_fields"
	case strings.HasPrefix(msg, "Too many files"):
		kind, key = "too_many_files", "max_files"
	case strings.HasPrefix(msg, "Part headers"):
		kind = "part_headers_too_large"
	}
	number := regexp.MustCompile(`\d+`).FindString(msg)
	if strings.HasSuffix(msg, "16KB.") {
		number = "16384"
	}
	return fmt.Sprintf(`{"type":%q,"loc":["body"],"msg":%q,"input":null,"ctx":{%q:%s}}`, kind, msg, key, number)
}
