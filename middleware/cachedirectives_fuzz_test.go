package middleware

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// referenceMember is a member of Cache-Control with the comma behind it: token [ "=" ( token / quoted-string ) ] (RFC 9111, 5.2).
var referenceMember = regexp.MustCompile("^([!#$%&'*+\\-.^_`|~0-9A-Za-z]+)(=(?:([!#$%&'*+\\-.^_`|~0-9A-Za-z]+)|\"((?s:[^\"\\\\]|\\\\.)*)\"))?[ \t]*(?:,|$)")

// referenceSkip is a member of any other form with the comma behind it. A comma in a quoted value does not end it; an open string reaches to
// the end of the line.
var referenceSkip = regexp.MustCompile(`^[^=, \t]*(?:="(?s:[^"\\]|\\.)*(?:"[^,]*|\\?$)|[^,]*)(?:,|$)`)

// referenceDirectives reads a Cache-Control with regular expressions: the names in order, each with its value.
func referenceDirectives(lines []string) (members [][2]string, isMalformed bool) {
	for _, line := range lines {
		for line = strings.TrimLeft(line, " \t,"); line != ""; line = strings.TrimLeft(line, " \t,") {
			m := referenceMember.FindStringSubmatch(line)
			if m == nil {
				isMalformed = true
				line = line[len(referenceSkip.FindString(line)):]
				continue
			}
			value := "-" // none
			if m[2] != "" {
				value = "=" + m[3] + regexp.MustCompile(`(?s)\\(.)`).ReplaceAllString(m[4], "$1")
			}
			members = append(members, [2]string{strings.ToLower(m[1]), value})
			line = line[len(m[0]):]
		}
	}
	return members, isMalformed
}

// referenceSeconds is the shortest time of the members with a name, absent without one.
func referenceSeconds(members [][2]string, name string) time.Duration {
	shortest := absent
	for _, m := range members {
		if m[0] != name {
			continue
		}
		text := strings.TrimPrefix(m[1], "=")
		n, err := strconv.ParseUint(text, 10, 64)
		switch {
		case m[1] == "-" && name == "max-stale":
			n = 1<<31 - 1
		case strings.Trim(text, "0123456789") != "" || text == "" || m[1] == "-":
			n = 0
		case err != nil || n > 1<<31:
			n = 1 << 31
		}
		if d := time.Duration(n) * time.Second; shortest == absent || d < shortest {
			shortest = d
		}
	}
	return shortest
}

// FuzzCacheDirectives compares the parser with regular expressions, also for what it must never miss: private and no-store in a header that
// is not malformed.
func FuzzCacheDirectives(f *testing.F) {
	for _, line := range []string{
		"public, max-age=60", `private="Set-Cookie, x-user", no-cache="a b"`, "max-age=99999999999999999999999,s-maxage=0060", `max-age="5", MAX-AGE=7`, "max-stale, max-stale=3",
		`x="a\"b, private", no-store`, `x="open, private`, "max-age = 5, private", "max-age=;private", ",, ,no-cache,", "only-if-cached\tno-store", "min-fresh=-1, stale-if-error=1.5, stale-while-revalidate=", `a="b"c, private`,
		"must-understand,must-revalidate,proxy-revalidate", `private=, no-cache=""`, "\\=\"", `a b="c, d"`,
	} {
		f.Add(line, "")
		f.Add("max-age=1", line)
	}
	f.Fuzz(func(t *testing.T, first, second string) {
		lines := []string{first, second}
		members, isMalformed := referenceDirectives(lines)
		want := directives{isMalformed: isMalformed}
		for name, to := range map[string]*bool{
			"no-store": &want.noStore, "public": &want.isPublic, "must-revalidate": &want.mustRevalidate, "proxy-revalidate": &want.proxyRevalidate,
			"must-understand": &want.mustUnderstand, "only-if-cached": &want.onlyIfCached,
		} {
			*to = slices.ContainsFunc(members, func(m [2]string) bool { return m[0] == name })
		}
		for _, m := range members {
			if m[0] != "private" && m[0] != "no-cache" {
				continue
			}
			names := regexp.MustCompile("[ \t]*,[ \t]*").Split(strings.Trim(strings.TrimPrefix(m[1], "="), " \t"), -1)
			isList := m[1] != "-" && !slices.ContainsFunc(names, func(n string) bool {
				return n == "" || referenceMember.FindString(n) != n || strings.ContainsAny(n, "=, \t")
			})
			switch {
			case isList:
				for _, n := range names {
					want.fields = append(want.fields, http.CanonicalHeaderKey(n))
				}
			case m[0] == "private":
				want.isPrivate = true
			default:
				want.noCache = true
			}
		}
		want.maxAge, want.sMaxAge, want.minFresh = referenceSeconds(members, "max-age"), referenceSeconds(members, "s-maxage"), referenceSeconds(members, "min-fresh")
		want.maxStale, want.staleWhileRevalidate = referenceSeconds(members, "max-stale"), referenceSeconds(members, "stale-while-revalidate")
		want.staleIfError = referenceSeconds(members, "stale-if-error")
		if got := parseDirectives(lines); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%q\ngot  %+v\nwant %+v", lines, got, want)
		}
	})
}

// FuzzCacheRecord decodes any bytes, and encodes what it has read to the same.
func FuzzCacheRecord(f *testing.F) {
	now := time.Unix(1, 5)
	e := &cacheEntry{status: 200, pattern: "/x", born: now, stored: now, life: 9, names: []string{"Accept"}, variant: "v", header: []storedField{{"Etag", true, []string{`"a"`}}}, body: []byte("body")}
	f.Add(e.encode())
	f.Add((&cacheIndex{names: []string{"Accept", "Origin"}, slots: []string{"a", "b"}, next: 1}).encode())
	f.Add([]byte{cacheForm, entryKind, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		e, x, err := decodeCache(b)
		if err != nil {
			return
		}
		var again []byte
		if x != nil {
			again = x.encode()
		} else {
			again = e.encode()
		}
		e2, x2, err := decodeCache(again)
		if err != nil || fmt.Sprintf("%+v %+v", e, x) != fmt.Sprintf("%+v %+v", e2, x2) {
			t.Errorf("%v: %x became %x", err, b, again)
		}
	})
}
