package origin

import "testing"

// A link has the host of its base, or that of its route with the port of the base. Wildcards have the value of the link, else that of the
// base if the base is one of the hosts of the route.
func TestBaseURL(t *testing.T) {
	acme := map[string]string{"t": "Acme"}
	for _, c := range []struct {
		base, host string
		values     map[string]string
		want       string // "" for an error
	}{
		{"a.com", "", nil, "https://a.com/p/x"},
		{"a.com:8443", "", acme, "https://a.com:8443/p/x"},
		{"", "{t}.a.com", nil, "/x"},
		{"b.com:1", "API.a.com", nil, "https://api.a.com:1/p/x"},
		{"b.com", "api.a.com.", nil, "https://api.a.com/p/x"},
		{"b.com", "{t}.a.com", acme, "https://acme.a.com/p/x"},
		{"Own.A.com.", "{t}.a.com", nil, "https://own.a.com/p/x"},
		{"x.y.a.com", "{t}.{u}.a.com", acme, "https://acme.y.a.com/p/x"},
		{"a.com", "{t}.a.com", nil, ""},
		{"x.y.a.com", "{t}.a.com", nil, ""},
		{"x.b.com", "{t}.a.com", nil, ""},
		{"x.a.com", "{t}.a.com", map[string]string{"t": ""}, ""},
		{"x.a.com", "{t}.a.com", map[string]string{"t": "a.b"}, ""},
		{"x.a.com", "{t}.a.com", map[string]string{"t": "a/b"}, ""},
		{"x.a.com", "{t}.a.com", map[string]string{"t": "a:80@evil"}, ""},
		{"[::1]:80", "{t}.a.com", acme, "https://acme.a.com:80/p/x"},
		{"not a host", "{t}.a.com", nil, ""},
	} {
		b := Base{Scheme: "https", Host: c.base, RootPath: "/p"}
		got, err := b.URL(Link{Path: "/x", Host: c.host, Values: c.values})
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%q of %q with %v: got %q, %v; want %q", c.host, c.base, c.values, got, err, c.want)
		}
	}
}
