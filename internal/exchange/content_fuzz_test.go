package exchange

import (
	"errors"
	"mime"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/httptext"
)

var (
	modifiedAt = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	// ownRanges are ranges that mean the same here as in http.ServeContent: it knows no unit but "bytes" in small letters, ends the request
	// for others, takes a suffix of 0 bytes for satisfiable, and has no limit.
	ownRanges = regexp.MustCompile(`^(bytes=[^=]*|)$`)
	noBytes   = regexp.MustCompile(`-\s*0+\s*(,|$)`)
	// entityTags is the grammar of If-Match and If-None-Match (RFC 9110, 13.1.1). In others http.ServeContent reads as much as it knows, so
	// that "*x" is "*". It is then asked with what httptext.EntityTags reads.
	entityTags = regexp.MustCompile(`^(\*|[ \t,]*((W/)?"[\x21\x23-\x7e]*"[ \t]*(,[ \t,]*|$))*)$`)
	separator  = regexp.MustCompile(`[0-9a-f]{60}`)
)

// FuzzContent compares the answer to ranges and conditions with that of http.ServeContent, and Conditions with both.
func FuzzContent(f *testing.F) {
	date, earlier := modifiedAt.Format(http.TimeFormat), modifiedAt.Add(-time.Hour).Format(http.TimeFormat)
	for _, s := range [][6]string{
		{"bytes=0-1", "", "", "", "", ""}, {"bytes=-3", `"e"`, "", "", "", ""}, {"bytes=2-", `W/"e"`, "", "", "", ""}, {"bytes=0-0,5-6, -1", date, "", "", "", ""},
		{"bytes=20-", "", "", "", "", ""}, {"bytes=-0", "", "", "", "", ""}, {"BYTES = 1-2", "", "", "", "", ""}, {"items=1-2", "", "", "", "", ""}, {"bytes=5-1", "", "", "", "", ""}, {"bytes=,,1-2,", "", "", "", "", ""},
		{"", "", `"e"`, `"e"`, "", ""}, {"", "", `W/"e"`, `W/"e"`, "", ""}, {"", "", "*", "*", "", ""}, {"", "", `"a", "b,c" , "e"`, `"a",`, date, earlier}, {"", "", "", "", earlier, date}, {"bytes=1-2", earlier, "", "x", "Friday, 02-Jan-26 03:04:05 GMT", ""},
		{"bytes=99999999999999999999-", "", "", "", "", ""}, {"bytes= 1 - 2 ", "", "", "", "", ""}, {"bytes=+1-2", "", "", "", "", ""}, {"bytes=0-,0-,0-", "", "", "", "", ""},
	} {
		f.Add(false, s[0], s[1], s[2], s[3], s[4], s[5])
	}
	f.Fuzz(func(t *testing.T, head bool, ranges, ifRange, match, noneMatch, modifiedSince, unmodifiedSince string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		if head {
			r.Method = http.MethodHead
		}
		for i, value := range []string{ranges, ifRange, match, noneMatch, modifiedSince, unmodifiedSince} {
			if value = strings.Trim(value, " \t"); value != "" { // as net/http reads it
				r.Header[contentHeaders[i]] = []string{value}
			}
		}
		const etag = `"e"`
		content := func() Content { return Content{10, modifiedAt, strings.NewReader("0123456789")} }
		x, got := acquire(t, r.Clone(t.Context()))
		err := x.ServeContent(200, &Headers{Map: http.Header{"Etag": {etag}}}, ContentTypeOf("text/plain"), content())
		var refused *Refused
		status := got.Code
		if errors.As(err, &refused) {
			status = refused.Status
		} else if err != nil {
			t.Fatal(err)
		}
		if refuses, _ := x.RefusesContent(etag, content()); refuses != 0 != (refused != nil) || refused != nil && refuses != status {
			t.Errorf("%v: RefusesContent says %d, the answer is %d", r.Header, refuses, status)
		}
		if _, has := r.Header["Range"]; has && (head || !ownRanges.MatchString(ranges) || noBytes.MatchString(ranges) || strings.Count(ranges, ",") >= maxRanges) {
			delete(r.Header, "Range")
			if status == http.StatusPartialContent || status == http.StatusRequestedRangeNotSatisfiable {
				if head {
					t.Errorf("HEAD %v: status %d", r.Header, status)
				}
				return // a unit in other letters, a suffix of 0 bytes
			}
		}
		want := httptest.NewRecorder()
		want.Header()["Etag"], want.Header()["Content-Type"] = []string{etag}, []string{"text/plain"}
		c := content()
		theirs := r.Clone(t.Context())
		for _, key := range []string{"If-Match", "If-None-Match"} {
			if lines := r.Header[key]; lines != nil && !entityTags.MatchString(lines[0]) {
				theirs.Header[key] = []string{httptext.EntityTags(lines)}
			}
		}
		http.ServeContent(want, theirs, "", c.Modified, c.Reader)
		if status != want.Code {
			t.Fatalf("%q: status %d, http.ServeContent %d", r.Header, status, want.Code)
		}
		if refused == nil {
			a, b := separator.ReplaceAllString(got.Body.String(), "B"), separator.ReplaceAllString(want.Body.String(), "B")
			if a != b || got.Header().Get("Content-Range") != want.Header().Get("Content-Range") {
				t.Errorf("%q: %q %q, http.ServeContent %q %q", r.Header, got.Header().Get("Content-Range"), a, want.Header().Get("Content-Range"), b)
			}
		}
		if delete(r.Header, "Range"); want.Code == http.StatusPartialContent || want.Code == http.StatusRequestedRangeNotSatisfiable {
			want.Code = http.StatusOK
		}
		y, _ := acquire(t, r)
		conditions := y.Conditions()
		if n := conditions.Status(etag, modifiedAt.Format(http.TimeFormat)); n != 0 != (want.Code != http.StatusOK) || n != 0 && n != want.Code {
			t.Errorf("%q: Conditions say %d, http.ServeContent %d", r.Header, n, want.Code)
		}
	})
}

// FuzzMediaType compares the media type of a body with mime.ParseMediaType.
func FuzzMediaType(f *testing.F) {
	for _, s := range []string{"application/json", "Application/JSON ; charset=utf-8", "text/plain;", "text", "/", "a/b/c", "a /b", "multipart/form-data; boundary=\"a;b\"", "a/b;x", "a/b,c/d", "*/*", "é/a", "a/b; q=1; q=2", "\u00a0a/b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, sent string) {
		got, ok := mediaTypeOf(sent)
		if !ok && got != sent {
			t.Errorf("%q: not a media type, returned as %q", sent, got)
		}
		want, _, err := mime.ParseMediaType(sent)
		if err == nil && strings.Contains(want, "/") {
			bare, _, _ := strings.Cut(sent, ";")
			if bare = strings.Trim(bare, " \t"); bare != strings.TrimSpace(bare) {
				return // mime skips all white space of Unicode
			}
			if main, sub, _ := strings.Cut(bare, "/"); !httptext.IsToken(main) || !httptext.IsToken(sub) {
				if ok {
					t.Errorf("%q: %q is a media type", sent, got)
				}
				return
			}
			if !ok || got != want {
				t.Errorf("%q: got %q, %t, mime has %q", sent, got, ok, want)
			}
		}
		if ok && !strings.Contains(sent, ";") && (err != nil || got != want) {
			t.Errorf("%q: got %q, mime has %q, %v", sent, got, want, err)
		}
	})
}
