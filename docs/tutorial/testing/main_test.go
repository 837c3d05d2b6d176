package main

import (
	"slices"
	"testing"

	"github.com/brio-go/brio/briotest"
)

type fakeMailer struct{ sent []string }

func (m *fakeMailer) Send(to, text string) error {
	m.sent = append(m.sent, to+": "+text)
	return nil
}

func TestCreateItem(t *testing.T) {
	mailer := &fakeMailer{}
	c := briotest.New(t, newApp(), briotest.Override(func() Mailer { return mailer }))

	c.Post("/items", Item{Name: "tea"}).Status(201).Body(`{"name":"tea"}`)
	if want := []string{"ann@example.com: a new item: tea"}; !slices.Equal(mailer.sent, want) {
		t.Errorf("sent %q, want %q", mailer.sent, want)
	}
}

func TestCreateItemRefusesEmptyNames(t *testing.T) {
	c := briotest.New(t, newApp())

	c.Post("/items", `{"name":""}`).Status(422)
	c.Get("/items").Status(405).Header("Allow", "OPTIONS, POST")
}
