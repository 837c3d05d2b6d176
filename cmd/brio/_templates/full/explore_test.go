package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/brio-go/brio/briotest"
)

// Requests that are made of the document, right ones, wrong ones and sequences of them, get answers that the document has.
func TestExplore(t *testing.T) {
	s := newService(t)
	s.signUp("root")
	s.makeAdmin("root")
	tokens := map[string]string{}
	briotest.Explore(t, s.app, briotest.Stateful(), s.option, briotest.Credentials(func(r *http.Request, _ string, scopes []string) {
		wanted := strings.Join(scopes, " ")
		if wanted == "" {
			wanted = "none" // a request for no scopes gets all of them
		}
		if tokens[wanted] == "" {
			tokens[wanted] = s.token("root", wanted)
		}
		r.Header.Set("Authorization", "Bearer "+tokens[wanted])
	}))
}
