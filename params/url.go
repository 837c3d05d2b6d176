package params

import (
	"net/url"

	"github.com/brio-go/brio/internal/model"
)

// URL is an absolute URL. It has a scheme, and with http, https, ws, wss and ftp a host. The rule http_url allows http and https
// only. The framework reads a net/url.URL in the same way, but only a URL is text for other packages too.
type URL struct{ url.URL }

// String returns the text of the URL.
func (u URL) String() string { return u.URL.String() }

// MarshalText returns the text of the URL.
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

// TextFormat returns uri, the format in JSON Schema.
func (URL) TextFormat() string { return "uri" }
