package explore_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/security"
)

// TestExploreFollowsRelativeLocation: a Location may be relative to the URL of the request (RFC 9110, section 10.2.2).
func TestExploreFollowsRelativeLocation(t *testing.T) {
	for location, want := range map[string]string{
		"things/7":                    "",
		"/things/7?full=true":         "",
		"http://example.com/things/7": "",
		"7":                           "the Location /7 is answered with 404",
		"./others/7":                  "the Location /others/7 is answered with 404",
	} {
		app := newQuietApp()
		app.Post("/things", func(res *brio.Response) int { res.SetHeader("Location", location); return 1 }, brio.Status(201))
		app.Get("/things/{id}", func(in *struct {
			ID int `path:"id"`
		}) int {
			return in.ID
		})
		failures := explored(t, app, briotest.Stateful())
		if (want == "") != (len(failures) == 0) || want != "" && !strings.Contains(failures[0], "POST /things: Location: "+want) {
			t.Errorf("%s: got %q", location, failures)
		}
	}
}

// TestExploreFindsOrder: an answer that depends on the safe request before it is found, although the same request twice has one answer.
func TestExploreFindsOrder(t *testing.T) {
	app := newQuietApp()
	last := "none"
	app.Get("/a", func() int { last = "a"; return 1 })
	app.Get("/b", func() string { return last })
	app.Get("/c", func() int { last = "c"; return 1 })
	failures := explored(t, app)
	if len(failures) != 1 || !strings.Contains(failures[0], "GET /b: order: the answer after other safe requests differs:\n\"a\"\n\"c\"\n") {
		t.Errorf("got %q", failures)
	}
}

// TestExploreNeedsGuards: an operation that the document guards and the app does not is found without credentials of the test too, with
// the smallest request.
func TestExploreNeedsGuards(t *testing.T) {
	app := newQuietApp(brio.Provide(security.HTTPBearer()))
	needed := brio.OpenAPIExtra(map[string]any{"security": []any{map[string]any{"HTTPBearer": []any{}}}})
	app.Get("/open", func(in *struct {
		Q string `query:"q" default:""`
		N int    `query:"n" default:"1"`
	}) int {
		return 1
	}, needed)
	app.Get("/guarded", func(*security.Token) int { return 1 })
	failures := explored(t, app)
	if len(failures) != 1 || !strings.Contains(failures[0], "GET /open: auth: the operation needs credentials, and answers 200 without any\n  curl -i \"$BASE\"'/open'\n") {
		t.Errorf("got %q", failures)
	}
}

// TestExploreKeepsPaths: the life of a thing below another one goes on below it, with the credentials of its creation. An app that deletes
// later may still show the thing.
func TestExploreKeepsPaths(t *testing.T) {
	type inShop struct {
		Shop string `path:"shop" pattern:"^[a-z]{1,9}$"`
	}
	type itemPath struct {
		inShop
		ID int `path:"id"`
	}
	for _, c := range []struct {
		bug    string
		status int
		want   string
	}{
		{"", 204, ""},
		{"", 202, ""},
		{"kept", 202, ""},
		{"kept", 204, "GET /shops/{shop}/items/{id}: deleted gone: what was deleted a moment ago is answered with 200"},
		{"other shop", 204, "GET /shops/{shop}/items/{id}: created found: what was created a moment ago is answered with 404"},
	} {
		items, last := map[string]bool{}, 0
		key := func(shop string, id int) string { return fmt.Sprint(shop, " ", id) }
		find := func(in *itemPath) error {
			if !items[key(in.Shop, in.ID)] {
				return brio.Error(404, "There is no such item")
			}
			return nil
		}
		missing := brio.Responds[any](404, "There is no such item")
		app := newQuietApp(brio.Depends(security.HTTPBearer()))
		app.Post("/shops/{shop}/items", func(in *inShop, res *brio.Response) map[string]int {
			last++
			if items[key(in.Shop, last)] = true; c.bug == "other shop" {
				items = map[string]bool{key(in.Shop+"x", last): true}
			}
			if c.bug == "" {
				res.SetHeader("Location", fmt.Sprintf("/shops/%s/items/%d", in.Shop, last))
			}
			return map[string]int{"id": last}
		}, brio.Status(201))
		app.Get("/shops/{shop}/items/{id}", func(in *itemPath, filter *struct {
			Wide bool `query:"wide" default:"false"`
		}) (int, error) {
			return in.ID, find(in)
		}, missing)
		app.Put("/shops/{shop}/items/{id}", func(in *itemPath) (int, error) { return in.ID, find(in) }, missing)
		app.Put("/shops/{shop}", func(in *inShop) string { return in.Shop })
		app.Delete("/shops/{shop}/items/{id}", func(in *itemPath) error {
			if err := find(in); err != nil {
				return err
			}
			if c.bug != "kept" {
				delete(items, key(in.Shop, in.ID))
			}
			return nil
		}, brio.Status(c.status), missing)
		failures := explored(t, app, briotest.Stateful(), briotest.Credentials(func(r *http.Request, _ string, _ []string) {
			r.Header.Set("Authorization", "Bearer right")
		}), briotest.LeaveOut("* auth", "any token is right"))
		if got := strings.Join(failures, "\n"); (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s with %d: got %q, want %q", c.bug, c.status, got, c.want)
		}
	}
}

// TestExploreTakesIDsAsTexts: a number of an answer is a value of a path parameter of texts, and a text of digits one of numbers. One that
// the document does not allow in the path is not sent.
func TestExploreTakesIDsAsTexts(t *testing.T) {
	reached := map[string]int{}
	app := newQuietApp()
	app.Post("/texts", func() map[string]int { return map[string]int{"id": 123456} })
	app.Get("/texts/{id}", func(in *struct {
		ID string `path:"id" validate:"max=40"`
	}) int {
		reached[in.ID]++
		return 1
	})
	app.Post("/numbers", func() map[string]string { return map[string]string{"id": "234567"} })
	app.Get("/numbers/{id}", func(in *struct {
		ID int `path:"id"`
	}) int {
		reached[fmt.Sprint(in.ID)]++
		return 1
	})
	app.Post("/words", func() map[string]string { return map[string]string{"id": "7"} })
	app.Get("/words/{id}", func(in *struct {
		ID string `path:"id" pattern:"^[a-z]+$"`
	}) int {
		return 1
	})
	for _, options := range [][]briotest.ExploreOption{nil, {briotest.Stateful()}} {
		clear(reached)
		if failures := explored(t, app, options...); len(failures) > 0 {
			t.Errorf("got %q", failures)
		}
		if reached["123456"] < 5 || reached["234567"] < 5 {
			t.Errorf("the handlers have had %v", reached)
		}
	}
}
