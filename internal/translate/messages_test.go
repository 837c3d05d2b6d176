package translate

import (
	"strings"
	"testing"

	"github.com/brio-go/brio/response"
)

// translated returns the language that a client with an Accept-Language receives.
func translated(m *Messages, accept ...string) string {
	info := response.ErrorInfo{Title: "Not Found"}
	m.Translate(&info, accept)
	return info.Language + " " + info.Title
}

// A client that accepts none of the languages receives the Default, else English, whatever the order of the catalogues.
func TestDefaultLanguage(t *testing.T) {
	de := response.Catalogue{Language: "de", Details: map[string]string{"Not Found": "Nicht gefunden"}}
	fr := response.Catalogue{Language: "fr", Details: map[string]string{"Not Found": "Introuvable"}}
	en := response.Catalogue{Language: "en", Details: map[string]string{"Not Found": "No such thing"}}
	defaultFR := fr
	defaultFR.Default = true
	for name, c := range map[string]struct {
		catalogues []response.Catalogue
		want       string
	}{
		"no English":              {[]response.Catalogue{de, fr}, "en Not Found"},
		"English last":            {[]response.Catalogue{de, fr, en}, "en No such thing"},
		"English first":           {[]response.Catalogue{en, de}, "en No such thing"},
		"a Default":               {[]response.Catalogue{de, defaultFR}, "fr Introuvable"},
		"a Default after English": {[]response.Catalogue{en, defaultFR}, "fr Introuvable"},
	} {
		m, problems := NewMessages(c.catalogues, nil)
		if len(problems) > 0 {
			t.Fatalf("%s: %q", name, problems)
		}
		for _, accept := range []string{"", "ja", strings.Repeat("de,", 1000)} {
			if got := translated(m, accept); got != c.want {
				t.Errorf("%s: Accept-Language %.10q: got %q, want %q", name, accept, got, c.want)
			}
		}
		for _, tag := range []string{"de-AT", "fr, de;q=0.5"} {
			want := strings.Split(tag, ",")[0][:2]
			has := false
			for _, known := range c.catalogues {
				has = has || known.Language == want
			}
			if got := translated(m, tag); has && !strings.HasPrefix(got, want) {
				t.Errorf("%s: Accept-Language %q: got %q", name, tag, got)
			}
		}
	}
}

func TestMessageHasPluralForms(t *testing.T) {
	m, problems := NewMessages([]response.Catalogue{{Language: "pl", Kinds: map[string]string{
		"string_too_short": "{{min}} {min_length:one=# znak|few=# znaki|many=# znaków|other=# znaku}",
	}}}, nil)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for n, want := range map[any]string{1: "{min} 1 znak", 3: "{min} 3 znaki", 5: "{min} 5 znaków", 22: "{min} 22 znaki", "x": "{min} x"} {
		info := response.ErrorInfo{Errors: []response.ErrorDetail{{Type: "string_too_short", Msg: "english", Ctx: map[string]any{"min_length": n}}}}
		m.Translate(&info, []string{"pl"})
		if got := info.Errors[0].Msg; got != want {
			t.Errorf("%v: got %q, want %q", n, got, want)
		}
	}
	given := []response.ErrorDetail{{Type: "string_too_short", Msg: "english"}}
	info := response.ErrorInfo{Errors: given}
	if m.Translate(&info, []string{"pl"}); info.Errors[0].Msg != "english" {
		t.Errorf("without ctx: got %q, want the English text", info.Errors[0].Msg)
	}
}

// The report has each mistake of the catalogues.
func TestProblemsOfCatalogues(t *testing.T) {
	for want, c := range map[string][]response.Catalogue{
		"is none":                {{Language: "?"}},
		"two Catalogues":         {{Language: "de"}, {Language: "de"}},
		"second Default":         {{Language: "de", Default: true}, {Language: "fr", Default: true}},
		"is meant":               {{Language: "de", Kinds: map[string]string{"string-too-short": "x"}}},
		"is none of {":           {{Language: "de", Kinds: map[string]string{"string_too_short": "{max}"}}},
		"single brace":           {{Language: "de", Kinds: map[string]string{"string_too_short": "}"}}},
		"no form for other":      {{Language: "de", Kinds: map[string]string{"string_too_short": "{min_length:one=#|few=#}"}}},
		"two, for one and other": {{Language: "de", Kinds: map[string]string{"string_too_short": "{min_length:a|b|c}"}}},
	} {
		if _, problems := NewMessages(c, nil); len(problems) != 1 || !strings.Contains(problems[0], want) {
			t.Errorf("got %q, want one problem with %q", problems, want)
		}
	}
}
