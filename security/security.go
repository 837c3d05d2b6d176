package security

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/response"
)

// Scheme is a provider for Provide, Depends or Security. Its result is a pointer to the credentials.
type Scheme interface {
	dependencies.Source
	// Definitions returns the entries of components.securitySchemes in the document, by key. The caller may change the maps.
	Definitions() map[string]map[string]any
	// Requirements returns the security list of an operation, in OpenAPI's form. A request must meet one of the alternatives;
	// each has all schemes that it needs, with the scopes. Every request meets an empty alternative.
	Requirements(scopes []string) []map[string][]string
	// Statuses returns the statuses of its refusals.
	Statuses() []int
	scheme() *scheme
}

// scheme is the only implementation of Scheme. The constructors fill it.
type scheme struct {
	settings
	kind          string // of the constructor; the key in the document unless Name sets another
	define        func() map[string]any
	alternatives  []*scheme // of AnyOf, which has no definition itself; else nil
	takesAnything bool      // no credentials are malformed for it; for AnyOf, for none of its schemes
	challenges    []Challenge
	yields        reflect.Type // the pointer that find returns
	find          finder
	provider      any // a func(*exchange.Exchange) (*T, error); T is the type of the credentials
	mistakes      []mistake
}

// finder reads credentials of a request. They are a pointer, nil unless the outcome is given.
type finder func(*exchange.Exchange) (credentials any, _ outcome)

// outcome is the result of a finder.
type outcome uint8

const (
	absent    outcome = iota // the request has no credentials for the scheme
	malformed                // the credentials for the scheme cannot be parsed
	given
)

// mistake is a mistake in the declaration of a scheme.
type mistake struct{ found, legal string }

// newScheme makes a scheme with credentials of type *T.
func newScheme[T any](kind string, opts []Option, define func(*settings) map[string]any, challenge string, find finder) *scheme {
	s := &scheme{kind: kind, yields: reflect.TypeFor[*T](), find: find, settings: settings{status: http.StatusUnauthorized}}
	for i, o := range opts {
		if o == nil {
			s.fail(fmt.Sprintf("option %d of %s is nil", i+1, kind), "options of package security")
			continue
		}
		o.apply(&s.settings)
	}
	s.define = func() map[string]any { return define(&s.settings) }
	s.challenges = []Challenge{{Scheme: challenge, Realm: s.realm, Charset: s.charset, ResourceMetadata: s.resourceMetadata}}
	s.provider = provide[T](s)
	s.check()
	return s
}

// provide returns the provider function of a scheme.
func provide[T any](s *scheme) func(*exchange.Exchange) (*T, error) {
	return func(x *exchange.Exchange) (*T, error) {
		credentials, found := s.find(x)
		switch {
		case found == given:
			return credentials.(*T), nil
		case x.PairsError() != nil:
			return nil, x.PairsError()
		case found == absent && s.optional:
			return nil, nil
		}
		return nil, s.refuse()
	}
}

// refuse returns the error for a request without valid credentials. Only a 401 has a challenge, because only a 401 asks the client for
// credentials.
func (s *scheme) refuse() error {
	if s.unauthorized != nil {
		if err := s.unauthorized(); err != nil {
			return err
		}
	}
	err := response.NewError(s.status, "Not authenticated")
	if s.status != http.StatusUnauthorized {
		return err
	}
	return challenge(err, s.challenges)
}

func (s *scheme) scheme() *scheme { return s }

// ProviderFunc returns the provider function of the scheme.
func (s *scheme) ProviderFunc() any { return s.provider }

// ProviderName returns the name of the scheme for reports.
func (s *scheme) ProviderName() string {
	if s.alternatives == nil {
		return s.key()
	}
	var names []string
	for _, a := range s.alternatives {
		names = append(names, a.ProviderName())
	}
	return s.kind + "(" + strings.Join(names, ", ") + ")"
}

// ProviderMistake returns the mistakes in the declaration, "" for none.
func (s *scheme) ProviderMistake() (found, legal string) {
	var founds, legals []string
	for _, m := range s.mistakes {
		founds, legals = append(founds, m.found), append(legals, m.legal)
	}
	return strings.Join(founds, "; "), strings.Join(legals, "; ")
}

// key returns the key of the scheme in the document.
func (s *scheme) key() string {
	if s.name != "" {
		return s.name
	}
	return s.kind
}

// Definitions returns the definition of the scheme, or of the alternatives of an AnyOf.
func (s *scheme) Definitions() map[string]map[string]any {
	all := map[string]map[string]any{}
	for _, a := range s.leaves() {
		definition := a.define()
		if a.description != "" {
			definition["description"] = a.description
		}
		all[a.key()] = definition
	}
	return all
}

// Requirements returns the scheme, or the alternatives of an AnyOf, and an empty alternative if it is optional.
func (s *scheme) Requirements(scopes []string) []map[string][]string {
	var alternatives []map[string][]string
	for _, a := range s.leaves() {
		alternatives = append(alternatives, map[string][]string{a.key(): append([]string{}, scopes...)})
	}
	if s.optional {
		alternatives = append(alternatives, map[string][]string{})
	}
	return alternatives
}

// Statuses returns the statuses of refusals. An optional scheme refuses malformed credentials only.
func (s *scheme) Statuses() []int {
	if s.optional && s.takesAnything {
		return nil
	}
	return []int{s.status}
}

// fail records a mistake in the declaration.
func (s *scheme) fail(found, legal string) { s.mistakes = append(s.mistakes, mistake{found, legal}) }

// check finds the mistakes that any scheme may have. The constructors check their own parameters.
func (s *scheme) check() {
	if s.status < 400 || s.status > 499 {
		s.fail(fmt.Sprintf("Status(%d) is not that of a refusal", s.status), "a status of 400 to 499, as in Status(403)")
	}
	if s.name != "" && strings.Trim(s.name, keyCharacters) != "" {
		s.fail(fmt.Sprintf("Name(%q) has characters that a component of the document cannot have", s.name), "letters, digits, and . - _")
	}
	if hasControl(s.realm) || hasControl(s.resourceMetadata) {
		s.fail(fmt.Sprintf("Realm(%q) or ResourceMetadata(%q) has control characters", s.realm, s.resourceMetadata), "text that can stand in a header")
	}
	for _, wrong := range s.misused {
		s.fail(wrong.Found, wrong.Legal)
	}
	for _, o := range s.onlyFor {
		if !slices.Contains(o.kinds, s.kind) {
			s.fail(o.option+" on "+s.kind, o.option+" is for "+strings.Join(o.kinds, ", "))
		}
	}
}

const keyCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_"

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}
