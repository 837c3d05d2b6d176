package documents_test

import (
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

type commented struct {
	A string `json:"a"` // trailing secret
	// B is public.
	B string `json:"b"` // trailing secret
	// C is public.
	// \f
	// hidden secret
	C string `json:"c"`
	// D is public.
	// hidden secret
	D string   `json:"d"` /* trailing secret */
	E struct { // brace secret
		F string `json:"f"`
	} `json:"e"` // trailing secret
}

type word string // trailing secret

// readCommented is public.
//
// \f
//
// hidden secret
func readCommented(*struct {
	Q word `query:"q"` // trailing secret
}) commented {
	return commented{}
}

// Comments above a field are for clients, those behind it are for colleagues, and so is what stands behind a form feed.
func TestTrailingCommentsAreNotPublished(t *testing.T) {
	for _, opts := range [][]brio.AppOption{nil, {brio.FastAPICompat()}} {
		app := brio.New(opts...)
		app.Get("/x", readCommented)
		text := testkit.Get(app, "/openapi.json").Body.String()
		testkit.WantContains(t, text, `"B is public."`, `"C is public."`, `"description":"D is public.`, "s public")
		if strings.Contains(text, "secret") {
			t.Error(text)
		}
	}
}
