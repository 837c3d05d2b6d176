package brio_test

import (
	"testing"

	"github.com/brio-go/brio"
)

// TestErrorsOfHeaderModelsNameWhatTheClientKnows: the header, or, where FastAPI's clients expect it, the field.
func TestErrorsOfHeaderModelsNameWhatTheClientKnows(t *testing.T) {
	type headers struct {
		XToken string `json:"x_token" validate:"min=3"`
		XCount int    `json:"x_count" default:"1"`
	}
	handler := func(in *brio.Header[headers], more *struct {
		Other int `header:"X-Other"`
	}) string {
		return in.Value.XToken
	}
	for _, c := range []struct {
		opts []brio.AppOption
		name string
	}{
		{nil, "x-count"},
		{[]brio.AppOption{brio.HeaderFieldNames(true)}, "x_count"},
	} {
		app := brio.New(append(c.opts, quiet())...)
		app.Get("/", handler)
		w := send(app, "GET", "/", "", "X-Token", "abc", "X-Count", "many", "X-Other", "few")
		wantStatus(t, w, 422)
		wantBody(t, w, `{"detail":[{"type":"int_parsing","loc":["header","`+c.name+`"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"many"},`+
			`{"type":"int_parsing","loc":["header","x-other"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"few"}]}`)
	}
}
