package explore

import (
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/brio-go/brio/internal/contract"
)

// samples are texts of the formats that documents name.
var samples = map[string][]string{
	"date-time":     {"2026-02-28T23:59:59Z", "1970-01-01T00:00:00Z", "2024-02-29T12:30:00.5+02:00"},
	"date":          {"2026-02-28", "2024-02-29", "1999-12-31"},
	"time":          {"00:00:00", "23:59:59", "12:30:00"},
	"duration":      {"PT1H", "P1DT30M", "PT0S"},
	"uuid":          {"f47ac10b-58cc-4372-a567-0e02b2c3d479", "123e4567-e89b-42d3-a456-426614174000"},
	"uuid4":         {"f47ac10b-58cc-4372-a567-0e02b2c3d479"},
	"email":         {"ann@example.com", "a.b+c@example.org"},
	"uri":           {"https://example.com/a?b=c", "http://localhost:8080/"},
	"uri-reference": {"/a/b", "https://example.com/"},
	"ipv4":          {"192.0.2.1", "127.0.0.1"},
	"ipv6":          {"2001:db8::1", "::1"},
	"hostname":      {"example.com", "a.b.example"},
	"ipvanyaddress": {"192.0.2.1", "::1"},
	"json-string":   {`{"a":1}`},
	"decimal":       {"1.5", "0", "-2"},
	"byte":          {"aGVsbG8="},
	"regex":         {"^a+$"},
	"json-pointer":  {"/a/0"},
	"idn-email":     {"ann@example.com"},
	"ipvanynetwork": {"192.0.2.0/24"},
}

// textEdges are the shortest and longest texts of a schema, and texts that programs read wrongly.
func (g *generator) textEdges(s contract.Object) (out []any) {
	if isFile(s) {
		return []any{file(""), file(g.canary)}
	}
	format, _ := s["format"].(string)
	if known := samples[format]; known != nil {
		for _, t := range known {
			out = append(out, t)
		}
		return out
	}
	least, _ := contract.Int(s["minLength"])
	most, bounded := contract.Int(s["maxLength"])
	if p, _ := s["pattern"].(string); p != "" {
		for range 3 {
			if t, ok := g.pattern(p, least, most); ok {
				out = append(out, t)
			}
		}
		return out
	}
	if s["contentEncoding"] == "base64" {
		return []any{"", base64.StdEncoding.EncodeToString([]byte(g.canary))}
	}
	if format != "" && format != "password" && format != "binary" {
		return nil
	}
	out = append(out, g.sized(least), g.sized(least+1))
	if bounded && most <= maxMade {
		out = append(out, g.sized(most), strings.Repeat("é", most))
	}
	return append(out, "é日本🎈", `"'<&;%\`, "null", "0")
}

// isFile reports whether a text is the content of a file.
func isFile(s contract.Object) bool {
	return s["format"] == "binary" || s["contentMediaType"] == "application/octet-stream" && s["contentEncoding"] == nil
}

// text makes a free text, with a canary if there is room.
func (g *generator) text(s contract.Object) any {
	if edges := g.textEdges(s); s["pattern"] != nil || s["format"] != nil && s["format"] != "password" || isFile(s) || s["contentEncoding"] != nil {
		if len(edges) > 0 {
			return edges[g.rng.IntN(len(edges))]
		}
	}
	least, _ := contract.Int(s["minLength"])
	most, ok := contract.Int(s["maxLength"])
	n := max(least, len(g.canary))
	if ok && n > most {
		n = least + g.rng.IntN(most-least+1)
	}
	return g.sized(n)
}

// sized returns a text of n characters that begins with the canary.
func (g *generator) sized(n int) string {
	n = max(0, min(n, maxMade))
	if n <= len(g.canary) {
		return strings.Repeat("a", n)
	}
	return g.canary + strings.Repeat("x", n-len(g.canary))
}

// newCanary is a text that no other request has.
func newCanary(seed uint64, n int) string { return fmt.Sprintf("cnry%xq%dq", seed&0xfff, n) }

// runes is the length of a text in characters.
func runes(s string) int { return utf8.RuneCountInString(s) }
