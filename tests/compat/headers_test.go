package compat_test

import (
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// TestHeaderModelErrorNamesHeader: an error in a model of headers has the name of the header, which the client knows. With
// HeaderFieldNames it has that of the field, as in FastAPI. A single header parameter is not changed by the option.
func TestHeaderModelErrorNamesHeader(t *testing.T) {
	t.Parallel()
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
		app := brio.New(append(c.opts, testkit.Quiet())...)
		app.Get("/", handler)
		w := testkit.Get(app, "/", "X-Token", "abc", "X-Count", "many", "X-Other", "few")
		testkit.WantStatus(t, w, 422)
		testkit.WantBody(t, w, `{"detail":[{"type":"int_parsing","loc":["header","`+c.name+`"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"many"},`+
			`{"type":"int_parsing","loc":["header","x-other"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"few"}]}`)
	}
}
