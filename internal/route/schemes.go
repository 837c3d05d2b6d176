package route

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/routing"
	"github.com/brio-go/brio/security"
)

// definition is the definition of a security scheme under its key in the document, and the place of its declaration.
type definition struct {
	text  map[string]any
	place string
}

// schemes reports two security schemes with one key and different definitions. The document has one entry for a key, so clients
// would send the credentials of one scheme to the other. It also reports scopes that a route requires and a scheme does not declare.
func (c *compiler) schemes(plan *inject.Plan, at routing.Mistake) {
	for _, use := range plan.Sources() {
		scheme, ok := use.Source.(security.Scheme)
		if !ok {
			continue
		}
		c.undeclaredScopes(scheme, use, at)
		for key, text := range scheme.Definitions() {
			first, ok := c.definitions[key]
			if !ok {
				c.definitions[key] = definition{text, use.Place}
				continue
			}
			if !reflect.DeepEqual(first.text, text) {
				c.add(routing.Mistake{
					Place: use.Place, Func: scheme.ProviderName(),
					Found: fmt.Sprintf("a second security scheme with the key %q in the document, and another definition; the first is at %s", key, first.place),
					Legal: fmt.Sprintf("one definition for each key: give one of them a key of its own with security.Name, or a type with security.As; it is %v here and %v there", text, first.text),
				})
			}
		}
	}
}

// undeclaredScopes reports scopes that an OAuth2 scheme does not declare: no client could request a token that has them. Other
// types of schemes declare no scopes (OpenAPI 3.1, Security Requirement Object). A test with Overrides is not checked, because its
// functions have the scopes of the functions that they replace.
func (c *compiler) undeclaredScopes(scheme security.Scheme, use inject.SourceUse, at routing.Mistake) {
	if c.Scope.UncheckedScopes || c.Scope.Overrides != nil || len(use.Scopes) == 0 {
		return
	}
	definitions := scheme.Definitions()
	for _, key := range slices.Sorted(maps.Keys(definitions)) {
		flows, ok := definitions[key]["flows"].(map[string]any)
		if !ok {
			continue
		}
		declared := map[string]bool{}
		for _, f := range flows {
			flow, _ := f.(map[string]any)
			scopes, _ := flow["scopes"].(map[string]any)
			for s := range scopes {
				declared[s] = true
			}
		}
		for i, scope := range use.Scopes {
			if declared[scope] {
				continue
			}
			m := mistakeAt(at, fmt.Sprintf("the scope %q is asked for, which the security scheme %s (%s) does not declare", scope, key, use.Place),
				"a scope that the scheme declares; it declares "+cmp.Or(strings.Join(slices.Sorted(maps.Keys(declared)), ", "), "none"))
			m.Func, m.Place, m.Registered = use.RequiredBy[i].Name, use.RequiredBy[i].Place, at.Place
			c.add(m)
		}
	}
}
