package brio_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/brio-go/brio"
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

type speaking struct {
	Name string   `query:"name" validate:"min=5"`
	N    int      `query:"n" default:"0"`
	Tags []string `query:"tags" default:"a,b" validate:"min=2"`
	Rate float64  `query:"rate" default:"0" validate:"lt=10.5"`
	Mode Mode     `query:"mode" default:"ok"`
}

// Mode refuses what it does not like in its own words.
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

func speakingApp(opts ...brio.AppOption) *brio.App {
	app := brio.New(append([]brio.AppOption{quiet(), brio.ErrorKind("sku", "sku", "reason")}, opts...)...)
	app.Get("/", func(*speaking) error { return nil })
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

// messages are the messages of a 422, in order.
func messagesOf(body string) string {
	var out []string
	for _, part := range strings.Split(body, `"msg":"`)[1:] {
		msg, _, _ := strings.Cut(part, `","input"`)
		out = append(out, msg)
	}
	return strings.Join(out, "; ")
}

func TestErrorsSpeakTheLanguageOfTheClient(t *testing.T) {
	app := speakingApp(brio.Messages(german, polish))
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
		w := send(app, "GET", c.path, "", "Accept-Language", c.accept)
		wantStatus(t, w, 422)
		if got := messagesOf(w.Body.String()); got != c.want {
			t.Errorf("%.20s %s: %s; want %s", c.accept, c.path, got, c.want)
		}
		wantHeader(t, w, "Content-Language", c.language)
		wantHeader(t, w, "Vary", "Accept-Language")
	}
	for path, want := range map[string]string{
		"/nowhere": `{"detail":"Nicht gefunden"}`, "/login": `{"detail":"Ungültige Zugangsdaten"}`, "/object": `{"detail":{"a":"too much"}}`,
		"/plain": `{"detail":"Interner Fehler"}`, "/panic": `{"detail":"Interner Fehler"}`,
	} {
		w := send(app, "GET", path, "", "Accept-Language", "de")
		wantBody(t, w, want)
		wantHeader(t, w, "Content-Language", "de")
	}
}

func TestProblemDetailsSpeakToo(t *testing.T) {
	app := speakingApp(brio.Messages(german), brio.ProblemDetails())
	w := send(app, "GET", "/", "", "Accept-Language", "de")
	wantBody(t, w, `{"type":"about:blank","title":"Nicht verarbeitbar","status":422,"detail":"Die Anfrage ist ungültig","errors":[{"type":"missing","loc":["query","name"],"msg":"Das Feld fehlt","input":null}]}`)
	wantBody(t, send(app, "GET", "/nowhere", "", "Accept-Language", "de"), `{"type":"about:blank","title":"Nicht gefunden","status":404}`)
}

func TestWithoutMessagesNothingDependsOnTheLanguage(t *testing.T) {
	w := send(speakingApp(), "GET", "/", "", "Accept-Language", "de")
	wantHeader(t, w, "Vary")
	wantHeader(t, w, "Content-Language")
}

func TestTheDefaultLanguageIsEnglishOrTheOneThatSaysSo(t *testing.T) {
	def := german
	def.Default = true
	english := brio.Catalogue{Language: "en", Kinds: map[string]string{"missing": "Please fill this in"}}
	for name, c := range map[string]struct {
		opt          brio.AppOption
		accept, want string
	}{
		"German":                 {brio.Messages(polish, def), "", "Das Feld fehlt"},
		"German, unknown":        {brio.Messages(polish, def), "fr", "Das Feld fehlt"},
		"English is there still": {brio.Messages(polish, def), "en-GB", "Field required"},
		"one's own English":      {brio.Messages(german, english), "", "Please fill this in"},
		"by a function": {brio.Messages(brio.Catalogue{Language: "sv", Default: true, Message: func(d brio.ErrorDetail) string {
			return fmt.Sprint(d.Type, " i ", d.Loc)
		}}), "", "missing i [query name]"},
	} {
		if got := messagesOf(send(speakingApp(c.opt), "GET", "/", "", "Accept-Language", c.accept).Body.String()); got != c.want {
			t.Errorf("%s: %s; want %s", name, got, c.want)
		}
	}
}

func TestPluralFormsAreThoseOfTheLanguage(t *testing.T) {
	forms := "{min_length} {min_length:zero=Z|one=O|two=T|few=F|many=M|other=X}"
	for lang, want := range map[string]string{
		"pl": "1 O, 2 F, 5 M, 22 F, 100 M", "ar": "1 O, 2 T, 5 F, 22 M, 100 X", "ja": "1 X, 2 X, 5 X, 22 X, 100 X", "fr": "1 O, 2 X, 5 X, 22 X, 100 X",
	} {
		app := brio.New(quiet(), brio.Messages(brio.Catalogue{Language: lang, Default: true, Kinds: map[string]string{"string_too_short": forms}}))
		app.Get("/", func(*struct {
			A string `query:"a" validate:"min=1"`
			B string `query:"b" validate:"min=2"`
			C string `query:"c" validate:"min=5"`
			D string `query:"d" validate:"min=22"`
			E string `query:"e" validate:"min=100"`
		}) {
		})
		got := strings.ReplaceAll(messagesOf(send(app, "GET", "/?a=&b=&c=&d=&e=", "").Body.String()), ";", ",")
		if got != want {
			t.Errorf("%s: %s; want %s", lang, got, want)
		}
	}
}

func TestMistakesInCatalogues(t *testing.T) {
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
		err := brio.New(quiet(), c.opt).Check()
		if err == nil || !strings.Contains(err.Error(), c.found) || !strings.Contains(err.Error(), "errors_messages_test.go:") {
			t.Errorf("%s: %v; want %q with its place", name, err, c.found)
		}
	}
}
