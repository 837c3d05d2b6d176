package forms_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// TestCheckRefusesTwoReadingsOfOneBody: all functions of a route read its body in one way. Another one, or a file in a type
// that cannot hold a file, is a start-up error that names both.
func TestCheckRefusesTwoReadingsOfOneBody(t *testing.T) {
	t.Parallel()
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
		"forms_test.doc reads the body as JSON, and forms_test.form as a form":               func(doc, form) {},
		"forms_test.form reads the body as a form, and brio.Parts as streamed parts":         func(form, *brio.Parts) {},
		"forms_test.raw reads the body as raw bytes, and forms_test.reader as a reader":      func(raw, reader) {},
		"forms_test.reader reads the body as a reader, and brio.Body[io.Reader] as a reader": func(reader, brio.Body[io.Reader]) {},
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

// TestFormIsSharedByDependencyAndHandler: a form is parsed once, and each function reads its own fields of it.
func TestFormIsSharedByDependencyAndHandler(t *testing.T) {
	t.Parallel()
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
	if _, body := postParts(app, testkit.FieldPart("token", "good"), testkit.FilePart("f", "f", "1")); body != `"1"` {
		t.Errorf("%s", body)
	}
	if code, _ := postParts(app, testkit.FieldPart("token", "bad"), testkit.FilePart("f", "f", "1")); code != 403 {
		t.Errorf("%d", code)
	}
}
