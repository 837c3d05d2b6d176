package errors_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

var german = brio.Catalogue{
	Language: "de",
	Kinds: map[string]string{
		"missing":          "Das Feld fehlt",
		"string_too_short": "Der Text braucht mindestens {min_length} {min_length:Zeichen|Zeichen}",
		"too_short":        "Die Liste hat {actual_length:einen Eintrag|# Einträge} und braucht {min_length}",
		"int_parsing":      "Das ist keine ganze Zahl",
		"value_error":      "Falscher Wert: {message}",
		"less_than":        "muss kleiner als {lt} sein",
		"sku":              "Die Nummer {sku} gibt es nicht ({reason})",
	},
	Details: map[string]string{
		"Not Found": "Nicht gefunden", "Internal Server Error": "Interner Fehler", "Unprocessable Entity": "Nicht verarbeitbar",
		"The request is not valid": "Die Anfrage ist ungültig", "Invalid credentials": "Ungültige Zugangsdaten",
		"too much": "zu viel", "sold out": "ausverkauft",
	},
}

var polish = brio.Catalogue{Language: "pl", Kinds: map[string]string{
	"string_too_short": "Wymagane co najmniej {min_length} {min_length:one=znak|few=znaki|many=znaków|other=znaku}",
}}

// translated is a parameter struct with a rule for each form of message.
type translated struct {
	Name string   `query:"name" validate:"min=5"`
	N    int      `query:"n" default:"0"`
	Tags []string `query:"tags" default:"a,b" validate:"min=2"`
	Rate float64  `query:"rate" default:"0" validate:"lt=10.5"`
	Mode Mode     `query:"mode" default:"ok"`
}

// Mode has a Validate method with messages of its own.
type Mode string

func (m *Mode) UnmarshalText(text []byte) error { *m = Mode(text); return nil }

func (m Mode) Validate(context.Context) error {
	switch m {
	case "much":
		return errors.New("too much")
	case "sku":
		return &brio.ErrorDetail{Type: "sku", Msg: "No such SKU", Ctx: map[string]any{"sku": "a-1", "reason": "sold out"}}
	case "partial":
		return &brio.ErrorDetail{Type: "sku", Msg: "No such SKU"}
	}
	return nil
}

func newTranslatedApp(opts ...brio.AppOption) *brio.App {
	app := brio.New(append([]brio.AppOption{testkit.Quiet(), brio.ErrorKind("sku", "sku", "reason")}, opts...)...)
	app.Get("/", func(*translated) error { return nil })
	app.Get("/mode/{mode}", func(*struct {
		Mode Mode `path:"mode"`
	}) {
	})
	app.Get("/login", func() error { return brio.Error(401, "Invalid credentials") })
	app.Get("/object", func() error { return brio.Error(400, map[string]string{"a": "too much"}) })
	app.Get("/plain", func() error { return errors.New("x") })
	app.Get("/panic", func() { panic("x") })
	return app
}

// messagesOf returns the messages in the body of a 422, in order.
func messagesOf(body string) string {
	var out []string
	for _, part := range strings.Split(body, `"msg":"`)[1:] {
		msg, _, _ := strings.Cut(part, `","input"`)
		out = append(out, msg)
	}
	return strings.Join(out, "; ")
}

// Messages are in the catalogue that Accept-Language prefers (RFC 9110, section 12.5.4). The answer says its language in
// Content-Language, and Vary: Accept-Language.
func TestMessagesFollowAcceptLanguage(t *testing.T) {
	t.Parallel()
	app := newTranslatedApp(brio.Messages(german, polish))
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ accept, path, language, want string }{
		{"de", "/", "de", "Das Feld fehlt"},
		{"de-AT, en;q=0.5", "/?name=abc&n=x&tags=a&rate=11", "de", "Der Text braucht mindestens 5 Zeichen; Das ist keine ganze Zahl; Die Liste hat einen Eintrag und braucht 2; muss kleiner als 10.5 sein"},
		{"fr, de;q=0.2", "/", "de", "Das Feld fehlt"},
		{"en, de", "/", "en", "Field required"},
		{"", "/", "en", "Field required"},
		{"fr", "/", "en", "Field required"},
		{"*", "/", "en", "Field required"},
		{";;;q=,,", "/", "en", "Field required"},
		{strings.Repeat("de-", 100000), "/", "en", "Field required"},
		{"pl", "/?name=abc", "pl", "Wymagane co najmniej 5 znaków"},
		{"pl", "/", "pl", "Field required"},
		{"de", "/mode/much", "de", "Falscher Wert: zu viel"},
		{"pl", "/mode/much", "pl", "Value error, too much"},
		{"de", "/mode/sku", "de", "Die Nummer a-1 gibt es nicht (ausverkauft)"},
		{"de", "/mode/partial", "de", "No such SKU"},
	} {
		w := testkit.Get(app, c.path, "Accept-Language", c.accept)
		testkit.WantStatus(t, w, 422)
		if got := messagesOf(w.Body.String()); got != c.want {
			t.Errorf("%.20s %s: got %s, want %s", c.accept, c.path, got, c.want)
		}
		testkit.WantHeader(t, w, "Content-Language", c.language)
		testkit.WantHeader(t, w, "Vary", "Accept-Language")
	}
	for path, want := range map[string]string{
		"/nowhere": `{"detail":"Nicht gefunden"}`, "/login": `{"detail":"Ungültige Zugangsdaten"}`, "/object": `{"detail":{"a":"too much"}}`,
		"/plain": `{"detail":"Interner Fehler"}`, "/panic": `{"detail":"Interner Fehler"}`,
	} {
		w := testkit.Get(app, path, "Accept-Language", "de")
		testkit.WantBody(t, w, want)
		testkit.WantHeader(t, w, "Content-Language", "de")
	}
}

func TestMessagesTranslateProblemDetails(t *testing.T) {
	t.Parallel()
	app := newTranslatedApp(brio.Messages(german), brio.ProblemDetails())
	w := testkit.Get(app, "/", "Accept-Language", "de")
	testkit.WantBody(t, w, `{"type":"about:blank","title":"Nicht verarbeitbar","status":422,"detail":"Die Anfrage ist ungültig","errors":[{"type":"missing","loc":["query","name"],"msg":"Das Feld fehlt","input":null}]}`)
	testkit.WantBody(t, testkit.Get(app, "/nowhere", "Accept-Language", "de"), `{"type":"about:blank","title":"Nicht gefunden","status":404}`)
}

func TestMessagesAbsentSendNoLanguage(t *testing.T) {
	t.Parallel()
	w := testkit.Get(newTranslatedApp(), "/", "Accept-Language", "de")
	testkit.WantHeader(t, w, "Vary")
	testkit.WantHeader(t, w, "Content-Language")
}

// Without a language that fits, the Default catalogue is used, and English when there is none.
func TestMessagesDefaultLanguage(t *testing.T) {
	t.Parallel()
	def := german
	def.Default = true
	english := brio.Catalogue{Language: "en", Kinds: map[string]string{"missing": "Please fill this in"}}
	for name, c := range map[string]struct {
		opt          brio.AppOption
		accept, want string
	}{
		"german":            {brio.Messages(polish, def), "", "Das Feld fehlt"},
		"german, unknown":   {brio.Messages(polish, def), "fr", "Das Feld fehlt"},
		"english asked for": {brio.Messages(polish, def), "en-GB", "Field required"},
		"own english":       {brio.Messages(german, english), "", "Please fill this in"},
		"function": {brio.Messages(brio.Catalogue{Language: "sv", Default: true, Message: func(d brio.ErrorDetail) string {
			return fmt.Sprint(d.Type, " i ", d.Loc)
		}}), "", "missing i [query name]"},
	} {
		if got := messagesOf(testkit.Get(newTranslatedApp(c.opt), "/", "Accept-Language", c.accept).Body.String()); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

// Plural forms follow the CLDR categories of the language.
func TestMessagesPluralForms(t *testing.T) {
	t.Parallel()
	forms := "{min_length} {min_length:zero=Z|one=O|two=T|few=F|many=M|other=X}"
	for lang, want := range map[string]string{
		"pl": "1 O, 2 F, 5 M, 22 F, 100 M", "ar": "1 O, 2 T, 5 F, 22 M, 100 X", "ja": "1 X, 2 X, 5 X, 22 X, 100 X", "fr": "1 O, 2 X, 5 X, 22 X, 100 X",
	} {
		app := brio.New(testkit.Quiet(), brio.Messages(brio.Catalogue{Language: lang, Default: true, Kinds: map[string]string{"string_too_short": forms}}))
		app.Get("/", func(*struct {
			A string `query:"a" validate:"min=1"`
			B string `query:"b" validate:"min=2"`
			C string `query:"c" validate:"min=5"`
			D string `query:"d" validate:"min=22"`
			E string `query:"e" validate:"min=100"`
		}) {
		})
		got := strings.ReplaceAll(messagesOf(testkit.Get(app, "/?a=&b=&c=&d=&e=").Body.String()), ";", ",")
		if got != want {
			t.Errorf("%s: got %s, want %s", lang, got, want)
		}
	}
}

func TestCheckReportsCatalogues(t *testing.T) {
	t.Parallel()
	kinds := func(kind, template string) brio.AppOption {
		return brio.Messages(brio.Catalogue{Language: "de", Kinds: map[string]string{kind: template}})
	}
	for name, c := range map[string]struct {
		opt   brio.AppOption
		found string
	}{
		"no language":      {brio.Messages(brio.Catalogue{}), `the language "" of a Catalogue is none`},
		"no such language": {brio.Messages(brio.Catalogue{Language: "Deutsch!"}), `the language "Deutsch!" of a Catalogue is none`},
		"twice":            {brio.Messages(german, german), "two Catalogues of the language de"},
		"two defaults":     {brio.Messages(brio.Catalogue{Language: "de", Default: true}, brio.Catalogue{Language: "fr", Default: true}), "a second Default"},
		"unknown kind":     {kinds("stringTooShort", ""), `unknown kind "stringTooShort" ("string_too_short" is meant)`},
		"unknown name":     {kinds("string_too_short", "{max_length}"), "the placeholder {max_length} is none of {min_length}, {message}"},
		"single brace":     {kinds("missing", "a { b"), "a single brace"},
		"closing brace":    {kinds("missing", "a } b"), "a single brace"},
		"one form":         {kinds("string_too_short", "{min_length:Zeichen}"), "the forms of {min_length:Zeichen} are two"},
		"no other":         {kinds("string_too_short", "{min_length:one=a}"), "has no form for other"},
		"unknown form":     {kinds("string_too_short", "{min_length:eins=a|other=b}"), "the forms of"},
	} {
		err := brio.New(testkit.Quiet(), c.opt).Check()
		if err == nil || !strings.Contains(err.Error(), c.found) || !strings.Contains(err.Error(), "messages_test.go:") {
			t.Errorf("%s: got %v, want %q with its place", name, err, c.found)
		}
	}
}
