package routing

import (
	"fmt"
	"reflect"

	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/security"
)

// definition is what a security scheme says of itself under its key in the document, and where it was declared.
type definition struct {
	text  map[string]any
	place string
}

// schemes checks that the security schemes of a route do not describe themselves otherwise than others of the same key:
// the document has one place for them, and would tell clients to send one scheme's credentials for the other.
func (c *compiler) schemes(plan *dependencies.Plan) {
	for _, use := range plan.Sources() {
		scheme, ok := use.Source.(security.Scheme)
		if !ok {
			continue
		}
		for key, text := range scheme.Definitions() {
			first, ok := c.definitions[key]
			if !ok {
				c.definitions[key] = definition{text, use.Place}
				continue
			}
			if !reflect.DeepEqual(first.text, text) {
				c.report.add(Mistake{
					Place: use.Place, Func: scheme.ProviderName(),
					Found: fmt.Sprintf("a second security scheme with the key %q in the document, and another definition; the first is at %s", key, first.place),
					Legal: fmt.Sprintf("one definition for each key: give one of them a key of its own with security.Name, or a type with security.As; it is %v here and %v there", text, first.text),
				})
			}
		}
	}
}
