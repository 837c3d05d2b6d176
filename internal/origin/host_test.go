package origin

import (
	"strings"
	"testing"
)

func TestSplitHost(t *testing.T) {
	for in, want := range map[string]string{
		"a.com": "a.com|", "A.Com": "a.com|", "a.com:80": "a.com|80", "a.com.": "a.com|", "a.com.:80": "a.com|80", "a.com:": "a.com|",
		"192.0.2.1:8000": "192.0.2.1|8000", "[::1]": "::1|", "[::1]:80": "::1|80", "[2001:DB8:0::1]:80": "2001:db8::1|80", "my_service": "my_service|",
		"": "no", ":80": "no", "::1": "no", "[::1": "no", "[::1]x": "no", "[::1]80": "no", "[1.2.3.4]": "no", "[fe80::1%eth0]": "no", "a.com:x": "no", "a.com:123456": "no",
		"a.com/x": "no", "a.com@b.com": "no", "a com": "no", "a.com,b.com": "no", ".a.com": "no", "a..com": "no", "é.com": "no", "a.com\x00": "no", "a.com:80:80": "no",
	} {
		got := "no"
		if host, port, ok := SplitHost(in); ok {
			got = host + "|" + port
		}
		if got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

func FuzzSplitHost(f *testing.F) {
	for _, s := range []string{"a.com:80", "[::1]:80", "[::ffff:1.2.3.4]", "a.com.", "a\r\nb"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		host, port, ok := SplitHost(s)
		if !ok {
			return
		}
		again, port2, ok := SplitHost(JoinHost(host, port))
		if !ok || again != host || port2 != port || host != strings.ToLower(host) || strings.ContainsAny(host, "/@ \r\n\x00\\?#,") {
			t.Errorf("%q: %q %q, and again %q %q %v", s, host, port, again, port2, ok)
		}
	})
}
