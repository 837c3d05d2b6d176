package params_test

import (
	"testing"

	"github.com/brio-go/brio/params"
)

func TestURLText(t *testing.T) {
	var u params.URL
	if err := u.UnmarshalText([]byte("HTTPS://u@a.de/b c?d=e#f")); err != nil || u.String() != "https://u@a.de/b%20c?d=e#f" {
		t.Errorf("%s %v", u, err)
	}
	for _, bad := range []string{"", "a", "/a", "//a/b", "http:a", "http:///a", "http://[::1", "%zz:", "http://a b.de/"} {
		if new(params.URL).UnmarshalText([]byte(bad)) == nil {
			t.Errorf("%q is taken for an absolute URL", bad)
		}
	}
}
