package model

import "testing"

// Hosts and ports, as pydantic 2.13 answered. The path that it adds and the default port that it drops are left as they are.
func TestAbsoluteURLWritesHostsAsPydantic(t *testing.T) {
	for in, want := range map[string]string{
		"http://x:65535/": "http://x:65535/", "http://x:0/": "http://x:0/", "http://1.2.3.4:5/": "http://1.2.3.4:5/", "http://1.2.3/": "http://1.2.0.3/",
		"http://1/": "http://0.0.0.1/", "http://0x7f.1/": "http://127.0.0.1/", "http://0x7f000001/": "http://127.0.0.1/", "http://017.0.0.1/": "http://15.0.0.1/",
		"http://1.2.3.4./": "http://1.2.3.4/", "http://1.a/": "http://1.a/", "http://0x/": "http://0.0.0.0/", "http://0.0.65535/": "http://0.0.255.255/",
		"http://4294967295/": "http://255.255.255.255/", "http://a.b.0xfg/": "http://a.b.0xfg/", "ws://1.1/": "ws://1.0.0.1/", "http://a.com./": "http://a.com./",
		"http://exämple.com/": "http://xn--exmple-cua.com/", "http://EXÄMPLE.com/": "http://xn--exmple-cua.com/", "http://faß.de/": "http://xn--fa-hia.de/",
		"http://münchen.de:8080/": "http://xn--mnchen-3ya.de:8080/", "http://例え.テスト/": "http://xn--r8jz45g.xn--zckzah/", "http://☃.net/": "http://xn--n3h.net/",
		"http://EXAMPLE.com/A": "http://example.com/A", "http://a_b.com/": "http://a_b.com/", "http://-a.com/": "http://-a.com/", "http://a。b.com/": "http://a.b.com/",
		"http://[::1]:80/": "http://[::1]:80/", "http://ａ.com/": "http://a.com/", "http://a\u00adb.com/": "http://ab.com/", "ftp://exämple.com/": "ftp://xn--exmple-cua.com/",
		"http://xn--exmple-cua.com/": "http://xn--exmple-cua.com/", "foo://256.1.1.1/": "foo://256.1.1.1/", "HTTP://x/": "http://x/", "http://u:p@exämple.com/": "http://u:p@xn--exmple-cua.com/",
		"http://a.bücher.ü.com/": "http://a.xn--bcher-kva.xn--tda.com/", "http://пример.испытание/": "http://xn--e1afmkfd.xn--80akhbyknj4f/", "mailto:a@b": "mailto:a@b",
	} {
		u, failure := AbsoluteURL(in)
		if failure != nil {
			t.Errorf("%s: %s, want %s", in, failure.Msg, want)
		} else if got := u.String(); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		} else if again, failure := AbsoluteURL(got); failure != nil || again.String() != got {
			t.Errorf("%s: written %s, which is read %v %v", in, got, again, failure)
		}
	}
	for in, want := range map[string]string{
		"http://x:99999/": "invalid port number", "http://x:65536/": "invalid port number", "foo://x:99999/": "invalid port number", "http://x:99999999999999999999/": "invalid port number",
		"http://[::1]:99999/": "invalid port number", "http://256.1.1.1/": "invalid IPv4 address", "http://1.2.3.4.5/": "invalid IPv4 address", "http://a.1/": "invalid IPv4 address",
		"http://999999999999/": "invalid IPv4 address", "http://a.0x1/": "invalid IPv4 address", "http://a.08/": "invalid IPv4 address", "http://08.1.1.1/": "invalid IPv4 address",
		"http://0.0.0.256/": "invalid IPv4 address", "http://0.0.65536/": "invalid IPv4 address", "http://4294967296/": "invalid IPv4 address", "http://1..2/": "invalid IPv4 address",
		"http://\u00ad/": "invalid international domain name", "http://xn--ä.com/": "invalid international domain name", "http://ä\u2028b.com/": "invalid international domain name",
		"http://:80/": "empty host", "wss://256.256.256.256/": "invalid IPv4 address",
	} {
		if u, failure := AbsoluteURL(in); failure == nil || failure.Reason() != want {
			t.Errorf("%s: %v %v, want %s", in, u, failure, want)
		}
	}
}
