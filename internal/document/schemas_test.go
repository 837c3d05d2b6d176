package document

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/params"
)

type (
	item struct {
		Name  string        `json:"name" validate:"min=2,max=40" doc:"What it is called" examples:"hat,shoe"`
		Price float64       `json:"price" validate:"gt=0"`
		Tags  []string      `json:"tags,omitempty" validate:"unique,dive,alpha"`
		Wait  time.Duration `json:"wait" default:"PT1M"`
		Owner *owner        `json:"owner"`
		Note  *string       `json:"note" validate:"max=9"`
		ID    int           `json:"id" readonly:"true"`
		Pass  string        `json:"pass" writeonly:"true" secret:"true"`
		Size  size          `json:"size" default:"s"`
		Level int8          `json:"level" validate:"min=1"`
		Tree  tree          `json:"tree"`
	}
	owner struct {
		Name  string               `json:"name"`
		Items page[item]           `json:"items"`
		Map   map[int]*item        `json:"map"`
		Set   params.Set[int]      `json:"set"`
		Pair  [2]int               `json:"pair"`
		Any   any                  `json:"any"`
		Raw   json.RawMessage      `json:"raw"`
		Data  []byte               `json:"data"`
		Patch params.Optional[int] `json:"patch"`
	}
	page[T any] struct {
		Items []T `json:"items"`
	}
	tree []tree
	size string
)

func (size) Values() []size { return []size{"s", "m"} }

// reader reads the types of these tests.
var reader = newReader()

func newReader() *model.Reader {
	r := model.NewReader(constraint.New())
	r.DocumentTags = Tags()
	return r
}

var update = flag.Bool("update", false, "write the golden files")

// golden compares a value's JSON with a file of testdata.
func golden(t *testing.T, name string, v any) {
	t.Helper()
	doc, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, doc, "", "  "); err != nil {
		t.Fatal(err)
	}
	b.WriteByte('\n')
	file := filepath.Join("testdata", "schemas", name+".json")
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("%s is not what it was; -update writes\n%s", file, b.String())
	}
}

func TestRecursiveModelsInBothDirections(t *testing.T) {
	needs64(t)
	r := newReader()
	s := newSchemas(schemaConfig{reader: r})
	s.schemaOf(r.Type(reflect.TypeFor[item]()), input)
	s.schemaOf(r.Type(reflect.TypeFor[item]()), output)
	golden(t, "recursive", s.finish())
}
