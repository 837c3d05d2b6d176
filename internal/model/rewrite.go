package model

import (
	"strconv"
	"strings"
	"time"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/json"
)

// Durations are text or seconds for clients and nanoseconds for the decoder. Documents that hold some are rewritten.

// Rewrites reports whether values of t may hold durations.
func (t *Type) Rewrites() bool { return t.rewrites(map[*Type]bool{}) }

func (t *Type) rewrites(seen map[*Type]bool) bool {
	if t == nil || seen[t] || t.In != Plain {
		return false
	}
	seen[t] = true
	if t.Kind == Duration || t.Elem.rewrites(seen) {
		return true
	}
	for _, f := range t.Fields {
		if f.Type.rewrites(seen) {
			return true
		}
	}
	return false
}

// Rewrite appends doc, a valid document for t, with every duration as nanoseconds. What is no duration is copied as it
// is; the decoder refuses it.
func (t *Type) Rewrite(dst, doc []byte) []byte {
	t = t.Base()
	start := json.Space(doc, 0)
	switch {
	case start == len(doc) || t.In != Plain:
	case t.Kind == Duration:
		if d, failure := ReadDuration(doc[start:json.Skip(doc, start)]); failure == nil {
			return strconv.AppendInt(dst, int64(d), 10)
		}
	case (t.Kind == List || t.Kind == Array) && doc[start] == '[':
		dst = append(dst, '[')
		for i, at := range json.Elements(doc, start) {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = t.Elem.Rewrite(dst, doc[at.Start:at.End])
		}
		return append(dst, ']')
	case (t.Kind == Struct || t.Kind == Map) && doc[start] == '{':
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
			dst = elem.Rewrite(dst, doc[at.Start:at.End])
		}
		return append(dst, '}')
	}
	return append(dst, doc...)
}

// ReadDuration reads a JSON value as a duration.
func ReadDuration(raw []byte) (time.Duration, *constraint.Failure) {
	s, quoted := Unquote(raw)
	if !quoted {
		if s = string(raw); s[0] != '-' && (s[0] < '0' || s[0] > '9') {
			return 0, constraint.TimeDeltaType()
		}
	}
	d, err := ParseDuration(s)
	if err != nil {
		return 0, constraint.TimeDeltaParsing(err.Error())
	}
	return d, nil
}

// Unquote is the text of a JSON string; ok is false for other values.
func Unquote(raw []byte) (s string, ok bool) {
	if len(raw) < 2 || raw[0] != '"' {
		return "", false
	}
	if inner := string(raw[1 : len(raw)-1]); !strings.Contains(inner, `\`) {
		return inner, true
	}
	return s, json.Unmarshal(raw, &s) == nil
}
