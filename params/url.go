package params

import (
	"net/url"

	"github.com/brio-go/brio/internal/model"
)

// URL is an absolute URL: it has a scheme, and for the web's schemes a host. `validate:"http_url"` narrows the scheme.
// A net/url.URL is read alike; this type is a text for other packages too.
type URL struct{ url.URL }

// String gives the URL's text.
func (u URL) String() string { return u.URL.String() }

// MarshalText gives the URL's text.
func (u URL) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// UnmarshalText reads an absolute URL.
func (u *URL) UnmarshalText(text []byte) error {
	parsed, failure := model.AbsoluteURL(string(text))
	if failure != nil {
		return failure
	}
	u.URL = *parsed
	return nil
}

// TextFormat is uri, as in JSON Schema.
func (URL) TextFormat() string { return "uri" }
