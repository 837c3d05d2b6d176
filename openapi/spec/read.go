package spec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// read is the UnmarshalJSON of an object. Unknown members go to Extra, or are dropped if the object has none.
func read(doc []byte, o object) error {
	rest := map[string]json.RawMessage{}
	if err := json.Unmarshal(doc, &rest); err != nil {
		return err
	}
	members := o.members()
	if v, ok := o.(versioned); ok {
		members = append(members, v.in(true)...)
	}
	for _, m := range members {
		raw, ok := rest[m.name]
		if !ok {
			continue
		}
		delete(rest, m.name)
		if err := readValue(raw, m.value); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	extra := o.extra()
	if extra == nil || len(rest) == 0 {
		return nil
	}
	if *extra == nil {
		*extra = map[string]any{}
	}
	for name, raw := range rest {
		var v any
		if err := readValue(raw, &v); err != nil {
			return err
		}
		(*extra)[name] = v
	}
	return nil
}

// readValue decodes a value. Numbers in interface values stay as they are written.
func readValue(raw []byte, into any) error {
	if any, ok := into.(*any); ok && string(raw) == "null" {
		*any = json.RawMessage("null") // nil is an absent value
		return nil
	}
	if u, ok := into.(json.Unmarshaler); ok {
		return u.UnmarshalJSON(raw)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	return d.Decode(into)
}

// keys returns the names of an object's members in the order of the document.
func keys(doc []byte) (out []string, err error) {
	d := json.NewDecoder(bytes.NewReader(doc))
	if _, err = d.Token(); err != nil {
		return nil, err
	}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		name, ok := t.(string)
		if !ok {
			return nil, fmt.Errorf("%s is no object", doc)
		}
		var skipped json.RawMessage
		if err := d.Decode(&skipped); err != nil {
			return nil, err
		}
		out = append(out, name)
	}
	return out, nil
}

// UnmarshalJSON merges the document into the values that are there, as encoding/json does for maps.
func (o *ordered[T]) UnmarshalJSON(doc []byte) error {
	raws := map[string]json.RawMessage{}
	if err := json.Unmarshal(doc, &raws); err != nil {
		return err
	}
	if *o.values == nil {
		*o.values = map[string]T{}
	}
	order, err := keys(doc)
	if err != nil {
		return err
	}
	for _, name := range order {
		v := (*o.values)[name]
		if err := json.Unmarshal(raws[name], &v); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		(*o.values)[name] = v
		if !slices.Contains(*o.order, name) {
			*o.order = append(*o.order, name)
		}
	}
	return nil
}

func (s schemaOrBool) UnmarshalJSON(doc []byte) error {
	var b bool
	if json.Unmarshal(doc, &b) == nil {
		*s.value = b
		return nil
	}
	inner := &Schema{}
	*s.value = inner
	return json.Unmarshal(doc, inner)
}

// UnmarshalJSON reads what MarshalJSON writes, and the schemas true and false.
func (s *Schema) UnmarshalJSON(doc []byte) error {
	switch string(bytes.TrimSpace(doc)) {
	case "true":
		return nil
	case "false":
		s.Not = &Schema{}
		return nil
	}
	return read(doc, s)
}

func (t *oneOrMore) UnmarshalJSON(doc []byte) error {
	if len(doc) > 0 && doc[0] == '"' {
		*t = []string{""}
		return json.Unmarshal(doc, &(*t)[0])
	}
	return json.Unmarshal(doc, (*[]string)(t))
}

// UnmarshalJSON reads the examples of an object in the order of the document.
func (e *examples) UnmarshalJSON(doc []byte) error {
	values := map[string]Example{}
	if err := json.Unmarshal(doc, &values); err != nil {
		return err
	}
	order, err := keys(doc)
	for _, name := range order {
		example := values[name]
		example.Name = name
		*e = append(*e, example)
	}
	return err
}

// UnmarshalJSON reads the operations and the other members.
func (p *PathItem) UnmarshalJSON(doc []byte) error {
	if err := read(doc, p); err != nil {
		return err
	}
	found := map[string]json.RawMessage{}
	if err := json.Unmarshal(doc, &found); err != nil {
		return err
	}
	if p.Operations == nil {
		p.Operations = map[string]*Operation{}
	}
	for _, name := range []string{additionalOperations, "x-" + additionalOperations} {
		if raw, ok := found[name]; ok {
			if err := json.Unmarshal(raw, &p.Operations); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			delete(p.Extra, name)
		}
	}
	if op := p.Operations["QUERY"]; op != nil {
		p.Operations["query"] = op
		delete(p.Operations, "QUERY")
	}
	for _, method := range Methods {
		raw, ok := found[method]
		if !ok {
			continue
		}
		op := &Operation{}
		if err := json.Unmarshal(raw, op); err != nil {
			return fmt.Errorf("%s: %w", method, err)
		}
		p.Operations[method] = op
		delete(p.Extra, method)
	}
	if len(p.Operations) == 0 {
		p.Operations = nil
	}
	return nil
}
