package model

import (
	"reflect"
	"strings"
	"testing"

	"github.com/brio-go/brio/internal/constraint"
)

// TestTagsThatCannotBeReadAreProblems: reflect reads a tag up to the first thing that is no key:"value", and is silent about
// the rest.
func TestTagsThatCannotBeReadAreProblems(t *testing.T) {
	for tag, want := range map[string]string{
		`json:"a" validate: "min=1"`: `not read from "validate: \"min=1\""`,
		`json:"a" validate:min=1`:    `not read from "validate:min=1"`,
		`json:"a" validate:"min=1`:   `not read from "validate:\"min=1"`,
		`a name`:                     `not read from "a name"`,
		`json:"a"  validate:"min=1"`: "",
		`json:"a"validate:"min=1"`:   "",
		`json:"a" x:"1" x:"2"`:       `nothing reads x:"1"`,
		``:                           "",
	} {
		typ := reflect.StructOf([]reflect.StructField{{Name: "A", Type: reflect.TypeFor[string](), Tag: reflect.StructTag(tag)}})
		got := strings.Join(NewReader(constraint.New()).Type(typ).InputProblems(), "\n")
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s: got %q, want %q", tag, got, want)
		}
	}
}

// A filter and a sort are read without some of their tags. What follows a tag that cannot be read is a problem all the same.
func TestTagsWithoutKeysKeepWhatCannotBeRead(t *testing.T) {
	for tag, want := range map[reflect.StructTag]reflect.StructTag{
		`query:"a" filter:"eq" doc:"b"`: `query:"a" doc:"b"`, `filter:"eq"`: "", `query:"a" filter:"eq" doc: "b"`: `query:"a" doc: "b"`,
	} {
		if got := withoutTag(tag, "filter"); got != want {
			t.Errorf("%s: got %q, want %q", tag, got, want)
		}
	}
}

func TestTypos(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"qury", "query", 1}, {"defualt", "default", 1}, {"exmaple", "example", 1}, {"boyd", "body", 1}, {"path", "path", 0}, {"", "abc", 3}} {
		if got := typos(c.a, c.b); got != c.want {
			t.Errorf("%s, %s: got %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
