package response_test

import (
	"mime"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/brio-go/brio/response"
)

// The filename of Content-Disposition is the last path element, in ASCII. A name that this changes is in filename* too, in UTF-8
// (RFC 6266, section 4.3). A line break in the name cannot end the header.
func TestFilenameSetsContentDisposition(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"report.pdf":      `attachment; filename="report.pdf"`,
		"a b;c=d.txt":     `attachment; filename="a b;c=d.txt"`,
		"naïve €.txt":     `attachment; filename="na_ve _.txt"; filename*=UTF-8''na%C3%AFve%20%E2%82%AC.txt`,
		`a"b.txt`:         `attachment; filename="a_b.txt"; filename*=UTF-8''a%22b.txt`,
		"100%25.txt":      `attachment; filename="100_25.txt"; filename*=UTF-8''100%2525.txt`,
		"../../etc/x":     `attachment; filename="x"`,
		`C:\temp\x.txt`:   `attachment; filename="x.txt"`,
		"a\r\nX-Evil: 1":  `attachment; filename="a__X-Evil: 1"; filename*=UTF-8''aX-Evil%3A%201`,
		"\xff.txt":        `attachment; filename="_.txt"; filename*=UTF-8''%EF%BF%BD.txt`,
		"plus+and'quote'": `attachment; filename="plus+and'quote'"`,
	} {
		got := response.File("x", response.Filename(name)).Header().Get("Content-Disposition")
		if got != want {
			t.Errorf("%q: got %s, want %s", name, got, want)
		}
		if _, params, err := mime.ParseMediaType(got); err != nil || (strings.ContainsAny(name, "/\\\r\n") || !utf8.ValidString(name)) == (params["filename"] == name) {
			t.Errorf("%q is read as %q, %v", name, params["filename"], err)
		}
	}
	for want, opts := range map[string][]response.FileOption{
		"":                            nil,
		"inline":                      {response.Inline()},
		`inline; filename="a.txt"`:    {response.Inline(), response.Filename("a.txt")},
		`attachment; filename="a.md"`: {response.Filename("a.md")},
		"inline ":                     {response.Inline(), response.Filename("/")},
	} {
		if got := response.File("x", opts...).Header().Get("Content-Disposition"); got != strings.TrimSpace(want) {
			t.Errorf("Content-Disposition: got %q, want %q", got, want)
		}
	}
}
