package security_test

import (
	"encoding/base64"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/security"
)

var update = flag.Bool("update", false, "write the golden files anew")

func base64Of(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// given makes a handler that answers with the credentials it is given.
func given[T any](c *T) *T { return c }

// matrixSchemes are all kinds that read the Authorization header, with a handler each that shows what they yield.
var matrixSchemes = []struct {
	name    string
	make    func(opts ...security.Option) security.Scheme
	handler any
}{
	{"HTTPBasic", security.HTTPBasic, given[security.BasicCredentials]},
	{"HTTPBasic with a realm and UTF8", func(opts ...security.Option) security.Scheme {
		return security.HTTPBasic(append(opts, security.Realm(`the "inner" court`), security.UTF8())...)
	}, given[security.BasicCredentials]},
	{"HTTPBearer", security.HTTPBearer, given[security.Token]},
	{"HTTPBearer with a realm and metadata", func(opts ...security.Option) security.Scheme {
		return security.HTTPBearer(append(opts, security.Realm("api"), security.ResourceMetadata("https://api.example/.well-known/oauth-protected-resource"))...)
	}, given[security.Token]},
	{"HTTPBearer with status 403", func(opts ...security.Option) security.Scheme {
		return security.HTTPBearer(append(opts, security.Status(403))...)
	}, given[security.Token]},
	{"HTTPDigest", security.HTTPDigest, given[security.Authorization]},
	{"HTTPScheme Negotiate", func(opts ...security.Option) security.Scheme { return security.HTTPScheme("negotiate", opts...) }, given[security.Authorization]},
	{"OAuth2PasswordBearer", func(opts ...security.Option) security.Scheme {
		return security.OAuth2PasswordBearer("token", nil, opts...)
	}, given[security.Token]},
	{"OAuth2AuthorizationCode", func(opts ...security.Option) security.Scheme {
		return security.OAuth2AuthorizationCode("auth", "token", nil, opts...)
	}, given[security.Token]},
	{"OAuth2ClientCredentials", func(opts ...security.Option) security.Scheme {
		return security.OAuth2ClientCredentials("token", nil, opts...)
	}, given[security.Token]},
	{"OAuth2Implicit", func(opts ...security.Option) security.Scheme { return security.OAuth2Implicit("auth", nil, opts...) }, given[security.Token]},
	{"OAuth2", func(opts ...security.Option) security.Scheme {
		return security.OAuth2(security.Flows{Password: &security.Flow{TokenURL: "token"}}, opts...)
	}, given[security.Authorization]},
	{"OpenIDConnect", func(opts ...security.Option) security.Scheme { return security.OpenIDConnect("/oid", opts...) }, given[security.Authorization]},
	{"AnyOf HTTPBasic, HTTPBearer", func(opts ...security.Option) security.Scheme {
		return security.AnyOf(security.HTTPBasic(append(opts, security.Name("Basic"))...), security.HTTPBearer(append(opts, security.Name("Bearer"))...))
	}, given[security.Credentials]},
}

// matrixHeaders are the values of the Authorization header; nil: it is not there. An S stands for the scheme's own name.
var matrixHeaders = []struct {
	name   string
	values []string
}{
	{"absent", nil},
	{"empty", []string{""}},
	{"only spaces", []string{"   "}},
	{"only the scheme", []string{"S"}},
	{"only the scheme and spaces", []string{"S    "}},
	{"well formed", []string{"S " + base64Of("ann:secret")}},
	{"another scheme", []string{"Other abc"}},
	{"no scheme at all", []string{"YW5uOnNlY3JldA=="}},
	{"a longer scheme", []string{"Sx " + base64Of("ann:secret")}},
	{"in lower case", []string{"s " + base64Of("ann:secret")}},
	{"extra spaces", []string{"  S   " + base64Of("ann:secret") + "   "}},
	{"a tab for the space", []string{"S\t" + base64Of("ann:secret")}},
	{"a space inside", []string{"S abc def"}},
	{"bad base64", []string{"S !@#$%"}},
	{"base64 without padding", []string{"S " + strings.TrimRight(base64Of("ann:secr"), "=")}},
	{"missing colon", []string{"S " + base64Of("ann")}},
	{"empty name and password", []string{"S " + base64Of(":")}},
	{"colons in the password", []string{"S " + base64Of("ann:a:b:")}},
	{"a control character inside", []string{"S " + base64Of("ann:\x00secret")}},
	{"UTF-8", []string{"S " + base64Of("änn:sécret")}},
	{"Latin-1 inside", []string{"S " + base64Of("\xe4nn:secret")}},
	{"non-ASCII", []string{"S ünïcode"}},
	{"64 KiB", []string{"S " + base64Of("ann:"+strings.Repeat("x", 48<<10-4))}},
	{"duplicated, alike", []string{"S " + base64Of("ann:1"), "S " + base64Of("ann:1")}},
	{"duplicated, the second well formed", []string{"Other abc", "S " + base64Of("ann:2")}},
	{"duplicated, the first well formed", []string{"S " + base64Of("ann:1"), "Other abc"}},
}

// ownName is the scheme's word in the Authorization header.
func ownName(scheme string) string {
	switch {
	case strings.HasPrefix(scheme, "HTTPBasic"), strings.HasPrefix(scheme, "AnyOf"):
		return "Basic"
	case strings.HasPrefix(scheme, "HTTPDigest"):
		return "Digest"
	case strings.HasSuffix(scheme, "Negotiate"):
		return "Negotiate"
	}
	return "Bearer"
}

// TestAuthorizationMatrix sends every header to every scheme, required and optional, over a real connection, and
// compares status, challenge and body with testdata/authorization.golden.
func TestAuthorizationMatrix(t *testing.T) {
	app := brio.New(brio.Logger(slog.New(slog.DiscardHandler)))
	for i, s := range matrixSchemes {
		app.Get(fmt.Sprintf("/%d/required", i), s.handler, brio.Provide(s.make(security.Name(fmt.Sprint("required", i)))))
		app.Get(fmt.Sprintf("/%d/optional", i), s.handler, brio.Provide(s.make(security.Name(fmt.Sprint("optional", i)), security.Optional())),
			brio.ResponseModel[any]())
	}
	server := httptest.NewServer(app)
	defer server.Close()
	var b strings.Builder
	for i, s := range matrixSchemes {
		for _, mode := range []string{"required", "optional"} {
			fmt.Fprintf(&b, "%s, %s\n", s.name, mode)
			for _, h := range matrixHeaders {
				fmt.Fprintf(&b, "  %-36s %s\n", h.name, answerTo(t, server, fmt.Sprintf("/%d/%s", i, mode), ownName(s.name), h.values))
			}
			b.WriteByte('\n')
		}
	}
	wantGolden(t, "authorization", b.String())
}

// answerTo is the answer in one line.
func answerTo(t *testing.T, server *httptest.Server, path, own string, values []string) string {
	t.Helper()
	r, err := http.NewRequest("GET", server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range values {
		v = strings.Replace(v, "S", own, 1)
		if strings.HasPrefix(v, "s ") {
			v = strings.Replace(v, "s", strings.ToLower(own), 1)
		}
		r.Header["Authorization"] = append(r.Header["Authorization"], v)
	}
	res, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	text := string(body)
	if len(text) > 1000 {
		text = fmt.Sprintf("%s… (%d bytes)", text[:60], len(text))
	}
	line := fmt.Sprint(res.StatusCode)
	for _, c := range res.Header.Values("WWW-Authenticate") {
		line += " [" + c + "]"
	}
	return line + " " + text
}

func wantGolden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range max(len(gotLines), len(wantLines)) {
		var g, w string
		if i < len(gotLines) {
			g = gotLines[i]
		}
		if i < len(wantLines) {
			w = wantLines[i]
		}
		if g != w {
			t.Errorf("%s:%d\ngot  %s\nwant %s", file, i+1, g, w)
		}
	}
}
