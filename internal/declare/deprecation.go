package declare

import (
	"fmt"
	"net/url"
	"strings"
	"time"
)

// Deprecation says since when operations are deprecated, and when they end.
type Deprecation struct {
	Since  time.Time
	Sunset time.Time // zero: no end is planned
	Link   string    // a URI reference to a page for people; "" for none
}

// Mistake returns what is wrong with the values, and the legal form. Both are "" if nothing is.
func (d Deprecation) Mistake() (found, legal string) {
	switch {
	case d.Since.IsZero():
		return "DeprecatedSince has no date", "the time since when the operations are deprecated, as in time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)"
	case !isHTTPDate(d.Since):
		return fmt.Sprintf("DeprecatedSince: the year of the date is %d", d.Since.UTC().Year()), "a year from 1970 to 9999"
	case d.Sunset.IsZero():
	case !isHTTPDate(d.Sunset):
		return fmt.Sprintf("DeprecatedSince: the year of the sunset is %d", d.Sunset.UTC().Year()), "a year from 1970 to 9999; time.Time{} plans no end"
	case d.Sunset.Before(d.Since):
		return fmt.Sprintf("DeprecatedSince: the sunset %s is before the date %s", d.Sunset.UTC().Format(time.RFC3339), d.Since.UTC().Format(time.RFC3339)),
			"the date and then the sunset, which is not earlier (RFC 9745, 4)"
	}
	if u, err := url.Parse(d.Link); err != nil || strings.ContainsFunc(d.Link, notInReference) || u.Opaque != "" {
		return fmt.Sprintf("DeprecatedSince: the link is %q", d.Link), `a URL or a path, as in "https://example.com/changes"; "" for none`
	}
	return "", ""
}

// isHTTPDate reports whether t has a form as an HTTP-date (RFC 9110, 5.6.7), whose year has four digits, and as a Date of RFC 9651.
func isHTTPDate(t time.Time) bool {
	year := t.UTC().Year()
	return year >= 1970 && year <= 9999
}

// notInReference reports whether no URI has r as it is (RFC 3986, 2).
func notInReference(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune("<>\"\\^`{|}", r)
}
