package encode

import (
	stdjson "encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio/params"
)

var update = flag.Bool("update", false, "write testdata/problems.golden")

type endless *endless

// The start-up report says what is wrong in words that are kept in a golden file.
func TestProblems(t *testing.T) {
	type User struct {
		ID       int
		Password string
		Address  address
	}
	type PublicUser struct {
		ID    int    `json:"id"`
		Email string `json:"email"`
	}
	type Account struct {
		Code string
		Old  string `json:"code"`
	}
	type Secret struct {
		Pass string `json:"pass" writeonly:"true"`
		Name string `json:"name"`
	}
	var out strings.Builder
	for _, test := range []struct {
		name     string
		src, mdl reflect.Type
		o        Options
	}{
		{"missing required field", of[User](), of[PublicUser](), Options{}},
		{"missing in a list in a map", of[map[string][]User](), of[map[string][]PublicUser](), Options{}},
		{"missing in a member", of[struct{ Owner *User }](), of[struct {
			Owner PublicUser `json:"owner"`
		}](), Options{}},
		{"ambiguous names", of[Account](), of[struct {
			Code string `json:"code"`
		}](), Options{}},
		{"incompatible scalars", of[struct {
			A string
			B int64
			C uint32
			D float64
			E time.Time
			F int32
			G int
			H stdjson.RawMessage
			I []byte
		}](), of[struct {
			A int
			B int32
			C int32
			D int
			E string
			F float32
			G time.Duration
			H address
			I string
		}](), Options{}},
		{"incompatible containers", of[struct {
			A address
			B map[int]int
			C []int
			D [2]int
			E map[string]int
			F map[int]address
			G []int
			H []byte
		}](), of[struct {
			A map[string]any
			B map[string]int
			C [2]int
			D [3]int
			E []int
			F address
			G map[string]int
			H [2]byte
		}](), Options{}},
		{"no JSON form", of[struct{ F func() }](), of[struct{ F func() }](), Options{}},
		{"no JSON form under any", of[struct{ F struct{ C chan int } }](), of[struct{ F any }](), Options{}},
		{"map keys", of[map[float64]int](), of[map[float64]int](), Options{}},
		{"interface that the source does not implement", of[User](), of[fmt.Stringer](), Options{}},
		{"type with methods of its own", of[string](), of[color](), Options{}},
		{"required pointer", of[User](), of[struct {
			Email *string `json:"email" validate:"required"`
		}](), Options{}},
		{"optional of another type", of[struct{ A params.Optional[string] }](), of[struct{ A *int }](), Options{}},
		{"pointers without end", of[int](), of[endless](), Options{}},
		{"unknown include", of[User](), of[User](), Options{Include: []string{"ID", "Adress.street", "Address.streat", "ID.x", "Address.*.street", ""}}},
		{"unknown exclude", of[[]User](), of[[]User](), Options{Exclude: []string{"Pasword", "*.Address.zip", "*", "Address.*"}}},
		{"path to a writeonly field", of[Secret](), of[Secret](), Options{Include: []string{"pass"}}},
		{"path into any", of[map[string]any](), of[map[string]any](), Options{Exclude: []string{"secret"}}},
		{"path into a type with methods", of[struct{ T text }](), of[struct{ T text }](), Options{Exclude: []string{"T.a"}}},
	} {
		_, problems := newCompiler().Compile(test.src, test.mdl, test.o)
		fmt.Fprintf(&out, "# %s\n%s\n\n", test.name, strings.Join(problems, "\n"))
		if len(problems) == 0 {
			t.Errorf("%s: no problem", test.name)
		}
	}
	const file = "testdata/problems.golden"
	if *update {
		if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != out.String() {
		t.Errorf("%v; run with -update and look at the difference; got\n%s", err, out.String())
	}
}
