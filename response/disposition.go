package response

import (
	"strings"
	"unicode/utf8"

	"github.com/brio-go/brio/internal/httptext"
)

// disposition returns the Content-Disposition of a file, "" for none.
func (f *file) disposition() string {
	kind := "attachment"
	switch {
	case f.inline:
		kind = "inline"
	case f.filename == "":
		return ""
	}
	return disposition(kind, f.filename)
}

// disposition writes a Content-Disposition (RFC 6266). filename is for old clients and has only characters that all of them
// read alike. If the name has others, filename* has the complete name (RFC 8187), which clients prefer.
func disposition(kind, name string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	if name == "" {
		return kind
	}
	name = strings.ToValidUTF8(name, "\uFFFD")
	ascii := strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f || r == '"' || r == '%' {
			return '_'
		}
		return r
	}, name)
	out := string(httptext.AppendQuoted([]byte(kind+"; filename="), ascii))
	if ascii == name {
		return out
	}
	return out + "; filename*=UTF-8''" + extValue(name)
}

// extValue percent-encodes a name for filename*. It drops control characters.
func extValue(name string) string {
	const hex, safe = "0123456789ABCDEF", "!#$&+-.^_`|~" // attr-char of RFC 8187
	var b strings.Builder
	for i := 0; i < len(name); {
		r, n := utf8.DecodeRuneInString(name[i:])
		if r < ' ' || r == 0x7f {
			i += n
			continue
		}
		for ; n > 0; n-- {
			c := name[i]
			if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte(safe, c) >= 0 {
				b.WriteByte(c)
			} else {
				b.Write([]byte{'%', hex[c>>4], hex[c&15]})
			}
			i++
		}
	}
	return b.String()
}
