package main

import (
	"slices"
	"testing"

	"github.com/brio-go/brio/briotest"
)

type fakeMailer struct{ welcomed []string }

func (m *fakeMailer) Welcome(name string) { m.welcomed = append(m.welcomed, name) }

// region briotest
func TestSignUp(t *testing.T) {
	mailer := &fakeMailer{}
	c := briotest.New(t, newApp(openMailer), briotest.Override(func() Mailer { return mailer }))

	c.Get("/users/me").Status(401).Expect(map[string]any{"detail": "Sign up first"})
	var refused struct{ Detail []struct{ Loc []string } }
	c.Post("/users", NewUser{"ann", "short"}).Status(422).JSON(&refused)
	if got := refused.Detail[0].Loc; !slices.Equal(got, []string{"body", "password"}) {
		t.Error(got)
	}
	c.Post("/users", NewUser{"ann", "long enough"}).Status(201).Expect(User{"ann"})
	c.Get("/users/me").Status(200).Expect(User{"ann"})
	if !slices.Equal(mailer.welcomed, []string{"ann"}) {
		t.Error(mailer.welcomed)
	}
}

// endregion
