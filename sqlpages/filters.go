package sqlpages

import (
	"database/sql/driver"
	"fmt"
	"reflect"
	"strings"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/params"
)

// writeFilters writes the conditions of the filters that in has, joined by AND, and one that is always true if it has none.
func (t *Table[Row, In]) writeFilters(s *statement, in reflect.Value) error {
	s.WriteString(" 1 = 1")
	for _, f := range t.filters {
		field := in.FieldByIndex(f.param.Index)
		if field.Kind() == reflect.Slice {
			if field.Len() > 0 {
				if err := f.writeList(s, field); err != nil {
					return err
				}
			}
			continue
		}
		value, presence := field.Addr().Interface().(model.Wrapper).Unwrap()
		if *presence != model.Present {
			continue
		}
		if err := f.write(s, value); err != nil {
			return err
		}
	}
	return nil
}

// write writes a condition with one value.
func (f *filter) write(s *statement, value reflect.Value) error {
	if f.op == "null" {
		s.WriteString(" AND " + f.column + map[bool]string{true: " IS NULL", false: " IS NOT NULL"}[value.Bool()])
		return nil
	}
	v, err := f.argument(s.style, value)
	if err != nil {
		return err
	}
	s.WriteString(" AND " + f.column)
	switch f.op {
	case "contains":
		s.WriteString(" LIKE ")
		s.add("%" + literal(value.String()) + "%")
		s.WriteString(" ESCAPE '!'")
	case "prefix":
		s.WriteString(" LIKE ")
		s.add(literal(value.String()) + "%")
		s.WriteString(" ESCAPE '!'")
	default:
		s.WriteString(map[string]string{"eq": " = ", "ne": " <> ", "lt": " < ", "lte": " <= ", "gt": " > ", "gte": " >= "}[f.op])
		s.add(v)
	}
	return nil
}

// writeList writes the condition of in or not_in.
func (f *filter) writeList(s *statement, values reflect.Value) error {
	s.WriteString(" AND " + f.column + map[string]string{"in": " IN (", "not_in": " NOT IN ("}[f.op])
	for i := range values.Len() {
		v, err := f.argument(s.style, values.Index(i))
		if err != nil {
			return err
		}
		if i > 0 {
			s.WriteString(", ")
		}
		s.add(v)
	}
	s.WriteByte(')')
	return nil
}

// argument returns a value as an argument. PostgreSQL has no text with a null byte, so such a value is a mistake of the client.
func (f *filter) argument(style Placeholders, value reflect.Value) (driver.Value, error) {
	v, err := argumentOf(value)
	if err != nil {
		return nil, fmt.Errorf("sqlpages: filter of %s: %w", f.column, err)
	}
	text, ok := v.(string)
	if style != Dollar || !ok || strings.IndexByte(text, 0) < 0 {
		return v, nil
	}
	failure := constraint.ValueError("the text has a null byte, which no value has")
	detail := params.ErrorDetail{Type: failure.Type, Loc: []any{"query", f.param.Name}, Msg: failure.Msg, Input: text, Ctx: failure.Ctx}
	if f.param.Secret {
		detail.Input = nil
	}
	return nil, &params.ValidationError{Errors: []params.ErrorDetail{detail}}
}

// literal returns a text for LIKE in which no character is a wildcard. The escape is !, as MySQL reads a backslash twice.
func literal(text string) string {
	return strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(text)
}
