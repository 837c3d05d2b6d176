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

// Scheme is passed to Provide, Depends or Security like any provider. Its result is a pointer to the credentials.
type Scheme interface {
	dependencies.Source
	// Definitions are what the document lists under components.securitySchemes, by key. The maps are the caller's.
	Definitions() map[string]map[string]any
	// Requirements are the alternatives one of which a request must meet, each with all the schemes that it takes and the
	// scopes asked for: the security list of an operation, in OpenAPI's form. An empty alternative is met by every request.
	Requirements(scopes []string) []map[string][]string
	// Statuses are those with which it may refuse a request.
	Statuses() []int
	scheme() *scheme
}

// scheme is every Scheme: the constructors differ in what they put into it.
type scheme struct {
	settings
	kind          string // of the constructor, which is the key in the document unless Name says another
	define        func() map[string]any
	alternatives  []*scheme // of AnyOf, which has no definition of its own
	takesAnything bool      // nothing that is sent for it is malformed: of AnyOf, for none of its schemes
	challenges    []Challenge
	yields        reflect.Type // the pointer that find returns
	find          finder
	provider      any // a func(*exchange.Exchange) (*T, error), for the T that is yielded
	mistakes      []mistake
}

// finder looks for credentials in a request. They are a pointer, nil unless they are given.
type finder func(*exchange.Exchange) (credentials any, _ outcome)

// outcome is what a finder has found.
type outcome uint8

const (
	absent    outcome = iota // nothing was sent that is meant for the scheme
	malformed                // what was sent for the scheme cannot be read
	given
)

// mistake is one in the declaration of a scheme.
type mistake struct{ found, legal string }

// newScheme makes a scheme whose credentials are a *T.
func newScheme[T any](kind string, opts []Option, define func(*settings) map[string]any, challenge string, find finder) *scheme {
	s := &scheme{kind: kind, yields: reflect.TypeFor[*T](), find: find, settings: settings{status: http.StatusUnauthorized}}
	for _, o := range opts {
		o.apply(&s.settings)
	}
	s.define = func() map[string]any { return define(&s.settings) }
	s.challenges = []Challenge{{Scheme: challenge, Realm: s.realm, Charset: s.charset, ResourceMetadata: s.resourceMetadata}}
	s.provider = provide[T](s)
	s.check()
	return s
}

// provide is the function that a scheme stands for.
func provide[T any](s *scheme) func(*exchange.Exchange) (*T, error) {
	return func(x *exchange.Exchange) (*T, error) {
		credentials, found := s.find(x)
		switch {
		case found == given:
			return credentials.(*T), nil
		case x.Overfull() != nil:
			return nil, x.Overfull()
		case found == absent && s.optional:
			return nil, nil
		}
		return nil, s.refuse()
	}
}

// refuse is the error of a request without credentials. Only a 401 has a challenge: it asks for credentials, where
// other statuses say that none would help.
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

// ProviderFunc is the provider that the scheme stands for.
func (s *scheme) ProviderFunc() any { return s.provider }

// ProviderName names the scheme in reports.
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

// ProviderMistake is what is wrong with the declaration, "" when nothing is.
func (s *scheme) ProviderMistake() (found, legal string) {
	var all, right []string
	for _, m := range s.mistakes {
		all, right = append(all, m.found), append(right, m.legal)
	}
	return strings.Join(all, "; "), strings.Join(right, "; ")
}

// key is the name of the scheme in the document.
func (s *scheme) key() string {
	if s.name != "" {
		return s.name
	}
	return s.kind
}

// Definitions describe the scheme, or the schemes of which one is enough, in the document.
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

// Requirements are the scheme itself, or those of which one is enough, and nothing where it is optional.
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

// Statuses are those with which the scheme may refuse a request. An optional scheme refuses only credentials that cannot
// be read.
func (s *scheme) Statuses() []int {
	if s.optional && s.takesAnything {
		return nil
	}
	return []int{s.status}
}

// fail notes a mistake in the declaration.
func (s *scheme) fail(found, legal string) { s.mistakes = append(s.mistakes, mistake{found, legal}) }

// check finds what can be wrong with every scheme; the constructors check what is their own.
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
