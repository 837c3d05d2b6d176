package isolation

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// TestKeptParametersDoNotChange: a handler may keep parameters: strings of small bodies, which share the body's memory, and strings
// of large ones.
func TestKeptParametersDoNotChange(t *testing.T) {
	type note struct {
		Title string   `json:"title" validate:"min=1,max=4000"`
		Tags  []string `json:"tags" validate:"max=3,dive,min=1"`
		By    *string  `json:"by"`
	}
	type input struct {
		Q    string   `query:"q"`
		All  []string `query:"all"`
		Note note     `body:""`
	}
	var mu sync.Mutex
	var kept []*input
	app := brio.New()
	app.Post("/notes", func(in *input) { mu.Lock(); defer mu.Unlock(); kept = append(kept, in) })
	title := func(i int) string { return strings.Repeat(fmt.Sprintf("title %03d ", i), 1+300*(i%2)) }
	var all sync.WaitGroup
	for g := range 4 {
		all.Go(func() {
			for n := range 50 {
				i := g*50 + n
				body := fmt.Sprintf(`{"title":%q,"tags":["tag%d","t\u00e4g%d"],"by":"user%d"}`, title(i), i, i, i)
				w, r := httptest.NewRecorder(), httptest.NewRequest("POST", fmt.Sprintf("/notes?q=q%d&all=a%d&all=b+%d", i, i, i), strings.NewReader(body))
				r.Header.Set("Content-Type", "application/json")
				if app.ServeHTTP(w, r); w.Code != 204 {
					t.Errorf("got %d %s, want 204", w.Code, w.Body)
				}
			}
		})
	}
	testkit.Wait(t, &all, "the requests")
	for _, in := range kept {
		var i int
		if _, err := fmt.Sscanf(in.Q, "q%d", &i); err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf("%s [tag%d täg%d] user%d [a%d b %d]", title(i), i, i, i, i, i)
		if got := fmt.Sprint(in.Note.Title, " ", in.Note.Tags, " ", *in.Note.By, " ", in.All); got != want {
			t.Fatalf("kept: got %.200s, want %.200s", got, want)
		}
	}
	if len(kept) != 200 {
		t.Errorf("kept: got %d, want 200", len(kept))
	}
}
