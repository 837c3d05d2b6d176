package params

import (
	"strconv"
	"strings"

	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
)

// rewrites reports whether values of t hold some whose JSON the decoder does not take: durations, which are text or
// seconds for clients and nanoseconds for the decoder.
func rewrites(t *model.Type) bool { return hasDuration(t, map[*model.Type]bool{}) }

func hasDuration(t *model.Type, seen map[*model.Type]bool) bool {
	if t == nil || seen[t] || t.In != model.Plain {
		return false
	}
	seen[t] = true
	if t.Kind == model.Duration || hasDuration(t.Elem, seen) {
		return true
	}
	for _, f := range t.Fields {
		if hasDuration(f.Type, seen) {
			return true
		}
	}
	return false
}

// rewrite copies doc, which fits t, with every duration as nanoseconds. What is no duration is copied as it is; the
// decoder refuses it, and the walk says why.
func rewrite(dst []byte, t *model.Type, doc []byte) []byte {
	t = t.Base()
	start := json.Space(doc, 0)
	if start == len(doc) {
		return dst
	}
	switch {
	case t.In != model.Plain:
	case t.Kind == model.Duration:
		if d, failure := duration(doc[start:json.Skip(doc, start)]); failure == nil {
			return strconv.AppendInt(dst, int64(d), 10)
		}
	case (t.Kind == model.List || t.Kind == model.Array) && doc[start] == '[':
		dst = append(dst, '[')
		for i, at := range json.Elements(doc, start) {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = rewrite(dst, t.Elem, doc[at.Start:at.End])
		}
		return append(dst, ']')
	case (t.Kind == model.Struct || t.Kind == model.Map) && doc[start] == '{':
		dst = append(dst, '{')
		first := true
		for name, at := range json.Members(doc, start) {
			if !first {
				dst = append(dst, ',')
			}
			first = false
			dst = json.AppendKey(dst, name)
			elem := t.Elem
			if i := t.FieldIndex(name); i >= 0 {
				elem = t.Fields[i].Type
			}
			if elem == nil {
				dst = append(dst, doc[at.Start:at.End]...)
				continue
			}
			dst = rewrite(dst, elem, doc[at.Start:at.End])
		}
		return append(dst, '}')
	}
	return append(dst, doc...)
}

// unquote is the text of a JSON string.
func unquote(raw []byte) (s string, ok bool) {
	if len(raw) < 2 || raw[0] != '"' {
		return "", false
	}
	if inner := string(raw[1 : len(raw)-1]); !strings.Contains(inner, `\`) {
		return inner, true
	}
	return s, json.Unmarshal(raw, &s) == nil
}
