package model

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// The tables of the guide list every scalar of the standard library, and no type that has no row.
func TestScalarsAreDocumented(t *testing.T) {
	for _, page := range []string{"parameters.md", "schemas.md"} {
		text, err := os.ReadFile("../../docs/" + page)
		if err != nil {
			t.Fatal(err)
		}
		_, table, ok := strings.Cut(string(text), "\n## Types\n")
		if !ok {
			t.Fatalf("%s has no table of types", page)
		}
		table, _, _ = strings.Cut(table, "\n## ")
		listed := map[string]bool{}
		for line := range strings.Lines(table) {
			cells := strings.Split(line, "|")
			if len(cells) < 2 {
				continue
			}
			for _, name := range regexp.MustCompile("`[a-z]+\\.[A-Za-z]+`").FindAllString(cells[1], -1) {
				listed[strings.Trim(name, "`")] = true
			}
		}
		for typ := range scalars {
			if name := typ.String(); listed[name] {
				delete(listed, name)
			} else {
				t.Errorf("docs/%s lacks %s", page, name)
			}
		}
		delete(listed, "json.RawMessage") // any JSON, and no scalar
		for name := range listed {
			if !strings.HasPrefix(name, "params.") && !strings.HasPrefix(name, "brio.") {
				t.Errorf("docs/%s lists %s, which has no row", page, name)
			}
		}
	}
}

// A row says how the type is read: by a quick way of its kind, or by its text after decoding.
func TestScalarsAreComplete(t *testing.T) {
	for typ, row := range scalars {
		switch {
		case row.read == nil || row.tokens == 0:
			t.Errorf("%s cannot be read", typ)
		case (row.kind == Any) != (row.blank != ""):
			t.Errorf("%s has a kind and a blank, or neither", typ)
		case row.kind != Any && (row.in != ByKind || row.out != ByKind || row.format != "" || row.text == nil):
			t.Errorf("%s has a kind, so its forms are ByKind and it has a text", typ)
		case row.kind == Any && (row.in == ByKind || row.out == ByKind || (row.format == "") == (row.text == nil)):
			t.Errorf("%s has no kind, so it needs forms, and a format or a text", typ)
		}
		if row.lax != nil && row.rewrite == nil && !reflect.PointerTo(typ).Implements(textMarshaler) {
			t.Errorf("%s is read laxly, and the decoder needs its text", typ)
		}
	}
	for name, f := range textFormats {
		if f.wrongType == nil || f.refused == nil {
			t.Errorf("the format %s lacks a failure", name)
		}
	}
}
