package document

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// object is a JSON object whose members keep their order. An encoded document is read back as *object, []any, string, json.Number, bool
// and nil, to make the YAML form and the 3.0 form of it.
type object struct{ members []member }

// member is one member of an object.
type member struct {
	name  string
	value any
}

// readOrdered reads one JSON value.
func readOrdered(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	return readValue(d)
}

// readValue reads the next value of d.
func readValue(d *json.Decoder) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	switch t {
	case json.Delim('{'):
		o := &object{}
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return nil, fmt.Errorf("openapi: %w", err)
			}
			value, err := readValue(d)
			if err != nil {
				return nil, err
			}
			o.members = append(o.members, member{name.(string), value})
		}
		_, err = d.Token()
		return o, err
	case json.Delim('['):
		list := []any{}
		for d.More() {
			value, err := readValue(d)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		_, err = d.Token()
		return list, err
	}
	return t, nil
}

// MarshalJSON writes the members in their order.
func (o *object) MarshalJSON() ([]byte, error) {
	return appendOrdered(nil, o)
}

// appendOrdered appends a value as JSON, with members in their order.
func appendOrdered(dst []byte, v any) ([]byte, error) {
	var err error
	switch v := v.(type) {
	case *object:
		dst = append(dst, '{')
		for i, m := range v.members {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(appendText(dst, m.name), ':')
			if dst, err = appendOrdered(dst, m.value); err != nil {
				return dst, err
			}
		}
		return append(dst, '}'), nil
	case []any:
		dst = append(dst, '[')
		for i, elem := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			if dst, err = appendOrdered(dst, elem); err != nil {
				return dst, err
			}
		}
		return append(dst, ']'), nil
	case string:
		return appendText(dst, v), nil
	}
	text, err := json.Marshal(v)
	return append(dst, text...), err
}

// appendText appends s as a JSON string, without the escapes for HTML.
func appendText(dst []byte, s string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // encoding a string cannot fail
	return append(dst, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...)
}

func (o *object) find(name string) int {
	return slices.IndexFunc(o.members, func(m member) bool { return m.name == name })
}

// get returns the value of a member, or nil when there is none.
func (o *object) get(name string) any {
	if i := o.find(name); i >= 0 {
		return o.members[i].value
	}
	return nil
}

func (o *object) set(name string, value any) {
	if i := o.find(name); i >= 0 {
		o.members[i].value = value
	} else {
		o.members = append(o.members, member{name, value})
	}
}

// remove deletes members and returns the value of the first one found.
func (o *object) remove(names ...string) (value any) {
	o.members = slices.DeleteFunc(o.members, func(m member) bool {
		if !slices.Contains(names, m.name) {
			return false
		}
		if value == nil {
			value = m.value
		}
		return true
	})
	return value
}
