package constraint

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The reasons why a text is no e-mail address, URL or UUID: the messages of email-validator, and of the Rust crates of pydantic,
// for the reasons that these have.

// emailReasons are the reasons that emailReason may return.
var emailReasons = []string{
	"The email address is too long.",
	"An email address must have an @-sign.",
	"There must be something before the @-sign.",
	"There must be something after the @-sign.",
	"An email address cannot have a period immediately after the @-sign.",
	"An email address cannot start with a period.",
	"An email address cannot have a period immediately before the @-sign.",
	"An email address cannot have two periods in a row.",
	"The part after the @-sign is not valid. It should have a period.",
	"The part before the @-sign is not valid.",
	"The part after the @-sign is not valid.",
}

// emailReason returns a true reason why validator refused an address.
func (e *Engine) emailReason(s string, unread bool) string {
	at := strings.LastIndexByte(s, '@')
	switch {
	case unread:
		return "The email address is too long."
	case at < 0:
		return "An email address must have an @-sign."
	case at == 0:
		return "There must be something before the @-sign."
	}
	domain := s[at+1:]
	switch {
	case domain == "":
		return "There must be something after the @-sign."
	case strings.HasPrefix(domain, "."):
		return "An email address cannot have a period immediately after the @-sign."
	case strings.HasPrefix(s, "."):
		return "An email address cannot start with a period."
	case s[at-1] == '.':
		return "An email address cannot have a period immediately before the @-sign."
	case strings.Contains(domain, ".."):
		return "An email address cannot have two periods in a row."
	case !strings.Contains(domain, "."):
		return "The part after the @-sign is not valid. It should have a period."
	case recoverFalse(func() bool { return e.validator.Var("a@"+domain, "email") == nil }):
		return "The part before the @-sign is not valid."
	}
	return "The part after the @-sign is not valid."
}

// reportEmail is the report of email. It makes one failure for each of the few reasons.
func reportEmail(e *Engine, _ Rule) reporter {
	words := map[string]*Failure{}
	for _, reason := range emailReasons {
		words[reason] = Email(reason)
	}
	return func(v reflect.Value, unread bool) *Failure {
		reason := e.emailReason(v.String(), unread)
		if f := words[reason]; f != nil {
			return f
		}
		return Email(reason)
	}
}

// reportURL is the report of URLs. Without schemes any scheme is legal.
func reportURL(schemes ...string) func(*Engine, Rule) reporter {
	return func(*Engine, Rule) reporter {
		return func(v reflect.Value, unread bool) *Failure {
			s, _ := textOf(v)
			return urlFailure(s, unread, schemes...)
		}
	}
}

// reportUUID is the report of UUIDs of a version (0: any).
func reportUUID(version byte, lowerOnly bool) func(*Engine, Rule) reporter {
	return func(*Engine, Rule) reporter {
		return func(v reflect.Value, _ bool) *Failure { return uuidFailure(v, version, lowerOnly) }
	}
}

// urlFailure returns why a text is no URL of one of the schemes.
func urlFailure(s string, unread bool, schemes ...string) *Failure {
	if unread {
		return URLParsing("the input is too long")
	}
	if s == "" {
		return URLParsing("input is empty")
	}
	u, err := url.Parse(s)
	switch {
	case err != nil && strings.Contains(err.Error(), "invalid port"):
		return URLParsing("invalid port number")
	case err != nil:
		return URLParsing("invalid character or escape")
	case u.Scheme == "":
		return URLParsing("relative URL without a base")
	case len(schemes) > 0 && !slices.Contains(schemes, u.Scheme):
		return URLScheme(schemes...)
	case u.Host == "":
		return URLParsing("empty host")
	}
	return URLParsing("invalid URL")
}

// URLText returns why a text is no absolute URL.
func URLText(s string) *Failure { return urlFailure(s, false) }

// UUIDText returns why a text is no UUID.
func UUIDText(s string) *Failure { return uuidFailure(reflect.ValueOf(s), 0, false) }

// uuidFailure returns why the text of v is no UUID, with the messages of the Rust crate uuid. Positions and groups count from 1.
func uuidFailure(v reflect.Value, version byte, lowerOnly bool) *Failure {
	s, ok := textOf(v)
	if !ok {
		return UUIDType()
	}
	if len(s) > 64 { // no UUID is that long
		return UUIDParsing(fmt.Sprintf("invalid length: expected length 32 for simple format, found %d", len(s)))
	}
	for i, c := range s {
		if c >= utf8.RuneSelf || c != '-' && byteSets[c]&hexDigit == 0 || lowerOnly && byteSets[c]&upper != 0 {
			return UUIDParsing("invalid character: found `" + string(c) + "` at " + strconv.Itoa(utf8.RuneCountInString(s[:i])+1))
		}
	}
	groups := strings.Split(s, "-")
	if len(groups) == 1 && len(s) != 32 {
		return UUIDParsing(fmt.Sprintf("invalid length: expected length 32 for simple format, found %d", len(s)))
	}
	if len(groups) != 5 {
		return UUIDParsing(fmt.Sprintf("invalid group count: expected 5, found %d", len(groups)))
	}
	for i, n := range [...]int{8, 4, 4, 4, 12} {
		if len(groups[i]) != n {
			return UUIDParsing(fmt.Sprintf("invalid group length in group %d: expected %d, found %d", i+1, n, len(groups[i])))
		}
	}
	if version != 0 && s[14] != version {
		return UUIDVersion(int(version - '0'))
	}
	return UUIDParsing("invalid variant")
}

// textOf returns the text that validator's rules on text or fmt.Stringer check.
func textOf(v reflect.Value) (s string, ok bool) {
	if v.Kind() == reflect.String {
		return v.String(), true
	}
	recoverFalse(func() bool {
		var stringer fmt.Stringer
		if stringer, ok = v.Interface().(fmt.Stringer); ok {
			s = stringer.String()
		}
		return ok
	})
	return s, ok
}

func runes(v reflect.Value) int {
	if v.Kind() != reflect.String {
		return 0
	}
	return utf8.RuneCountInString(v.String())
}

// decimal returns the number as written in the tag, when float64 parses it: a float32's bound of 0.1 is reported as 0.1.
func decimal(param string, b float64) float64 {
	if n, err := strconv.ParseFloat(param, 64); err == nil {
		return n
	}
	return b
}
