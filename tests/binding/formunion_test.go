package binding_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/params"
)

type userForm struct {
	_     struct{} `name:"UserForm"`
	Name  string   `json:"name"`
	Email string   `json:"email"`
}

type companyForm struct {
	_        struct{} `name:"CompanyForm"`
	Company  string   `json:"company_name" validate:"min=2"`
	Industry string   `json:"industry"`
	Size     int      `json:"size" default:"1" validate:"min=1"`
	Tags     []string `json:"tags,omitempty"`
}

type userOrCompany struct {
	brio.AnyOf
	User    *userForm
	Company *companyForm
}

type unionIn[T any] struct {
	Data T `form:""`
}

// echoUnion has a route that answers with the union that a form is.
func echoUnion[T any](opts ...brio.AppOption) *brio.App {
	app := brio.New(opts...)
	app.Post("/form", func(in *unionIn[T]) T { return in.Data })
	return app
}

const (
	urlencoded    = "application/x-www-form-urlencoded"
	multipartForm = "multipart/form-data; boundary=b"
)

// formParts is a multipart body of name=value pairs; a value that begins with @ is a file.
func formParts(pairs ...string) string {
	var b strings.Builder
	for _, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		file := ""
		if text, ok := strings.CutPrefix(value, "@"); ok {
			file, value = `; filename="f.txt"`, text
		}
		fmt.Fprintf(&b, "--b\r\nContent-Disposition: form-data; name=%q%s\r\n\r\n%s\r\n", name, file, value)
	}
	return b.String() + "--b--\r\n"
}

// post sends the pairs in both encodings of a form and wants one answer: both are read alike (FastAPI, request-forms).
func wantForm(t *testing.T, app *brio.App, pairs []string, status int, body string) {
	t.Helper()
	var encoded []string
	for _, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		encoded = append(encoded, url.QueryEscape(name)+"="+url.QueryEscape(value))
	}
	for mediaType, text := range map[string]string{urlencoded: strings.Join(encoded, "&"), multipartForm: formParts(pairs...)} {
		w := testkit.Do(app, "POST", "/form", text, "Content-Type", mediaType)
		testkit.WantStatus(t, w, status)
		testkit.WantBody(t, w, body)
	}
}

// details writes the errors of a 422 in short: type, loc and input of each.
func details(t *testing.T, body string) string {
	t.Helper()
	var answer struct {
		Detail []struct {
			Type  string          `json:"type"`
			Loc   []any           `json:"loc"`
			Input json.RawMessage `json:"input"`
		}
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	var out []string
	for _, d := range answer.Detail {
		loc := make([]string, len(d.Loc))
		for i, step := range d.Loc {
			loc[i] = fmt.Sprint(step)
		}
		out = append(out, d.Type+" "+strings.Join(loc, ".")+" "+string(d.Input))
	}
	return strings.Join(out, "\n")
}

// wantDetails sends the pairs as both forms and wants a 422 with these errors.
func wantDetails(t *testing.T, app *brio.App, pairs []string, want ...string) {
	t.Helper()
	for mediaType, text := range map[string]string{urlencoded: strings.Join(pairs, "&"), multipartForm: formParts(pairs...)} {
		w := testkit.Do(app, "POST", "/form", text, "Content-Type", mediaType)
		testkit.WantStatus(t, w, 422)
		if got := details(t, w.Body.String()); got != strings.Join(want, "\n") {
			t.Errorf("%s %v: got\n%s\nwant\n%s", mediaType, pairs, got, strings.Join(want, "\n"))
		}
	}
}

// TestFormUnionChoosesVariant: a form as a whole may be a union of models, as in FastAPI (tests/test_union_forms.py).
func TestFormUnionChoosesVariant(t *testing.T) {
	for name, app := range map[string]*brio.App{"default": echoUnion[userOrCompany](), "compat": echoUnion[userOrCompany](brio.FastAPICompat())} {
		t.Run(name, func(t *testing.T) {
			wantForm(t, app, []string{"name=John Doe", "email=john@example.com"}, 200, `{"name":"John Doe","email":"john@example.com"}`)
			wantForm(t, app, []string{"company_name=Tech Corp", "industry=Technology"}, 200,
				`{"company_name":"Tech Corp","industry":"Technology","size":1}`)
			wantForm(t, app, []string{"company_name=ab", "industry=i", "size=7", "tags=a", "tags=b"}, 200,
				`{"company_name":"ab","industry":"i","size":7,"tags":["a","b"]}`)
			// Both fit: the variant that knows more of the names is chosen.
			wantForm(t, app, []string{"name=n", "email=e", "company_name=ab", "industry=i", "size=2"}, 200,
				`{"company_name":"ab","industry":"i","size":2}`)
			// As many names: the first.
			wantForm(t, app, []string{"name=n", "email=e", "company_name=ab", "industry=i"}, 200, `{"name":"n","email":"e"}`)
			// A rule decides which variants fit.
			wantForm(t, app, []string{"name=n", "email=e", "company_name=a", "industry=i", "size=2"}, 200, `{"name":"n","email":"e"}`)
		})
	}
}

// TestFormUnionLocatesErrors: where no variant fits, each says why, with its name in the loc; a missing field echoes the form
// as it was sent (FastAPI, tests/test_union_forms.py).
func TestFormUnionLocatesErrors(t *testing.T) {
	for name, app := range map[string]*brio.App{"default": echoUnion[userOrCompany](), "compat": echoUnion[userOrCompany](brio.FastAPICompat())} {
		t.Run(name, func(t *testing.T) {
			wantDetails(t, app, []string{"name=John", "company_name=Tech"},
				`missing body.UserForm.email {"name":"John","company_name":"Tech"}`,
				`missing body.CompanyForm.industry {"name":"John","company_name":"Tech"}`)
			wantDetails(t, app, []string{"company_name=T", "industry=i", "size=x", "tags=1", "tags=2"},
				`missing body.UserForm.name {"company_name":"T","industry":"i","size":"x","tags":["1","2"]}`,
				`missing body.UserForm.email {"company_name":"T","industry":"i","size":"x","tags":["1","2"]}`,
				`string_too_short body.CompanyForm.company_name "T"`,
				`int_parsing body.CompanyForm.size "x"`)
			w := testkit.Do(app, "POST", "/form", "")
			testkit.WantStatus(t, w, 422)
			if got, want := details(t, w.Body.String()), "missing body.UserForm.name {}\nmissing body.UserForm.email {}\n"+
				"missing body.CompanyForm.company_name {}\nmissing body.CompanyForm.industry {}"; got != want {
				t.Errorf("an empty form: got\n%s\nwant\n%s", got, want)
			}
			w = testkit.Do(app, "POST", "/form", formParts("name=@file", "email=e"), "Content-Type", multipartForm)
			testkit.WantContains(t, details(t, w.Body.String()), "string_type body.UserForm.name null")
		})
	}
}

type catForm struct {
	Kind  string `json:"kind" validate:"oneof=cat"`
	Lives int    `json:"lives" default:"9"`
}

type dogForm struct {
	_    struct{} `extra:"forbid"`
	Kind string   `json:"kind" validate:"oneof=dog wolf"`
	Bark []int    `json:"bark"`
}

type petForm struct {
	brio.OneOf `discriminator:"kind"`
	Cat        *catForm
	Dog        *dogForm
}

// TestFormUnionDiscriminator: the discriminator's text chooses, and stands in the locations (pydantic, discriminated unions).
func TestFormUnionDiscriminator(t *testing.T) {
	app := echoUnion[petForm]()
	wantForm(t, app, []string{"kind=cat"}, 200, `{"kind":"cat","lives":9}`)
	wantForm(t, app, []string{"kind=cat", "lives=3", "bark=1"}, 200, `{"kind":"cat","lives":3}`)
	wantForm(t, app, []string{"kind=wolf", "bark=1", "bark=2"}, 200, `{"kind":"wolf","bark":[1,2]}`)
	wantDetails(t, app, []string{"kind=cat", "lives=x"}, `int_parsing body.cat.lives "x"`)
	wantDetails(t, app, []string{"kind=wolf", "bark=1", "bark=x", "lives=1"},
		`int_parsing body.wolf.bark.1 "x"`, `extra_forbidden body.wolf.lives "1"`)
	wantDetails(t, app, []string{"kind=bird", "x=1"}, `union_tag_invalid body {"kind":"bird","x":"1"}`)
	wantDetails(t, app, []string{"kind=", "lives=1"}, `union_tag_not_found body {"kind":"","lives":"1"}`)
	wantDetails(t, app, []string{"kind=dog"}, `missing body.dog.bark {"kind":"dog"}`)
}

type shortForm struct {
	N int `json:"n"`
}

type textForm struct {
	N string `json:"n"`
}

type longForm struct {
	N int    `json:"n"`
	M string `json:"m" default:"m"`
}

type exactlyOne struct {
	brio.OneOf
	Short *shortForm
	Long  *longForm
}

type intOrText struct {
	brio.AnyOf
	Int  *shortForm
	Text *textForm
}

// TestFormUnionOneOfIsExact: several variants of a OneOf that fit are an error, as in JSON.
func TestFormUnionOneOfIsExact(t *testing.T) {
	wantDetails(t, echoUnion[exactlyOne](), []string{"n=1"}, `union_ambiguous body {"n":"1"}`)
}

// TestFormUnionPrefersTexts: of variants that know as many names, one that takes the texts as they are is chosen (pydantic, smart
// mode: a string is an exact match for str, and a lax one for int).
func TestFormUnionPrefersTexts(t *testing.T) {
	wantForm(t, echoUnion[intOrText](), []string{"n=1"}, 200, `{"n":"1"}`)
}

type outerUnion struct {
	brio.AnyOf
	Pet  *petForm
	User *userForm
}

// TestFormUnionNests: a variant may be a union.
func TestFormUnionNests(t *testing.T) {
	app := echoUnion[outerUnion]()
	wantForm(t, app, []string{"kind=dog", "bark=1"}, 200, `{"kind":"dog","bark":[1]}`)
	wantForm(t, app, []string{"name=n", "email=e", "kind=dog"}, 200, `{"name":"n","email":"e"}`)
	wantDetails(t, app, []string{"name=n", "kind=cat", "lives=x"},
		`int_parsing body.petForm.cat.lives "x"`, `missing body.UserForm.email {"name":"n","kind":"cat","lives":"x"}`)
}

type checkedForm struct {
	From int `json:"from" validate:"ltefield=To"`
	To   int `json:"to"`
}

func (c *checkedForm) Validate(context.Context) error {
	if c.From == 13 {
		return &params.ErrorDetail{Type: "value_error", Loc: []any{"from"}, Msg: "thirteen"}
	}
	return nil
}

type collectingForm struct {
	Size  int            `json:"size"`
	Extra map[string]int `json:"-" extra:"allow"`
}

type checkedOrCollecting struct {
	brio.AnyOf
	Checked    *checkedForm
	Collecting *collectingForm
}

func (c *checkedOrCollecting) Validate(context.Context) error {
	if c.Checked != nil && c.Checked.From == 14 {
		return fmt.Errorf("fourteen")
	}
	return nil
}

// TestFormUnionChecksModels: rules that compare fields decide whether a variant fits; Validate judges the chosen one; a map
// takes the names that its variant does not declare.
func TestFormUnionChecksModels(t *testing.T) {
	app := echoUnion[checkedOrCollecting]()
	wantForm(t, app, []string{"from=1", "to=2"}, 200, `{"from":1,"to":2}`)
	wantForm(t, app, []string{"size=1", "a=2", "b=3"}, 200, `{"size":1,"a":2,"b":3}`)
	wantForm(t, app, []string{"from=3", "to=2", "size=1"}, 200, `{"size":1,"from":3,"to":2}`)
	wantDetails(t, app, []string{"from=13", "to=14"}, `value_error body.checkedForm.from "13"`)
	wantDetails(t, app, []string{"from=14", "to=14"}, `value_error body {"from":"14","to":"14"}`)
	wantDetails(t, app, []string{"size=1", "a=x"},
		`missing body.checkedForm.from {"size":"1","a":"x"}`, `missing body.checkedForm.to {"size":"1","a":"x"}`,
		`int_parsing body.collectingForm.a "x"`)
	wantDetails(t, app, []string{"from=3", "to=2"},
		`value_error body.checkedForm.from "3"`, `missing body.collectingForm.size {"from":"3","to":"2"}`)
}

type loginForm struct {
	User     string `json:"user"`
	Password string `json:"password" secret:"true"`
}

type codeForm struct {
	Code int `json:"code"`
}

type credentials struct {
	brio.AnyOf
	Login *loginForm
	Code  *codeForm
}

// TestFormUnionEchoesNoSecret: a text that one variant does not know may be the secret of another.
func TestFormUnionEchoesNoSecret(t *testing.T) {
	app := echoUnion[credentials]()
	wantDetails(t, app, []string{"password=hunter2", "code=hunter2"},
		"missing body.loginForm.user null", "int_parsing body.codeForm.code null")
}

// TestFormUnionBesideOtherFields: other parameters of the struct and of other functions may read the same form, with files;
// extra:"forbid" of a variant and of the parameter struct know their names.
func TestFormUnionBesideOtherFields(t *testing.T) {
	type in struct {
		_     struct{}           `extra:"forbid"`
		Pet   petForm            `form:""`
		Photo *params.UploadFile `file:"photo"`
		Note  string             `form:"note" default:"none"`
	}
	type guard struct {
		Key string `form:"key"`
	}
	app := brio.New()
	app.Post("/form", func(in *in) (string, error) {
		photo := ""
		if in.Photo != nil {
			all, err := in.Photo.ReadAll()
			if err != nil {
				return "", err
			}
			photo = string(all)
		}
		return fmt.Sprintln(in.Pet.Cat != nil, in.Pet.Dog != nil, in.Note, photo), nil
	}, brio.Depends(func(*guard) error { return nil }))
	post := func(pairs ...string) (int, string) {
		w := testkit.Do(app, "POST", "/form", formParts(pairs...), "Content-Type", multipartForm)
		return w.Code, w.Body.String()
	}
	if code, body := post("kind=dog", "bark=1", "note=n", "photo=@p", "key=k"); code != 200 || body != `"false true n p\n"` {
		t.Errorf("got %d %s", code, body)
	}
	code, body := post("kind=dog", "bark=1", "photo=@p", "key=k", "lives=1", "other=2")
	if got, want := details(t, body), "extra_forbidden body.dog.lives \"1\"\nextra_forbidden body.dog.other \"2\"\nextra_forbidden body.other \"2\""; code != 422 || got != want {
		t.Errorf("got %d\n%s\nwant\n%s", code, got, want)
	}
	doc := testkit.Get(app, "/openapi.json").Body.String()
	testkit.WantContains(t, doc, `"requestBody":{"content":{"multipart/form-data":{"schema":{"anyOf":[`)
}

// TestFormUnionInDocument: the form's schema is the union (FastAPI, tests/test_union_forms.py).
func TestFormUnionInDocument(t *testing.T) {
	doc := testkit.Get(echoUnion[userOrCompany](brio.FastAPICompat()), "/openapi.json").Body.String()
	testkit.WantContains(t, doc, `"requestBody":{"content":{"application/x-www-form-urlencoded":{"schema":{`+
		`"anyOf":[{"$ref":"#/components/schemas/UserForm"},{"$ref":"#/components/schemas/CompanyForm"}],"title":"Data"}}},"required":true}`)
	doc = testkit.Get(echoUnion[petForm](), "/openapi.json").Body.String()
	testkit.WantContains(t, doc, `"requestBody":{"content":{"application/x-www-form-urlencoded":{"schema":{"$ref":"#/components/schemas/petForm`)
	testkit.WantContains(t, doc, `"discriminator":{"propertyName":"kind"`)
}

// TestFormUnionIsForFormsAlone: OpenAPI lists parameters one by one and cannot say which go together, so a query, header or
// cookie as a whole is no union. FastAPI refuses it at start-up, too.
func TestFormUnionIsForFormsAlone(t *testing.T) {
	for name, declare := range map[string]func(app *brio.App){
		"query": func(app *brio.App) {
			app.Get("/", func(*struct {
				Data userOrCompany `query:""`
			}) {
			})
		},
		"header": func(app *brio.App) {
			app.Get("/", func(*struct {
				Data userOrCompany `header:""`
			}) {
			})
		},
		"cookie": func(app *brio.App) {
			app.Get("/", func(*struct {
				Data userOrCompany `cookie:""`
			}) {
			})
		},
	} {
		app := brio.New()
		declare(app)
		if err := app.Check(); err == nil || !strings.Contains(err.Error(), "the "+name+" as a whole cannot be the union") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	type number struct {
		brio.AnyOf
		Number *int
		User   *userForm
	}
	app := echoUnion[number]()
	if err := app.Check(); err == nil || !strings.Contains(err.Error(), "field Data.Number: the form as a whole is a struct") {
		t.Errorf("a variant that is no struct: got %v", err)
	}
}

type styledForm struct {
	Filter struct {
		A []int `json:"a"`
	} `json:"filter" style:"deepObject"`
	Comma []int `json:"comma" style:"comma"`
}

type plainForm struct {
	X string `json:"x"`
}

type styledOrPlain struct {
	brio.AnyOf
	Styled *styledForm
	Plain  *plainForm
}

// TestFormUnionStyles: the styles of parameters hold in variants, and their locations have the variant.
func TestFormUnionStyles(t *testing.T) {
	app := brio.New()
	app.Post("/form", func(in *brio.Form[styledOrPlain]) any { return in.Value })
	wantForm(t, app, []string{"filter[a]=1", "filter[a]=2", "comma=3,4"}, 200, `{"filter":{"a":[1,2]},"comma":[3,4]}`)
	wantDetails(t, app, []string{"filter[a][0]=x", "comma=1,y"},
		`int_parsing body.styledForm.filter.a.0 "x"`, `int_parsing body.styledForm.comma.1 "y"`,
		`missing body.plainForm.x {"filter[a][0]":"x","comma":"1,y"}`)
}

// TestFormUnionOfTwoFunctions: functions that read one form as the same union know its names, and do not add those of other
// variants to one that refuses them. The document has one schema.
func TestFormUnionOfTwoFunctions(t *testing.T) {
	app := brio.New()
	app.Post("/form", func(in *unionIn[petForm]) petForm { return in.Data }, brio.Depends(func(*struct {
		Other petForm `form:""`
	}) error {
		return nil
	}))
	wantForm(t, app, []string{"kind=dog", "bark=1"}, 200, `{"kind":"dog","bark":[1]}`)
	wantDetails(t, app, []string{"kind=dog", "bark=1", "lives=1"}, `extra_forbidden body.dog.lives "1"`)
	doc := testkit.Get(app, "/openapi.json").Body.String()
	testkit.WantContains(t, doc, `"requestBody":{"content":{"application/x-www-form-urlencoded":{"schema":{"$ref":"#/components/schemas/petForm`)
}

// TestFormUnionBesideAnotherModel: the document has a component for each variant, with the fields that other functions read. A
// name that both read is documented once.
func TestFormUnionBesideAnotherModel(t *testing.T) {
	app := brio.New()
	app.Post("/form", func(in *unionIn[userOrCompany]) userOrCompany { return in.Data }, brio.Depends(func(in *struct {
		Plain struct {
			X     string `json:"x" default:"x"`
			Email string `json:"email" default:"e"`
		} `form:""`
	}) error {
		return nil
	}))
	wantForm(t, app, []string{"name=n", "email=e", "x=y"}, 200, `{"name":"n","email":"e"}`)
	doc := testkit.Get(app, "/openapi.json").Body.String()
	testkit.WantContains(t, doc,
		`"schema":{"anyOf":[{"$ref":"#/components/schemas/Body_postForm_1"},{"$ref":"#/components/schemas/Body_postForm_2"}]}}},"required":true}`,
		`"Body_postForm_1":{"properties":{"x":{"type":"string","default":"x"},"email":{"type":"string"},"name":{"type":"string"}},"type":"object","required":["email","name"]}`)
}

// TestFormUnionRequired: a form of which a variant needs nothing is not required in the document.
func TestFormUnionRequired(t *testing.T) {
	type optional struct {
		brio.AnyOf
		User  *userForm
		Empty *struct {
			_ struct{} `name:"Empty"`
			N int      `json:"n" default:"1"`
		}
	}
	app := echoUnion[optional]()
	w := testkit.Do(app, "POST", "/form", "")
	testkit.WantStatus(t, w, 200)
	testkit.WantBody(t, w, `{"n":1}`)
	if doc := testkit.Get(app, "/openapi.json").Body.String(); strings.Contains(doc, `}},"required":true}`) {
		t.Errorf("the form is required: %s", doc)
	}
}

type answeringForm struct {
	ID  int    `json:"id"`
	Why string `json:"why" default:""`
}

func (c *answeringForm) Validate(ctx context.Context) error {
	if c.Why == "gone" {
		return brio.Error(410, "gone")
	}
	return nil
}

type strictForm struct {
	_  struct{} `extra:"forbid"`
	ID int      `json:"id"`
}

type refusing struct {
	brio.OneOf
	Answering *answeringForm
	Strict    *strictForm
}

// TestFormUnionValidateAnswers: an HTTPError of the Validate of the chosen variant is the answer, and nothing else is checked.
// Validate does not choose: a variant that fits by its rules stays chosen.
func TestFormUnionValidateAnswers(t *testing.T) {
	app := echoUnion[refusing]()
	wantForm(t, app, []string{"id=1", "why=gone"}, 410, `{"detail":"gone"}`)
	wantForm(t, app, []string{"id=1", "why=other"}, 200, `{"id":1,"why":"other"}`)
	wantDetails(t, app, []string{"id=1"}, `union_ambiguous body {"id":"1"}`)
}

// TestFormUnionExtraLeavesOutDeclaredNames: a map with extra:"allow" has the names that its variant does not declare, and no others.
func TestFormUnionExtraLeavesOutDeclaredNames(t *testing.T) {
	app := brio.New()
	app.Post("/form", func(in *unionIn[checkedOrCollecting]) string { return fmt.Sprint(in.Data.Collecting.Extra) })
	wantForm(t, app, []string{"size=1", "a=2"}, 200, `"map[a:2]"`)
}

type smallUnion struct {
	brio.AnyOf
	Short *shortForm
	Login *loginForm
}

type nestedSecret struct {
	brio.AnyOf
	Code  *codeForm
	Small *smallUnion
}

// TestFormUnionNestedChoice: an inner union counts the names that its own choice knows, and its secrets are those of the outer one.
func TestFormUnionNestedChoice(t *testing.T) {
	app := echoUnion[nestedSecret]()
	wantForm(t, app, []string{"code=1", "user=u", "password=p"}, 200, `{"user":"u","password":"p"}`)
	wantDetails(t, app, []string{"x=hunter2"},
		"missing body.codeForm.code null", "missing body.smallUnion.shortForm.n null",
		"missing body.smallUnion.loginForm.user null", "missing body.smallUnion.loginForm.password null")
}

type tolerant struct {
	Code int `json:"code"`
	Size int `json:"size" default:"1"`
}

type outerTolerant struct {
	brio.AnyOf
	Inner *struct {
		brio.AnyOf
		Login *loginForm
	}
	Tolerant *tolerant
}

// TestFormUnionSecretOfAnotherVariant: the form as a whole is not echoed for an error of the chosen variant either.
func TestFormUnionSecretOfAnotherVariant(t *testing.T) {
	type tagged struct {
		brio.OneOf `discriminator:"kind"`
		Login      *struct {
			Kind     string `json:"kind" validate:"oneof=login"`
			Password string `json:"password" secret:"true"`
		}
		Token *struct {
			_     struct{} `name:"Token" extra:"forbid"`
			Kind  string   `json:"kind" validate:"oneof=token"`
			Token string   `json:"token" secret:"true"`
			N     int      `json:"n"`
		}
	}
	app := echoUnion[tagged]()
	wantDetails(t, app, []string{"kind=token", "token=hunter2", "n=1", "pasword=hunter2"}, "extra_forbidden body.token.pasword null")
	wantDetails(t, app, []string{"kind=token", "password=hunter2", "token=t"},
		"missing body.token.n null", "extra_forbidden body.token.password null")
	wantDetails(t, app, []string{"kind=other", "password=hunter2"}, "union_tag_invalid body null")
	wantDetails(t, echoUnion[outerTolerant](), []string{"password=hunter2", "size=x"},
		"missing body.union.loginForm.user null", "missing body.tolerant.code null", "int_parsing body.tolerant.size null")
}

// TestFormUnionSecretField: a form that is tagged secret as a whole echoes nothing, the discriminator's text included.
func TestFormUnionSecretField(t *testing.T) {
	app := brio.New()
	app.Post("/form", func(*struct {
		Pet petForm `form:"" secret:"true"`
	}) {
	})
	w := testkit.Do(app, "POST", "/form", "kind=hunter2", "Content-Type", urlencoded)
	testkit.WantStatus(t, w, 422)
	if strings.Contains(w.Body.String(), "hunter2") {
		t.Errorf("the answer echoes the secret: %s", w.Body)
	}
	app = brio.New()
	app.Post("/form", func(*struct {
		Data intOrText `form:"" secret:"true"`
		N    int       `form:"m"`
	}) {
	})
	w = testkit.Do(app, "POST", "/form", "k=hunter2&m=x", "Content-Type", urlencoded)
	if got, want := details(t, w.Body.String()), "missing body.shortForm.n null\nmissing body.textForm.n null\nint_parsing body.m \"x\""; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

type outerSecret struct {
	brio.AnyOf
	Login *loginForm
	Inner *checkedOrCollecting
}

// TestFormUnionOuterSecret: an error of a chosen inner union does not echo the form, which may hold the secret of an outer variant.
func TestFormUnionOuterSecret(t *testing.T) {
	wantDetails(t, echoUnion[outerSecret](), []string{"from=14", "to=14", "pasword=hunter2"}, "value_error body.checkedOrCollecting null")
}
