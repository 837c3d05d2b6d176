package main

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/brio-go/brio/briotest"

	"example.com/app/internal/mail"
	"example.com/app/internal/users"
)

func TestSignUp(t *testing.T) {
	s := newService(t)
	ann, id := s.signUp("ann")
	var me users.User
	ann.Get("/users/me").Status(200).JSON(&me)
	if me.ID.String() != id || me.Email != "ann@example.com" {
		t.Errorf("%+v", me)
	}
	s.Post("/users", map[string]string{"email": "ANN@example.com", "name": "x", "password": password}).Status(409)
	s.Post("/users", map[string]string{"email": "bob@example.com", "name": "x", "password": "short"}).Status(422)
	s.Post("/token", credentials("bob")).Status(401)
	s.Get("/users/me").Status(401)
	select {
	case m := <-s.mails:
		if m != (mail.Mail{To: "ann@example.com", Subject: "Welcome", Text: "Hello ann"}) {
			t.Errorf("%+v", m)
		}
	case <-time.After(time.Minute):
		t.Error("the job has sent no mail")
	}
}

// A test replaces a value of the app. A job that fails runs again.
func TestJobRunsAgain(t *testing.T) {
	option, _ := supplied(t, nil)
	var calls atomic.Int32
	sent := make(chan struct{})
	s := &service{t: t, Client: briotest.New(t, newApp(), option, briotest.Supply(mail.Send(func(context.Context, mail.Mail) error {
		if calls.Add(1) == 1 {
			return errors.New("the mail service is away")
		}
		close(sent)
		return nil
	})))}
	s.Post("/users", map[string]string{"email": "ann@example.com", "name": "ann", "password": password}).Status(201)
	select {
	case <-sent:
	case <-time.After(time.Minute):
		t.Error("the job has not run again")
	}
}

func TestRefreshTokens(t *testing.T) {
	s := newService(t)
	ann, _ := s.signUp("ann")
	cookie := func(res *briotest.Response) string {
		for _, c := range res.Result().Cookies() {
			if c.Name == "__Host-refresh" && c.HttpOnly && c.Secure && c.SameSite == http.SameSiteStrictMode {
				return c.Value
			}
		}
		t.Fatal("no cookie")
		return ""
	}
	first := cookie(s.Post("/token", credentials("ann")).Status(200))
	second := cookie(s.Post("/token/refresh", nil).Status(200))
	if first == second {
		t.Error("the refresh token has not changed")
	}
	s.Post("/token/refresh", nil).Status(200) // with the second one
	ann.Get("/users/me").Status(200)

	// A refresh token that is used again ends its session, for the thief and for the user.
	thief := briotest.New(t, s.app, s.option, briotest.BaseURL("https://example.com"))
	thief.Post("/token/refresh", nil).Cookie("__Host-refresh", first).Status(401)
	s.Post("/token/refresh", nil).Status(401)
	ann.Get("/users/me").Status(200) // another session
}

func TestLogout(t *testing.T) {
	s := newService(t)
	ann, _ := s.signUp("ann")
	s.Post("/logout", nil).Status(204)
	ann.Get("/users/me").Status(401)
	s.Post("/token/refresh", nil).Status(401)
	s.Post("/logout", nil).Header("Sec-Fetch-Site", "cross-site").Status(403)
}

func TestSignInsAreLimited(t *testing.T) {
	s := newService(t)
	for range 30 {
		s.Post("/token", credentials("nobody")).Status(401)
	}
	s.Post("/token", credentials("nobody")).Status(429)
}

func TestScopes(t *testing.T) {
	s := newService(t)
	ann, _ := s.signUp("ann")
	ann.Get("/users").Status(403)
	s.signIn("ann", "me").Get("/teams").Status(403)
	s.signIn("ann", "me", "admin").Get("/users").Status(403) // the user does not have it
	ann.WithHeader("Authorization", "Bearer nonsense").Get("/users/me").Status(401)
}

func TestAdmin(t *testing.T) {
	s := newService(t)
	s.signUp("root")
	s.makeAdmin("root")
	root := s.signIn("root")
	ann, id := s.signUp("ann")
	ann.Put("/users/"+id+"/disabled", `{"disabled":true}`).Status(403)
	root.Put("/users/"+id+"/disabled", `{"disabled":true}`).Status(200)
	ann.Get("/users/me").Status(401)
	s.Post("/token", credentials("ann")).Status(401)
	root.Put("/users/"+id+"/disabled", `{"disabled":false}`).Status(200)
	ann.Get("/users/me").Status(200)

	var page []users.User
	root.Get("/users").Query("limit", "1").Status(200).JSON(&page)
	if len(page) != 1 || page[0].Name != "root" {
		t.Fatalf("%+v", page)
	}
	root.Get("/users").Query("after", page[0].ID.String()).Status(200).JSON(&page)
	if len(page) != 1 || page[0].Name != "ann" {
		t.Errorf("%+v", page)
	}
}

func TestChangePassword(t *testing.T) {
	s := newService(t)
	ann, _ := s.signUp("ann")
	ann.Patch("/users/me", `{"name":"Ann"}`).Status(200)
	ann.Put("/users/me/password", map[string]string{"old": "wrong", "new": password}).Status(409)
	ann.Put("/users/me/password", map[string]string{"old": password, "new": strings.Repeat("x", 20)}).Status(204)
	ann.Get("/users/me").Status(401)
	s.Post("/token", credentials("ann")).Status(401)
}
