package middleware

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/brio-go/brio/internal/httptext"
)

// absent is the value of a time of directives that the header does not have.
const absent time.Duration = -1

// maxDelta is the longest time that a directive can have; longer ones count as this (RFC 9111, 1.2.2).
const maxDelta = (1 << 31) * time.Second

// directives are those of the Cache-Control of a request or of an answer (RFC 9111, 5.2; RFC 5861). A time is absent without its directive.
// Of two with one name the shorter time counts, for max-stale too. A value that is no number of seconds is 0: the answer is stale (RFC 9111,
// 4.2.1).
type directives struct {
	isMalformed bool // a member is no directive; what it was meant to say is unknown

	noStore, noCache, isPrivate, isPublic, mustRevalidate, proxyRevalidate, mustUnderstand, onlyIfCached bool

	fields []string // canonical names of the fields in no-cache="…" and private="…", which a shared cache does not store

	maxAge, sMaxAge, minFresh, maxStale, staleWhileRevalidate, staleIfError time.Duration
}

// parseDirectives reads the lines of a Cache-Control, in time linear in their length.
func parseDirectives(lines []string) directives {
	d := directives{maxAge: absent, sMaxAge: absent, minFresh: absent, maxStale: absent, staleWhileRevalidate: absent, staleIfError: absent}
	for _, line := range lines {
		for {
			line = strings.TrimLeft(line, " \t,")
			if line == "" {
				break
			}
			name, value, hasValue, rest, ok := cutDirective(line)
			line = rest
			if !ok {
				d.isMalformed = true
				continue
			}
			d.set(name, value, hasValue)
		}
	}
	return d
}

// cutDirective cuts a directive and the comma behind it off the front of a line: a token, or a token, an equals sign and a token or quoted
// string. If it is malformed, rest begins behind the next comma.
func cutDirective(line string) (name, value string, hasValue bool, rest string, ok bool) {
	end := strings.IndexAny(line, "=, \t")
	if end < 0 {
		end = len(line)
	}
	name, rest = line[:end], line[end:]
	ok = httptext.IsToken(name)
	if after, found := strings.CutPrefix(rest, "="); found {
		hasValue = true
		if strings.HasPrefix(after, `"`) {
			var isString bool
			if value, rest, isString = httptext.CutQuoted(after); !isString {
				return "", "", false, "", false // it reaches to the end of the line
			}
		} else {
			end := strings.IndexAny(after, ", \t")
			if end < 0 {
				end = len(after)
			}
			value, rest = after[:end], after[end:]
			ok = ok && httptext.IsToken(value)
		}
	}
	before, behind, isLast := strings.Cut(rest, ",")
	ok = ok && strings.Trim(before, " \t") == ""
	if !isLast {
		behind = ""
	}
	return name, value, hasValue, behind, ok
}

// set sets one directive. Unknown ones have no effect (RFC 9111, 5.2.3).
func (d *directives) set(name, value string, hasValue bool) {
	switch strings.ToLower(name) {
	case "no-store":
		d.noStore = true
	case "no-cache":
		d.noCache = d.setFields(value, hasValue) || d.noCache
	case "private":
		d.isPrivate = d.setFields(value, hasValue) || d.isPrivate
	case "public":
		d.isPublic = true
	case "must-revalidate":
		d.mustRevalidate = true
	case "proxy-revalidate":
		d.proxyRevalidate = true
	case "must-understand":
		d.mustUnderstand = true
	case "only-if-cached":
		d.onlyIfCached = true
	case "max-age":
		shorten(&d.maxAge, value)
	case "s-maxage":
		shorten(&d.sMaxAge, value)
	case "min-fresh":
		shorten(&d.minFresh, value)
	case "max-stale":
		if !hasValue { // any time
			value = strconv.Itoa(math.MaxInt32)
		}
		shorten(&d.maxStale, value)
	case "stale-while-revalidate":
		shorten(&d.staleWhileRevalidate, value)
	case "stale-if-error":
		shorten(&d.staleIfError, value)
	}
}

// setFields adds the names of fields in a value. It is true if the directive is of the whole answer: without a value, or with one that is no
// list of names.
func (d *directives) setFields(value string, hasValue bool) (isWhole bool) {
	if !hasValue {
		return true
	}
	before := len(d.fields)
	for name := range strings.SplitSeq(value, ",") {
		name = strings.Trim(name, " \t")
		if !httptext.IsToken(name) {
			d.fields = d.fields[:before]
			return true
		}
		d.fields = append(d.fields, http.CanonicalHeaderKey(name))
	}
	return false
}

// shorten sets a time to the seconds in value, unless it is shorter already.
func shorten(t *time.Duration, value string) {
	seconds := time.Duration(0)
	for i := range len(value) {
		c := value[i]
		if c < '0' || c > '9' {
			seconds = 0
			break
		}
		seconds = min(seconds*10+time.Duration(c-'0'), maxDelta/time.Second)
	}
	if read := seconds * time.Second; *t == absent || read < *t {
		*t = read
	}
}

// lifetime returns how long an answer with the directives and headers is fresh in a shared cache (RFC 9111, 4.2.1). isSaid is false if it
// does not say so. made is the Date of the answer.
func (d *directives) lifetime(h http.Header, made time.Time) (lifetime time.Duration, isSaid bool) {
	switch {
	case d.sMaxAge != absent:
		return d.sMaxAge, true
	case d.maxAge != absent:
		return d.maxAge, true
	}
	expires := h["Expires"]
	if len(expires) == 0 {
		return 0, false
	}
	at, err := http.ParseTime(expires[0])
	if err != nil || len(expires) > 1 { // as in "Expires: 0": the answer has expired (RFC 9111, 5.3)
		return 0, true
	}
	return max(0, at.Sub(made)), true
}
