package binding_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// takes registers a route whose only parameter is a T.
func takes[T any](app *brio.App) { app.Post("/x", func(*T) int { return 1 }) }

type unreadInner struct {
	A string `json:"a" minLength:"3"`
}

// unreadBase has tags of storage and other encodings, which say nothing of a request.
type unreadBase struct {
	ID string `json:"id" db:"id" gorm:"primaryKey" xml:"id" yaml:"id" bson:"_id" msgpack:"id" protobuf:"bytes,1" mapstructure:"id" env:"ID"`
}

// TestCheckRefusesUnreadTags: a tag that nothing reads is a start-up error, because its rule would not be enforced. The
// report names the tag, the place and the remedy.
func TestCheckRefusesUnreadTags(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		declare func(*brio.App)
		want    []string // none: it is right
	}{
		"rule of a parameter": {takes[struct {
			A string `query:"a" minLength:"3"`
		}], []string{`minLength:"3" of field A`, `write validate:"min=…"`, `ForeignTags("minLength")`}},
		"rule of a number": {takes[struct {
			A int `query:"a" maximum:"3"`
		}], []string{`write validate:"lte=…"`}},
		"gin": {takes[struct {
			A string `query:"a" binding:"required"`
		}], []string{`write validate:"…"`}},
		"member of a body": {takes[brio.Body[unreadInner]], []string{`minLength:"3" of A`}},
		"deep in a body": {takes[brio.Body[map[string][]*struct {
			In brio.Optional[unreadInner] `json:"in"`
		}]], []string{`minLength:"3" of A`}},
		"keyed body": {takes[struct {
			X []unreadInner `body:"x"`
		}], []string{`minLength:"3" of A`}},
		"JSON parameter": {takes[struct {
			X unreadInner `query:"x,json"`
		}], []string{`minLength:"3" of A`}},
		"patch":       {takes[brio.Body[brio.Patch[unreadInner]]], []string{`minLength:"3" of A`}},
		"whole query": {takes[brio.Query[unreadInner]], []string{`minLength:"3" of A`}},
		"deepObject": {takes[struct {
			X unreadInner `query:"x" style:"deepObject"`
		}], []string{`minLength:"3" of A`}},
		"variant": {takes[brio.Body[struct {
			brio.AnyOf
			A *unreadInner
			B *int
		}]], []string{`minLength:"3" of A`}},
		"rule of a variant": {takes[brio.Body[struct {
			brio.AnyOf
			A *string `validate:"min=3"`
			B *int
		}]], []string{`validate:"min=3" of field A`, "on its own type"}},
		"schema of a field": {takes[struct {
			A string `query:"a" schema:"{}"`
		}], []string{"for a whole struct", "JSONSchema"}},
		"extra of a field": {takes[brio.Body[struct {
			A string `json:"a" extra:"forbid"`
		}]], []string{"_ struct{} `extra:"}},
		"source in a model": {takes[brio.Body[struct {
			A string `json:"a" header:"X-A"`
		}]], []string{`header:"X-A" of A`, "json"}},
		"source left out": {takes[brio.Body[struct {
			A string `json:"-" header:"X-A"`
		}]], []string{`header:"X-A" of A`}},
		"rule left out": {takes[brio.Body[struct {
			A string `json:"-" binding:"x"`
		}]], nil},
		"query in a query": {takes[brio.Query[struct {
			A string `query:"a"`
		}]], []string{`query:"a" of A`}},
		"cookie in a form": {takes[brio.Form[struct {
			A string `json:"a" cookie:"a"`
		}]], []string{`cookie:"a" of A`}},
		"style in a body": {takes[brio.Body[struct {
			A []string `json:"a" style:"comma"`
		}]], []string{`style:"comma" of A`}},
		"style in a query": {takes[brio.Query[struct {
			A []string `json:"a" style:"comma"`
		}]], nil},
		"media of a query": {takes[struct {
			A string `query:"a" media:"text/plain"`
		}], []string{`media:"text/plain"`}},
		"validate on embedded": {takes[brio.Body[struct {
			unreadBase `validate:"required"`
		}]], []string{"embedded"}},
		"misspelled default": {takes[struct {
			A string `query:"a" defualt:"3"`
		}], []string{"did you mean default?"}},
		"misspelled example": {takes[brio.Body[struct {
			A string `json:"a" exmaple:"3"`
		}]], []string{"did you mean example?"}},
		"misspelled json": {takes[brio.Body[struct {
			A string `jsno:"a"`
		}]], []string{"did you mean json?"}},
		"misspelled source": {takes[struct {
			Q string `qury:"q"`
		}], []string{`field Q has the tag qury:"q"; did you mean query?`}},
		"uri alone": {takes[struct {
			Q string `uri:"q"`
		}], []string{`did you mean path:"…"?`}},
		"misspelled beside": {takes[struct {
			Q string `qurey:"q"`
			P string `query:"p"`
		}], []string{"has no source", "did you mean query"}},
		"unknown": {takes[struct {
			A string `query:"a" colour:"red"`
		}], []string{`colour:"red"`, `ForeignTags("colour")`}},
		"twice": {takes[struct {
			//lint:ignore SA5008 it is what is tested
			A string `query:"a" validate:"min=1" validate:"max=2"`
		}], []string{"validate twice"}},
		"blank": {takes[brio.Body[struct {
			_ struct{} `additionalProperties:"true"`
			A int
		}]], []string{"another framework's"}},
		"storage": {takes[struct {
			unreadBase
			A string `query:"a" db:"a"`
		}], []string{"has no source"}},
		"storage in a body": {takes[brio.Body[unreadBase]], nil},
	} {
		t.Run(name, func(t *testing.T) {
			app := brio.New()
			c.declare(app)
			err := app.Check()
			if c.want == nil {
				if err != nil {
					t.Error(err)
				}
				return
			}
			testkit.WantContains(t, fmt.Sprint(err), c.want...)
		})
	}
}

// TestResultTagsAreUnchecked: a type that is only written may have any tags, because no request is read into it.
func TestResultTagsAreUnchecked(t *testing.T) {
	t.Parallel()
	app := brio.New()
	app.Get("/x", func() unreadInner { return unreadInner{} })
	if err := app.Check(); err != nil {
		t.Error(err)
	}
}

// TestForeignTagsAdmitsTags: ForeignTags admits tags of other programs that use the same struct.
func TestForeignTagsAdmitsTags(t *testing.T) {
	t.Parallel()
	check := func(options ...brio.AppOption) string {
		app := brio.New(options...)
		takes[struct {
			A string      `query:"a" binding:"x" minLength:"3"`
			B unreadInner `body:"b"`
		}](app)
		return fmt.Sprint(app.Check())
	}
	if err := check(brio.ForeignTags()); err != "<nil>" {
		t.Error(err)
	}
	if err := check(brio.ForeignTags("binding"), brio.ForeignTags("minLength")); err != "<nil>" {
		t.Error(err)
	}
	if err := check(brio.ForeignTags("binding")); strings.Contains(err, "binding:") || !strings.Contains(err, "minLength") {
		t.Error(err)
	}
	if _, err := brio.Validate[unreadInner]([]byte(`{"a":"x"}`)); err != nil {
		t.Error("outside of an app all are admitted:", err)
	}
}
