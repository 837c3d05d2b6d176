package cookies_test

import (
	"github.com/brio-go/brio/cookies"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestNewSendsAttributesOfItsOptions(t *testing.T) {
	noon := time.Date(2030, 1, 2, 12, 0, 0, 0, time.FixedZone("CET", 3600))
	for _, tc := range []struct {
		name string
		opts []cookies.Option
		want string
	}{
		{"FastAPI's defaults", nil, "s=1; Path=/; SameSite=Lax"},
		{"max age", []cookies.Option{cookies.MaxAge(2 * time.Minute)}, "s=1; Path=/; Max-Age=120; SameSite=Lax"},
		{"a part of a second is a second", []cookies.Option{cookies.MaxAge(time.Millisecond)}, "s=1; Path=/; Max-Age=1; SameSite=Lax"},
		{"seconds are rounded up", []cookies.Option{cookies.MaxAge(1001 * time.Millisecond)}, "s=1; Path=/; Max-Age=2; SameSite=Lax"},
		{"max age 0 deletes", []cookies.Option{cookies.MaxAge(0)}, "s=1; Path=/; Max-Age=0; SameSite=Lax"},
		{"negative max age deletes", []cookies.Option{cookies.MaxAge(-time.Hour)}, "s=1; Path=/; Max-Age=0; SameSite=Lax"},
		{"expires", []cookies.Option{cookies.Expires(noon)}, "s=1; Path=/; Expires=Wed, 02 Jan 2030 11:00:00 GMT; SameSite=Lax"},
		{"no path", []cookies.Option{cookies.Path("")}, "s=1; SameSite=Lax"},
		{"browser's own SameSite", []cookies.Option{cookies.SameSite(http.SameSiteDefaultMode)}, "s=1; Path=/"},
		{"everything", []cookies.Option{
			cookies.Path("/p"), cookies.Domain("d.com"), cookies.MaxAge(3 * time.Second), cookies.HTTPOnly(), cookies.Secure(),
			cookies.SameSite(http.SameSiteNoneMode), cookies.Partitioned(),
		}, "s=1; Path=/p; Domain=d.com; Max-Age=3; HttpOnly; Secure; SameSite=None; Partitioned"},
		{"the last option wins", []cookies.Option{cookies.Path("/a"), cookies.Path("/b")}, "s=1; Path=/b; SameSite=Lax"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := cookies.New("s", "1", tc.opts...)
			if got := c.String(); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
			if err := cookies.Check(c); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestDelete(t *testing.T) {
	const gone = "Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0"
	for _, tc := range []struct {
		name string
		got  *http.Cookie
		want string
	}{
		{"as New", cookies.Delete("s"), "s=; Path=/; " + gone + "; SameSite=Lax"},
		{"like nil", cookies.Delete("s", nil), "s=; Path=/; " + gone + "; SameSite=Lax"},
		{"host prefix", cookies.Delete("__Host-s"), "__Host-s=; Path=/; " + gone + "; Secure; SameSite=Lax"},
		{"secure prefix", cookies.Delete("__secure-s"), "__secure-s=; Path=/; " + gone + "; Secure; SameSite=Lax"},
		{
			"like another", cookies.Delete("s", &http.Cookie{
				Name: "other", Value: "secret", Path: "/p", Domain: "d.com", MaxAge: 5, Expires: time.Now(), Secure: true,
				HttpOnly: true, SameSite: http.SameSiteNoneMode, Partitioned: true,
			}),
			"s=; Path=/p; Domain=d.com; " + gone + "; HttpOnly; Secure; SameSite=None; Partitioned",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := tc.got.String(); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
			if err := cookies.Check(tc.got); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	none := cookies.SameSite(http.SameSiteNoneMode)
	for _, tc := range []struct {
		name   string
		cookie *http.Cookie
		want   string // part of the error, "" for none
	}{
		{"nil", nil, "cookie is nil"},
		{"plain", cookies.New("a", "b c,d"), ""},
		{"empty name", cookies.New("", "b"), "invalid Cookie.Name"},
		{"name with a space", cookies.New("a b", "c"), `cookie "a b": invalid Cookie.Name`},
		{"semicolon in the value", cookies.New("a", "b;c"), `cookie "a": invalid byte ';' in Cookie.Value`},
		{"line break in the value", cookies.New("a", "b\r\nX: y"), "invalid byte '\\r'"},
		{"letters outside ASCII", cookies.New("a", "é"), "invalid byte"},
		{"line break in the path", cookies.New("a", "b", cookies.Path("/\n")), "Cookie.Path"},
		{"bad domain", cookies.New("a", "b", cookies.Domain("a_b;c")), "Cookie.Domain"},
		{"SameSite=None", cookies.New("a", "b", none), "SameSite=None needs Secure"},
		{"SameSite=None, secure", cookies.New("a", "b", none, cookies.Secure()), ""},
		{"partitioned", cookies.New("a", "b", cookies.Partitioned()), "Partitioned needs Secure"},
		{"partitioned, secure", cookies.New("a", "b", cookies.Partitioned(), cookies.Secure()), ""},
		{"__Host-", cookies.New("__Host-a", "b"), "__Host- needs Secure"},
		{"__host-", cookies.New("__host-a", "b"), "__Host- needs Secure"},
		{"__Host- with a path", cookies.New("__Host-a", "b", cookies.Secure(), cookies.Path("/p")), `Path=/, not "/p"`},
		{"__Host- with a domain", cookies.New("__Host-a", "b", cookies.Secure(), cookies.Domain("d.com")), "must not have a Domain"},
		{"__Host-, right", cookies.New("__Host-a", "b", cookies.Secure()), ""},
		{"__Secure-", cookies.New("__Secure-a", "b"), "__Secure- needs Secure"},
		{"__Secure-, right", cookies.New("__Secure-a", "b", cookies.Secure(), cookies.Path("/p"), cookies.Domain("d.com")), ""},
		{"as long as can be", cookies.New("a", strings.Repeat("x", 4095)), ""},
		{"as long as can be, with a prefix", cookies.New("__a", strings.Repeat("x", 4093)), ""},
		{"too long, with a prefix", cookies.New("__a", strings.Repeat("x", 4094)), "4097 bytes"},
		{"nothing but a prefix", cookies.New("__Host-", "b"), "__Host- needs Secure"},
		{"nothing but the other prefix", cookies.New("__Secure-", "b"), "__Secure- needs Secure"},
		{"Expires", cookies.New("a", "b", cookies.Expires(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC))), ""},
		{"bad Expires", cookies.New("a", "b", cookies.Expires(time.Date(1500, 1, 1, 0, 0, 0, 0, time.UTC))), "Cookie.Expires"},
		{"too long", cookies.New("a", strings.Repeat("x", 4096)), "4097 bytes"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			switch err := cookies.Check(tc.cookie); {
			case tc.want == "" && err != nil:
				t.Error(err)
			case tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)):
				t.Errorf("got %v, want …%s…", err, tc.want)
			}
		})
	}
}
