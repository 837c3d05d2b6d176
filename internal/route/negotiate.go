package route

import (
	"fmt"
	"math"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/httptext"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/routing"
)

// offers returns the media types of a route's results: JSON, then the encoders in the order of declaration. An encoder of an inner
// level replaces one of an outer level for the same media type. nil means JSON only.
func (c *compiler) offers(e *endpoint, encoders []declare.Encoder) []declare.Encoder {
	if len(encoders) == 0 || e.kind != modelled && e.kind != dynamic {
		return nil
	}
	out := []declare.Encoder{{MediaType: e.mediaType()}}
	for _, enc := range encoders {
		parsed, params, err := mime.ParseMediaType(enc.MediaType)
		wrong := ""
		switch {
		case err != nil || len(params) > 0 || parsed != enc.MediaType || strings.Count(parsed, "/") != 1 || strings.Contains(parsed, "*"):
			wrong = fmt.Sprintf("Encoder(%q): this is no media type", enc.MediaType)
		case enc.Marshal == nil:
			wrong = fmt.Sprintf("Encoder(%q) has no function", enc.MediaType)
		case enc.MediaType == out[0].MediaType:
			wrong = fmt.Sprintf("Encoder(%q): results are written as that already", enc.MediaType)
		}
		if wrong != "" {
			c.add(routing.Mistake{Place: enc.Place, Found: wrong, Legal: "a media type in lower case without parameters, other than JSON's, and a function as in Encoder(\"application/cbor\", cbor.Marshal)"})
			continue
		}
		if i := slices.IndexFunc(out, func(o declare.Encoder) bool { return o.MediaType == enc.MediaType }); i >= 0 {
			out[i] = enc
		} else {
			out = append(out, enc)
		}
	}
	return out
}

// negotiate chooses the media type of the result (RFC 9110, 12.5.1). It runs before all other steps, so a 406 has no effects.
func (e *endpoint) negotiate(q *request) error {
	if e.kind == connection {
		return e.openSocket(q)
	}
	offer := bestOffer(q.exchange.Header("Accept"), e.rare.offers)
	if q.writeRare().offer = offer; offer >= 0 {
		return nil
	}
	var names []string
	for _, o := range e.rare.offers {
		names = append(names, o.MediaType)
	}
	detail := "Not Acceptable: available as " + strings.Join(names, ", ")
	return response.NewError(http.StatusNotAcceptable, detail).WithHeader("Vary", "Accept")
}

// bestOffer returns the index of the offer with the highest quality for the client, the first one of several, and -1 if the client
// accepts none.
func bestOffer(accept []string, offers []declare.Encoder) int {
	ranges := acceptRanges(accept)
	if len(ranges) == 0 {
		return 0
	}
	chosen, most := -1, 0.0
	for i, o := range offers {
		main, sub, _ := strings.Cut(o.MediaType, "/")
		quality, closest := 0.0, -1
		for _, r := range ranges {
			if s := r.specificity(main, sub); s > closest || s == closest && s >= 0 && r.q > quality {
				quality, closest = r.q, s
			}
		}
		if quality > most {
			chosen, most = i, quality
		}
	}
	return chosen
}

// acceptRange is one media range of an Accept header. It ignores parameters other than q.
type acceptRange struct {
	main, sub string
	q         float64
}

// specificity returns how closely the range names a media type: 2 for the type itself, 1 for its main type, 0 for */*, and -1 if it
// does not contain the type.
func (r acceptRange) specificity(main, sub string) int {
	switch {
	case r.main == "*" && r.sub == "*":
		return 0
	case r.main != main:
		return -1
	case r.sub == "*":
		return 1
	case r.sub == sub:
		return 2
	}
	return -1
}

// acceptRanges reads Accept headers. It leaves out illegal ranges. Without a legal range the client accepts everything.
func acceptRanges(lines []string) (out []acceptRange) {
	for _, e := range httptext.ParseWeighted(lines) {
		main, sub, ok := strings.Cut(e.Value, "/")
		r := acceptRange{strings.TrimSpace(main), strings.TrimSpace(sub), e.Weight}
		if ok && r.main != "" && r.sub != "" {
			out = append(out, r)
		}
	}
	return out
}

// encodeAs decodes the JSON in q.buf, which the response model has filtered, and encodes it with the negotiated encoder.
func (e *endpoint) encodeAs(q *request) ([]byte, error) {
	var v any
	if err := json.UnmarshalNumber(q.buf, &v); err != nil {
		return nil, fmt.Errorf("read the result again: %w", err)
	}
	encoder := &e.rare.offers[q.rare.offer]
	body, err := encoder.Marshal(numbers(v))
	if err != nil {
		return nil, fmt.Errorf("the Encoder of %s (%s): %w", encoder.MediaType, encoder.Place, err)
	}
	return body, nil
}

// numbers replaces each json.Number in v by the first of int64, uint64 and float64 that can hold it. Larger numbers become strings.
func numbers(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, elem := range v {
			v[k] = numbers(elem)
		}
	case []any:
		for i, elem := range v {
			v[i] = numbers(elem)
		}
	case json.Number:
		if i, err := strconv.ParseInt(string(v), 10, 64); err == nil {
			return i
		}
		if u, err := strconv.ParseUint(string(v), 10, 64); err == nil {
			return u
		}
		if f, err := strconv.ParseFloat(string(v), 64); err == nil && !math.IsInf(f, 0) {
			return f
		}
		return string(v) // no type can hold it; the text loses no digit
	}
	return v
}
