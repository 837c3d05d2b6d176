package bind_test

import (
	"flag"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/params"
)

var update = flag.Bool("update", false, "write testdata/problems.golden")

type (
	group struct {
		Limit int `query:"limit"`
	}
	other struct {
		Limit int `query:"limit"`
	}
	ambiguousA struct{ X int }
	ambiguousB struct{ X int }
	selfish    struct {
		N    int      `json:"n"`
		Self *selfish `json:"self" default:"{\"n\":1}"`
	}
	hidden struct{ X int }
	named  interface{ Name() string }
)

func problem[T any](name string) (string, reflect.Type) { return name, reflect.TypeFor[T]() }

// TestProblemsAreReported: start-up reports each mistake in a parameter struct. The texts are in a golden file.
func TestProblemsAreReported(t *testing.T) {
	type body[T any] = params.Body[T]
	var b strings.Builder
	for _, add := range []func() (string, reflect.Type){
		func() (string, reflect.Type) {
			return problem[struct {
				A, B int `query:"q"`
			}]("one name twice")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				A int `header:"X-A"`
				B int `header:"x-a"`
			}]("one header twice")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				A int `query:"q" header:"q"`
			}]("two sources")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				A int `query:"q"`
				B int
			}]("no source")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				a int `query:"q"`
			}]("unexported")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				A int `query:"q,omitemtpy"`
			}]("unknown option")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				A int `query:""`
			}]("no name")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				A int `path:"d"`
			}]("not in the path")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				A int `path:"a" default:"1"`
			}]("default of a path")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				A []int `path:"a"`
			}]("list in a path")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				A []int `cookie:"a"`
			}]("list in a cookie")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				A struct{} `query:"a"`
			}]("struct in a query")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				A map[string]int `header:"a"`
			}]("map in a header")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				A func() `query:"a"`
			}]("function in a query")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				*group
				A int `query:"a"`
			}]("embedded pointer")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				group
				other
			}]("embedded twice")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				A int `body:""`
				B int `body:"b"`
			}]("whole body and a part")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				_ struct{} `extra:"ignore"`
				A int      `query:"a"`
			}]("unknown extra on parameters")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				A int `query:"a" validate:"mni=1"`
			}]("unknown rule")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				A bool `query:"a" validate:"email"`
			}]("rule of another type")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				A string `query:"a" validate:"file"`
			}]("rule that touches the disk")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				A any `query:"a" validate:"min=1"`
			}]("rule on any")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				A string `query:"a" pattern:"("`
			}]("bad pattern")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				A int `query:"a" validate:"gtfield=B"`
			}]("rule on a missing field")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				A int `query:"a" default:"x"`
			}]("bad default")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				A int `query:"a" default:"0" validate:"min=1"`
			}]("default against its rule")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				A []int `query:"a" default:"1,x"`
			}]("bad default of a list")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				A []int `query:"a" default:"3,0" validate:"dive,min=1"`
			}]("default against a rule of its elements")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				A int `query:"a" secret:"yes"`
			}]("a flag that is neither")
		},
		func() (string, reflect.Type) {
			return problem[body[struct {
				A ambiguousA `json:"a" default:"{\"Y\":1}"`
				B ambiguousA `json:"b" default:"{}"`
				C ambiguousA `json:"c" default:"{"`
				D struct {
					N int `json:"n" validate:"min=1"`
				} `json:"d" default:"{\"n\":0}"`
			}]]("defaults that do not fit their model")
		},
		func() (string, reflect.Type) { return problem[body[selfish]]("default without end") },
		func() (string, reflect.Type) {
			return problem[body[struct {
				ambiguousA
				ambiguousB
			}]]("ambiguous names")
		},
		func() (string, reflect.Type) {
			return problem[body[struct {
				ID int `json:"id"`
				Id int
			}]]("names that differ in case")
		},
		func() (string, reflect.Type) { return problem[body[[]map[string]chan int]]("type without JSON") },
		func() (string, reflect.Type) { return problem[body[map[float64]int]]("keys without JSON") },
		func() (string, reflect.Type) { return problem[body[struct{ A named }]]("interface with methods") },
		func() (string, reflect.Type) {
			return problem[body[struct{ *hidden }]]("embedded pointer that cannot be set")
		},
		func() (string, reflect.Type) {
			return problem[body[struct {
				A int   `json:"a,omitemtpy"` //lint:ignore SA5008 that is the point
				B []int `json:"b,string"`    //lint:ignore SA5008 that is the point
			}]]("json options")
		},
		func() (string, reflect.Type) {
			return problem[body[struct {
				_ struct{} `extra:"ignore"`
			}]]("unknown extra")
		},
		func() (string, reflect.Type) {
			return problem[body[struct {
				A string `validate:"tcp_addr"`
				B *struct {
					C []string `validate:"dive,nosuch"`
				}
			}]]("rules deep in a model")
		},
		func() (string, reflect.Type) {
			return problem[body[struct {
				booking
				refuser
			}]]("two embedded Validate methods")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				A *paging  `query:""`
				B []string `header:""`
				C paging   `cookie:"" default:"{}" validate:"required"`
				D struct {
					Inner paging   `json:"inner"`
					List  []paging `json:"list"`
				} `form:""`
			}]("sources as a whole")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				A int             `query:"a" style:"comma"`
				B paging          `header:"b" style:"deepObject"`
				C []int           `query:"c" style:"deepObject"`
				D []int           `query:"d" style:"pipes"`
				E []int           `query:"e,json" style:"comma"`
				F []int           `body:"f,json"`
				G []int           `path:"a"`
				H []int           `cookie:"h"`
				I map[string]raws `query:"i" style:"deepObject"`
				J []int           `query:",json"`
			}]("styles")
		},
		func() (string, reflect.Type) {
			return problem[params.Body[params.Patch[int]]]("a patch of no struct")
		},
		func() (string, reflect.Type) {
			return problem[struct {
				A paging `body:"a" media:"xml"`
			}]("media type")
		},
	} {
		name, typ := add()
		_, problems := bind.Compile(model.NewReader(constraint.New()), typ, wildcards)
		b.WriteString("# " + name + "\n" + strings.Join(problems, "\n") + "\n\n")
		if len(problems) == 0 {
			t.Errorf("%s: no problem is reported", name)
		}
	}
	const golden = "testdata/problems.golden"
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(golden); err != nil || string(want) != b.String() {
		t.Errorf("%v; run with -update and look at the difference; got\n%s", err, b.String())
	}
}

// TestLegalStructsHaveNoProblems
func TestLegalStructsHaveNoProblems(t *testing.T) {
	type outer struct {
		group
		Limit int      `query:"limit" default:"7"` // shadows the embedded one
		Tree  selfless `body:"tree"`
	}
	b := compile[outer](t)
	if len(b.Fields) != 2 || b.BodyUse() != bind.JSONBody {
		t.Errorf("%d fields, body %v", len(b.Fields), b.BodyUse())
	}
	got, errs, _ := try[outer](t, b, input{body: `{"tree":{}}`})
	wantErrors(t, errs)
	wantValue(t, got.Limit, 7)
	wantValue(t, len(got.Tree.Kids), 0)
}

type selfless struct {
	Kids []selfless `json:"kids" default:"[]"`
}

type (
	paging struct{ Limit int }
	raws   struct{ A struct{ B json.RawMessage } }
)
