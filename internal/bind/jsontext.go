package bind

import (
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
)

// jsonText reads a parameter whose text is a JSON document, in the way of a body.
type jsonText struct {
	shape       *json.Shape
	fieldChecks fieldChecks
	value       bodyField
}

// newJSONText compiles the value of a parameter whose text is JSON.
func newJSONText(r *model.Reader, f *model.Field) *jsonText {
	return &jsonText{r.Shape(f.Type), fieldChecksOf(f), newBodyField(f, nil)}
}

// bindJSON reads the JSON document s into the field. The locs of errors begin with that of the parameter.
func (p *parameter) bindJSON(w *walker, s string, field reflect.Value) {
	doc := []byte(s)
	report := w.scan()(p.jsonText.shape, doc, w.limits)
	switch report.Verdict {
	case json.Fits, json.Misfit:
	case json.TooDeep:
		w.errs.add(constraint.JSONTooDeep(w.limits.Effective().Depth), p.loc, nil)
		return
	case json.TooLong:
		w.errs.add(constraint.TooManyElements(w.limits.Effective().Elements), p.loc, nil)
		return
	default:
		w.errs.add(constraint.JSONText(jsonReason(doc, report)), p.loc, p.input(s))
		return
	}
	start := json.Space(doc, 0)
	path := w.path
	outer := w.reading
	w.reading = reading{on: w.on, fieldChecks: p.jsonText.fieldChecks}
	w.begin(doc, report)
	w.pushLoc(p.loc)
	p.jsonText.value.fill(w, node{Span: json.Span{Start: start, End: json.Skip(doc, start)}}, report.Verdict == json.Fits, field)
	w.doc, w.path, w.chosen, w.explained, w.reading = nil, path, nil, 0, outer
}

// jsonReason returns the fault of a malformed document in the words of pydantic, with line and column.
func jsonReason(doc []byte, r json.Report) string {
	at := 0
	for range r.Offset {
		_, n := utf8.DecodeRune(doc[at:])
		at += n
	}
	end := at >= len(doc)
	open := openBracket(doc[:at])
	var what string
	switch r.Message {
	case json.MessageValue:
		if what = "expected value"; end {
			what = "EOF while parsing " + map[byte]string{0: "a value", '[': "a list", '{': "a value"}[open]
		}
	case json.MessageName:
		if what = "key must be a string"; end {
			what = "EOF while parsing an object"
		}
	case json.MessageComma:
		what = map[byte]string{'[': "expected `,` or `]`", '{': "expected `,` or `}`"}[open]
		if end {
			what = "EOF while parsing " + map[byte]string{'[': "a list", '{': "an object"}[open]
		}
	case json.MessageColon:
		if what = "expected `:`"; end {
			what = "EOF while parsing an object"
		}
	case json.MessageExtra:
		what = "trailing characters"
	case json.MessageUnterminated:
		what, at, end = "EOF while parsing a string", len(doc), true
	case json.MessageControl:
		what = `control character (\u0000-\u001F) found while parsing a string`
	case json.MessageEscape, json.MessageUnicode:
		what = "invalid escape"
	default:
		what = strings.ToLower(r.Message[:1]) + r.Message[1:]
	}
	line := strings.Count(string(doc[:at]), "\n")
	column := at - 1 - strings.LastIndexByte(string(doc[:at]), '\n')
	if !end {
		column++
	}
	return fmt.Sprintf("%s at line %d column %d", what, line+1, column)
}

// openBracket returns the innermost bracket that is open at the end of doc, the beginning of a document, or 0.
func openBracket(doc []byte) byte {
	var open []byte
	quoted := false
	for i := 0; i < len(doc); i++ {
		switch c := doc[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			open = append(open, c)
		case (c == ']' || c == '}') && len(open) > 0:
			open = open[:len(open)-1]
		}
	}
	if len(open) == 0 {
		return 0
	}
	return open[len(open)-1]
}
