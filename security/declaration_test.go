package security_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/security"
)

// TestDefinitions pins what schemes say of themselves, as FastAPI's document has it.
func TestDefinitions(t *testing.T) {
	scopes := map[string]string{"me": "Read me"}
	for _, c := range []struct {
		scheme             security.Scheme
		definitions, needs string
	}{
		{security.HTTPBasic(), `{"HTTPBasic":{"scheme":"basic","type":"http"}}`, `[{"HTTPBasic":[]}]`},
		{security.HTTPBearer(security.BearerFormat("JWT"), security.Description("d")),
			`{"HTTPBearer":{"bearerFormat":"JWT","description":"d","scheme":"bearer","type":"http"}}`, `[{"HTTPBearer":[]}]`},
		{security.HTTPBearer(security.Name("b"), security.Optional()), `{"b":{"scheme":"bearer","type":"http"}}`, `[{"b":[]},{}]`},
		{security.HTTPDigest(), `{"HTTPDigest":{"scheme":"digest","type":"http"}}`, `[{"HTTPDigest":[]}]`},
		{security.HTTPScheme("Other"), `{"HTTPBase":{"scheme":"Other","type":"http"}}`, `[{"HTTPBase":[]}]`},
		{security.APIKeyQuery("k"), `{"APIKeyQuery":{"in":"query","name":"k","type":"apiKey"}}`, `[{"APIKeyQuery":[]}]`},
		{security.APIKeyHeader("X-Key"), `{"APIKeyHeader":{"in":"header","name":"X-Key","type":"apiKey"}}`, `[{"APIKeyHeader":[]}]`},
		{security.APIKeyCookie("key"), `{"APIKeyCookie":{"in":"cookie","name":"key","type":"apiKey"}}`, `[{"APIKeyCookie":[]}]`},
		{security.OpenIDConnect("/oid"), `{"OpenIdConnect":{"openIdConnectUrl":"/oid","type":"openIdConnect"}}`, `[{"OpenIdConnect":[]}]`},
		{security.OAuth2PasswordBearer("token", scopes, security.RefreshURL("refresh")),
			`{"OAuth2PasswordBearer":{"flows":{"password":{"refreshUrl":"refresh","scopes":{"me":"Read me"},"tokenUrl":"token"}},"type":"oauth2"}}`, `[{"OAuth2PasswordBearer":[]}]`},
		{security.OAuth2AuthorizationCode("auth", "tok", nil),
			`{"OAuth2AuthorizationCodeBearer":{"flows":{"authorizationCode":{"authorizationUrl":"auth","scopes":{},"tokenUrl":"tok"}},"type":"oauth2"}}`, `[{"OAuth2AuthorizationCodeBearer":[]}]`},
		{security.OAuth2ClientCredentials("tok", nil), `{"OAuth2ClientCredentials":{"flows":{"clientCredentials":{"scopes":{},"tokenUrl":"tok"}},"type":"oauth2"}}`, `[{"OAuth2ClientCredentials":[]}]`},
		{security.OAuth2Implicit("auth", nil), `{"OAuth2Implicit":{"flows":{"implicit":{"authorizationUrl":"auth","scopes":{}}},"type":"oauth2"}}`, `[{"OAuth2Implicit":[]}]`},
		{security.OAuth2(security.Flows{Implicit: &security.Flow{AuthorizationURL: "a"}, Password: &security.Flow{TokenURL: "t", RefreshURL: "r"}}),
			`{"OAuth2":{"flows":{"implicit":{"authorizationUrl":"a","scopes":{}},"password":{"refreshUrl":"r","scopes":{},"tokenUrl":"t"}},"type":"oauth2"}}`, `[{"OAuth2":[]}]`},
		{security.As[adminKey](security.APIKeyHeader("X")), `{"adminKey":{"in":"header","name":"X","type":"apiKey"}}`, `[{"adminKey":[]}]`},
		{security.As[adminKey](security.APIKeyHeader("X", security.Name("named"))), `{"named":{"in":"header","name":"X","type":"apiKey"}}`, `[{"named":[]}]`},
		{security.AnyOf(security.AnyOf(security.HTTPBasic(), security.HTTPDigest()), security.APIKeyQuery("k", security.Optional())),
			`{"APIKeyQuery":{"in":"query","name":"k","type":"apiKey"},"HTTPBasic":{"scheme":"basic","type":"http"},"HTTPDigest":{"scheme":"digest","type":"http"}}`,
			`[{"HTTPBasic":[]},{"HTTPDigest":[]},{"APIKeyQuery":[]},{}]`},
	} {
		c.scheme.Definitions()[c.scheme.ProviderName()] = nil // the caller's
		if got := text(t, c.scheme.Definitions()); got != c.definitions {
			t.Errorf("definitions\n%s\nwant\n%s", got, c.definitions)
		}
		if got := text(t, c.scheme.Requirements(nil)); got != c.needs {
			t.Errorf("requirements %s, want %s", got, c.needs)
		}
		if err := quiet(brio.Depends(c.scheme)).Check(); err != nil {
			t.Error(err)
		}
	}
	if got := text(t, security.AnyOf(security.HTTPBearer(), security.HTTPBasic()).Requirements([]string{"b", "a"})); got != `[{"HTTPBearer":["b","a"]},{"HTTPBasic":["b","a"]}]` {
		t.Error(got)
	}
}

func text(t *testing.T, v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestMistakes reports schemes that are declared wrongly when the app starts, each by the line that declares it.
func TestMistakes(t *testing.T) {
	type both struct {
		Token *security.Token
		Other *security.APIKey
		Small int
	}
	type twoTokens struct {
		Key           *security.APIKey
		Token, Second *security.Token
	}
	type unexported struct {
		Key *security.APIKey
		//lint:ignore U1000 it is found by reflection
		token *security.Token
	}
	bearer, key := security.HTTPBearer(), security.APIKeyHeader("X-Key")
	for want, schemes := range map[string][]any{
		"Status(200) is not that of a refusal":                                                         {security.HTTPBearer(security.Status(200))},
		"Status(399) is not that of a refusal":                                                         {security.HTTPBearer(security.Status(399))},
		"Status(500) is not that of a refusal":                                                         {security.HTTPBearer(security.Status(500))},
		"Status(204) is not that of a refusal":                                                         {security.AnyOf(key, security.HTTPBearer(security.Status(204)))},
		`Realm("a\x7fb") or ResourceMetadata("") has control characters`:                               {security.HTTPBasic(security.Realm("a\x7fb"))},
		`Realm("") or ResourceMetadata("a\nb") has control characters`:                                 {security.HTTPBearer(security.ResourceMetadata("a\nb"))},
		`HTTPScheme is given a name that cannot stand in a header: ""`:                                 {security.HTTPScheme("")},
		"legal: an authorization URL":                                                                  {security.OAuth2Implicit("", nil)},
		"legal: a token URL":                                                                           {security.OAuth2ClientCredentials("", nil)},
		"legal: an authorization URL and a token URL":                                                  {security.OAuth2AuthorizationCode("a", "", nil)},
		"the field Second (*security.Token) is for none of the schemes, or a second one for the same":  {security.As[twoTokens](security.AnyOf(bearer, key))},
		"the field token (*security.Token) is for none of the schemes":                                 {security.As[unexported](security.AnyOf(bearer, key))},
		`Name("my key") has characters that a component of the document cannot have`:                   {security.HTTPBearer(security.Name("my key"))},
		`Realm("a\nb") or ResourceMetadata("") has control characters`:                                 {security.HTTPBasic(security.Realm("a\nb"))},
		"BearerFormat on HTTPBasic":                                                                    {security.HTTPBasic(security.BearerFormat("JWT"))},
		"UTF8 on HTTPBearer":                                                                           {security.HTTPBearer(security.UTF8())},
		"UTF8 has 2 arguments":                                                                         {security.HTTPBasic(security.UTF8(true, false))},
		"Optional has 2 arguments":                                                                     {security.HTTPBasic(security.Optional(false, true))},
		"RefreshURL on OAuth2":                                                                         {security.OAuth2(security.Flows{Password: &security.Flow{TokenURL: "t"}}, security.RefreshURL("r"))},
		"HTTPScheme is given a name that cannot stand in a header":                                     {security.HTTPScheme("a b")},
		"APIKeyHeader is given a name that no header can have":                                         {security.APIKeyHeader("X Key")},
		"APIKeyCookie is given a name that no cookie can have":                                         {security.APIKeyCookie("a=b")},
		"APIKeyQuery is given a name that no query can have":                                           {security.APIKeyQuery("")},
		"OAuth2 is given no flow":                                                                      {security.OAuth2(security.Flows{})},
		"the password flow of OAuth2PasswordBearer has not exactly the addresses that it needs":        {security.OAuth2PasswordBearer("", nil)},
		"the authorizationCode flow of OAuth2 has not exactly the addresses that it needs":             {security.OAuth2(security.Flows{AuthorizationCode: &security.Flow{TokenURL: "t"}})},
		"the implicit flow of OAuth2 has not exactly the addresses that it needs":                      {security.OAuth2(security.Flows{Implicit: &security.Flow{AuthorizationURL: "a", TokenURL: "t"}})},
		"OpenIDConnect is given no address":                                                            {security.OpenIDConnect("")},
		"AnyOf is given 1 schemes":                                                                     {security.AnyOf(bearer)},
		"AnyOf is given nil as scheme 2":                                                               {security.AnyOf(bearer, nil)},
		"AnyOf has two schemes with the key \"APIKeyHeader\" in the document":                          {security.AnyOf(key, security.APIKeyHeader("X-Other"))},
		"As[security_test.adminKey] is given nil":                                                      {security.As[adminKey](nil)},
		"As[security_test.adminKey] of a scheme that yields a *security.Token":                         {security.As[adminKey](bearer)},
		"As[security_test.adminKey] of AnyOf: no field for HTTPBearer, which yields a *security.Token": {security.As[adminKey](security.AnyOf(bearer, key))},
		"As[int] of AnyOf":                                                                             {security.As[int](security.AnyOf(bearer, key))},
		"As[security_test.both] of AnyOf: the field Small (int) is for none of the schemes, or a second one for the same": {security.As[both](security.AnyOf(bearer, key))},
		"a second security scheme with the key \"APIKeyHeader\" in the document, and another definition":                  {key, security.As[adminKey](security.APIKeyHeader("X-Other", security.Name("APIKeyHeader")))},
	} {
		app := quiet(brio.Depends(schemes...))
		app.Get("/", func() {})
		err := app.Check()
		if err == nil {
			t.Errorf("nothing is reported, want %s", want)
			continue
		}
		if !strings.Contains(err.Error(), want) || !regexp.MustCompile(`declaration_test\.go:\d+`).MatchString(err.Error()) || strings.Contains(err.Error(), "legal: \n") {
			t.Errorf("want %s in\n%v", want, err)
		}
		if n := strings.Count(err.Error(), "legal:"); n != 1 {
			t.Errorf("%d mistakes for one:\n%v", n, err)
		}
	}
}

// TestAMistakeIsReportedOnce: who asks for the credentials of a scheme that is declared wrongly is not at fault.
func TestAMistakeIsReportedOnce(t *testing.T) {
	app := quiet(brio.Provide(security.HTTPBearer(security.Status(200)), security.As[Caller](security.AnyOf(security.HTTPBasic(), security.APIKeyHeader("X")))))
	app.Get("/", func(*security.Token, *Caller) {})
	if err := app.Check(); err == nil || strings.Count(err.Error(), "legal:") != 2 {
		t.Error(err)
	}
}

// Each status of 400 to 499 is one of a refusal.
func TestStatusesOfRefusals(t *testing.T) {
	for _, status := range []int{400, 401, 403, 404, 499} {
		app := quiet()
		app.Get("/", func() {}, brio.Depends(security.HTTPBearer(security.Status(status))))
		if err := app.Check(); err != nil {
			t.Errorf("Status(%d): %v", status, err)
		}
	}
}

// mistakeOf is what the app would report of a scheme.
func mistakeOf(s security.Scheme) string {
	found, _ := s.(interface{ ProviderMistake() (found, legal string) }).ProviderMistake()
	return found
}

// A scheme is immutable: neither what As makes of it nor what the program does to its maps later changes it.
func TestSchemesAreImmutable(t *testing.T) {
	base := security.HTTPBearer(security.Status(200), security.Name("a b"), security.Realm("\n"))
	before := mistakeOf(base)
	type user struct{ ID int }
	first, second := security.As[adminKey](base), security.As[user](base)
	if after := mistakeOf(base); after != before {
		t.Errorf("As changes the mistakes of its scheme to %s", after)
	}
	for want, s := range map[string]security.Scheme{"As[security_test.adminKey]": first, "As[security_test.user]": second} {
		if found := mistakeOf(s); !strings.HasPrefix(found, before) || strings.Count(found, "As[") != 1 || !strings.Contains(found, want) {
			t.Errorf("want %s once in %s", want, found)
		}
	}

	scopes := map[string]string{"me": "Yourself"}
	flow := &security.Flow{TokenURL: "/token", Scopes: scopes}
	schemes := []security.Scheme{security.OAuth2PasswordBearer("/token", scopes), security.OAuth2(security.Flows{Password: flow})}
	scopes["admin"] = "Everything"
	flow.TokenURL = "/other"
	for _, s := range schemes {
		if got := text(t, s.Definitions()); !strings.Contains(got, `{"password":{"scopes":{"me":"Yourself"},"tokenUrl":"/token"}}`) {
			t.Errorf("the program changes a scheme that it has made: %s", got)
		}
	}
}

// Reports name a scheme by its key in the document, and AnyOf by those it is of.
func TestNamesOfSchemes(t *testing.T) {
	bearer, key := security.HTTPBearer(), security.APIKeyHeader("X-Key", security.Name("Key"))
	for want, s := range map[string]security.Scheme{
		"HTTPBearer":             bearer,
		"Key":                    key,
		"adminKey":               security.As[adminKey](security.APIKeyHeader("X-Admin")),
		"AnyOf(HTTPBearer, Key)": security.AnyOf(bearer, key),
	} {
		if got := s.ProviderName(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestSchemesOfOneKeyAndDefinitionAreOne(t *testing.T) {
	app := quiet()
	app.Get("/a", func() {}, brio.Depends(security.HTTPBearer()))
	app.Get("/b", func() {}, brio.Depends(security.HTTPBearer()))
	app.Get("/any", func() {}, brio.Depends(security.AnyOf(security.HTTPBearer(security.Realm("a")), security.HTTPBearer(security.Realm("b")))))
	if err := app.Check(); err != nil {
		t.Error(err)
	}
	app.Get("/c", func() {}, brio.Depends(security.HTTPBearer(security.BearerFormat("JWT"))))
	if err := app.Check(); err == nil {
		t.Error("another definition of HTTPBearer is not reported")
	}
}
