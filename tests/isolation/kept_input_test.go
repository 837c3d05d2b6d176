package isolation

import (
	"errors"
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

// keptText keeps the bytes that its UnmarshalText receives. refused makes the method change them and fail.
type keptText struct{ b []byte }

func (k *keptText) UnmarshalText(b []byte) error {
	k.b = b
	if strings.HasPrefix(string(b), "refused") {
		for i := range b {
			b[i] = '#'
		}
		return errors.New("refused")
	}
	return nil
}

func (k keptText) MarshalText() ([]byte, error) { return k.b, nil }

// keptJSON does the same with its UnmarshalJSON.
type keptJSON struct{ b []byte }

func (k *keptJSON) UnmarshalJSON(b []byte) error {
	k.b = b
	return nil
}

func (k keptJSON) MarshalJSON() ([]byte, error) { return k.b, nil }

// TestKeptBytesOfMethodsDoNotChange: methods that read a type from text or JSON own the bytes that they receive, in bodies whose memory
// goes back to the pool and in those whose memory does not.
func TestKeptBytesOfMethodsDoNotChange(t *testing.T) {
	type input struct {
		Text     keptText                `json:"text"`
		Pointer  *keptText               `json:"pointer"`
		Optional brio.Optional[keptText] `json:"optional"`
		List     []keptText              `json:"list"`
		Map      map[string]keptText     `json:"map"`
		JSON     keptJSON                `json:"json"`
		Pad      string                  `json:"pad"`
	}
	var kept []*input
	app := brio.New()
	app.Post("/", func(in *brio.Body[input]) { kept = append(kept, &in.Value) })
	const rounds = 40
	for i := range rounds {
		text := fmt.Sprintf("value-%03d", i)
		body := fmt.Sprintf(`{"text":%[1]q,"pointer":%[1]q,"optional":%[1]q,"list":[%[1]q],"map":{"a":%[1]q},"json":%[1]q,"pad":%[2]q}`, text, strings.Repeat("x", i%2*4000))
		w, r := httptest.NewRecorder(), httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		if app.ServeHTTP(w, r); w.Code != 204 {
			t.Fatalf("got %d %s, want 204", w.Code, w.Body)
		}
	}
	for i, in := range kept {
		optional, _ := in.Optional.Get()
		want := fmt.Sprintf("value-%03d", i)
		for name, got := range map[string][]byte{"text": in.Text.b, "pointer": in.Pointer.b, "optional": optional.b, "list": in.List[0].b, "map": in.Map["a"].b} {
			if string(got) != want {
				t.Errorf("%s of request %d: kept %q, want %q", name, i, got, want)
			}
		}
		if want = fmt.Sprintf("%q", want); string(in.JSON.b) != want {
			t.Errorf("json of request %d: kept %q, want %q", i, in.JSON.b, want)
		}
	}
	if len(kept) != rounds {
		t.Errorf("kept: got %d, want %d", len(kept), rounds)
	}

	w, r := httptest.NewRecorder(), httptest.NewRequest("POST", "/", strings.NewReader(`{"text":"refused 1","pointer":null,"list":[],"map":{},"json":1,"pad":""}`))
	r.Header.Set("Content-Type", "application/json")
	if app.ServeHTTP(w, r); w.Code != 422 || !strings.Contains(w.Body.String(), `"input":"refused 1"`) {
		t.Errorf("a method that changes its bytes and fails: got %d %s, want a 422 with what the client sent", w.Code, w.Body)
	}
}
