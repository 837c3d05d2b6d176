package main

import (
	"testing"

	"github.com/brio-go/brio/briotest"
)

// newTeam adds a team, and returns its path.
func newTeam(owner *briotest.Client) string {
	var team struct{ ID string }
	owner.Post("/teams", `{"name":"Team"}`).Status(201).JSON(&team)
	return "/teams/" + team.ID
}

func TestTeams(t *testing.T) {
	s := newService(t)
	ann, annID := s.signUp("ann")
	bob, bobID := s.signUp("bob")
	team := newTeam(ann)

	bob.Get(team).Status(404) // as if there were none
	bob.Get("/teams").Status(200).Body(`[]`)
	ann.Put(team+"/members", `{"email":"nobody@example.com","role":"member"}`).Status(404)
	ann.Put(team+"/members", `{"email":"bob@example.com","role":"member"}`).Status(200)
	bob.Get(team).Status(200)
	bob.Get(team + "/members").Status(200)
	bob.Put(team, `{"name":"Bob's"}`).Status(403)
	bob.Delete(team).Status(403)

	ann.Delete(team + "/members/" + annID).Status(409) // the last owner
	ann.Put(team+"/members", `{"email":"ann@example.com","role":"member"}`).Status(409)
	ann.Put(team+"/members", `{"email":"bob@example.com","role":"owner"}`).Status(200)
	ann.Delete(team + "/members/" + annID).Status(204)
	ann.Get(team).Status(404)
	bob.Delete(team + "/members/" + annID).Status(404)
	bob.Delete(team + "/members/" + bobID).Status(409)
	bob.Put(team, `{"name":"Bob's"}`).Status(200)
	bob.Delete(team).Status(204)
	bob.Get(team).Status(404)
}

func TestItems(t *testing.T) {
	s := newService(t)
	ann, _ := s.signUp("ann")
	bob, bobID := s.signUp("bob")
	eve, _ := s.signUp("eve")
	team := newTeam(ann)
	for _, name := range []string{"bob", "eve"} {
		ann.Put(team+"/members", `{"email":"`+name+`@example.com","role":"member"}`).Status(200)
	}
	var item struct {
		ID    string
		Owner string `json:"owner_id"`
		Done  bool
	}
	bob.Post(team+"/items", `{"name":"pen"}`).Status(201).JSON(&item)
	if item.Owner != bobID {
		t.Errorf("%+v", item)
	}
	path := team + "/items/" + item.ID
	eve.Get(path).Status(200)
	eve.Put(path, `{"name":"mine"}`).Status(403)
	eve.Delete(path).Status(403)
	bob.Put(path, `{"name":"ink","done":true}`).Status(200).JSON(&item)
	if !item.Done {
		t.Errorf("%+v", item)
	}
	newTeam(eve)
	eve.Get(newTeam(eve) + "/items/" + item.ID).Status(404) // the item is of another team
	ann.Delete(path).Status(204)                            // as an owner of the team
	bob.Get(path).Status(404)
	bob.Get(team + "/items").Status(200).Body(`[]`)
}
