package exchange

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
)

func TestHeader(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "http://example.org/", nil)
	r.Header["X-A"] = []string{"1", "2"}
	r.Header["Accept"] = []string{"*/*"}
	x, _ := acquire(t, r)
	for name, want := range map[string][]string{"X-A": {"1", "2"}, "X-B": nil, "Host": {"example.org"}} {
		if got := x.Header(name); !slices.Equal(got, want) {
			t.Errorf("Header(%q) = %q, want %q", name, got, want)
		}
	}
	var got []string
	for name, values := range x.HeaderNames() {
		for _, v := range values {
			got = append(got, name+":"+v)
		}
	}
	if want := []string{"Accept:*/*", "Host:example.org", "X-A:1", "X-A:2"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for range x.HeaderNames() {
		break // must be allowed
	}
	r.Host = ""
	if got := x.Header("Host"); got != nil {
		t.Errorf("no host, got %q", got)
	}
}

func TestMediaType(t *testing.T) {
	for _, tc := range []struct {
		sent, want string
		ok, json   bool
	}{
		{"application/json", "application/json", true, true},
		{"Application/JSON", "application/json", true, true},
		{"application/json; charset=utf-8", "application/json", true, true},
		{" application/json ;x", "application/json", true, true},
		{"application/problem+json", "application/problem+json", true, true},
		{"application/+json", "application/+json", true, false},
		{"application/jsonx", "application/jsonx", true, false},
		{"text/json", "text/json", true, false},
		{"text/x+json", "text/x+json", true, false},
		{"application/geo+json-seq", "application/geo+json-seq", true, false},
		{"multipart/form-data; boundary=x", "multipart/form-data", true, false},
		{"", "", false, false},
		{"json", "json", false, false},
		{"application/json/x", "application/json/x", false, false},
		{"application/json, text/html", "application/json, text/html", false, false},
		{"application/", "application/", false, false},
		{"/json", "/json", false, false},
		{";", ";", false, false},
		{"application/jsön", "application/jsön", false, false},
	} {
		x, _ := acquire(t, withHeader("Content-Type", tc.sent))
		got, ok := x.MediaType()
		if got != tc.want || ok != tc.ok {
			t.Errorf("%q: got %q, %t", tc.sent, got, ok)
		}
		if ok && IsJSON(got) != tc.json {
			t.Errorf("IsJSON(%q) = %t", got, !tc.json)
		}
	}
	x, _ := acquire(t, get(""))
	if got, ok := x.MediaType(); got != "" || ok {
		t.Errorf("absent: got %q, %t", got, ok)
	}
}
