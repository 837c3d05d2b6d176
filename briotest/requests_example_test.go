package briotest_test

import (
	"fmt"
	"iter"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/security"
)

// note is what newNotes stores.
type note struct {
	Text string `json:"text" validate:"min=1,max=20"`
}

func newNotes() *brio.App {
	app := brio.New()
	app.Get("/old", func() *brio.Response { return response.Redirect("/notes?tag=a&tag=b") }, brio.Hidden())
	app.Get("/notes", func(in *struct {
		Tags  []string `query:"tag,omitempty"`
		Agent string   `header:"User-Agent" default:""`
	}, res *brio.Response) ([]note, error) {
		res.SetHeader("X-Agent", in.Agent)
		return []note{{fmt.Sprint(in.Tags)}}, nil
	})
	app.Post("/notes", func(in *struct {
		Text string           `form:"text"`
		File *brio.UploadFile `file:"file"`
	}) (note, error) {
		if in.File.Size > 5 {
			return note{}, brio.Error(507, "The disk is full")
		}
		return note{in.Text + " " + in.File.Filename}, nil
	}, brio.Status(201))
	app.Get("/who", func(u *security.BasicCredentials) string { return u.Username }, brio.Provide(security.HTTPBasic()))
	app.Get("/ticks", func() iter.Seq[response.Event[note]] {
		return func(yield func(response.Event[note]) bool) {
			_ = yield(response.Event[note]{ID: "1", Data: note{"tick"}}) && yield(response.Event[note]{ID: "2", Data: note{"tock"}})
		}
	})
	return app
}

// A request is built step by step, and sent by Status, Send or Do.
func ExampleRequest() {
	t := printed{} // in a test, its *testing.T
	c := briotest.New(t, newNotes(),
		briotest.BaseURL("https://notes.example"), briotest.BaseHeader("User-Agent", "test"), briotest.Basic("ann", "secret"),
		briotest.AllowHeader("X-Agent"), briotest.AllowStatus(507), briotest.FollowRedirects())

	var r *briotest.Request = c.Get("/old")
	r.Status(200).Header("X-Agent", "test").Expect([]note{{"[a b]"}})
	c.Get("/notes").Query("tag", 1, 2).Status(200).Body(`[{"text":"[1 2]"}]`)
	c.Post("/notes", nil).Form("text", "hi").File("file", "a.txt", "0123456789").Status(507)
	fmt.Println(briotest.Do[note](c.Post("/notes", nil).Form("text", "hi").File("file", "a.txt", "0")))
	fmt.Println(briotest.Do[string](c.Get("/who")))
	// Output:
	// {hi a.txt}
	// ann
}

// A status, header or member that the document does not declare fails the test, unless the client is told not to look.
func ExampleAllowUndeclared() {
	t := printed{} // in a test, its *testing.T
	briotest.New(t, newNotes(), briotest.AllowUndeclared(), briotest.Bearer("token")).Get("/notes").Status(200)
	fmt.Println("ok")
	// Output: ok
}

// A stream is received item by item.
func ExampleStream() {
	t := printed{} // in a test, its *testing.T
	var ticks *briotest.Stream = briotest.New(t, newNotes()).Get("/ticks").Events()
	ticks.Expect(briotest.Event{ID: "1", Data: `{"text":"tick"}`}).Expect(note{"tock"}).End()
	fmt.Println(ticks.Response().Result().StatusCode)
	// Output: 200
}

// Explore finds that the note of one character is not stored, and shows the request.
func ExampleExplore() {
	t := printed{} // in a test, its *testing.T
	app := brio.New()
	app.Post("/notes", func(in *brio.Body[note]) (*note, error) {
		if len(in.Value.Text) == 1 {
			return nil, brio.Error(409, "There is such a note")
		}
		return &in.Value, nil
	}, brio.Status(201))
	app.Get("/now", func() time.Time { return time.Now() })

	for _, opt := range []briotest.ExploreOption{briotest.LeaveOut("GET /now repeat", "it answers with the time")} {
		briotest.Explore(t, app, opt, briotest.Seed(7), briotest.Requests(5), briotest.For(time.Minute), briotest.Stateful(),
			briotest.Credentials(func(*http.Request, string, []string) {}), briotest.LeaveOut("GET /now order", "the same"))
	}
	// Output:
	// POST /notes: documented: the status 409 is not declared; the document has 201, 400, 408, 413, 415, 422, 500
	//   curl -i -X POST -H 'Content-Type: application/json' --data-binary '{"text":"a"}' "$BASE"'/notes'
	//   answer: 409 application/json
	//   {"detail":"There is such a note"}
	// as a test:
	// 	func TestPostNotesDocumented(t *testing.T) {
	// 		c := briotest.New(t, newApp())
	// 		c.Request("POST", "/notes", `{"text":"a"}`).Send() // the status 409 is not declared; the document has 201, 400, 408, 413, 415, 422, 500
	// 	}
	// (seed 7)
}

// A snapshot fails the test when the document has changed, and lists the places.
func ExampleSnapshot() {
	t := printed{} // in a test, its *testing.T
	dir, _ := os.MkdirTemp("", "snapshot")
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "note.json")
	os.Setenv(briotest.UpdateEnv, "1")
	briotest.Snapshot(t, file, note{"a"})
	os.Unsetenv(briotest.UpdateEnv)
	briotest.Snapshot(t, file, note{"a"})
	fmt.Println("written, and the same")
	// Output: written, and the same
}

func ExampleResponse_Publish() {
	t := printed{} // in a test, its *testing.T
	dir, _ := os.MkdirTemp("", "examples")
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "examples.json")
	_ = os.WriteFile(file, []byte("{}"), 0o600)
	app := brio.New(brio.ExamplesFile(os.DirFS(dir), "examples.json"))
	app.Post("/notes", func(in *brio.Body[note]) *note { return &in.Value })

	os.Setenv(briotest.UpdateEnv, "1")
	publish := briotest.New(t, app, briotest.ExamplesFile(file)).Post("/notes", note{"a"}).Status(200).Publish
	publish("short", briotest.Volatile("response.body.id"))
	os.Unsetenv(briotest.UpdateEnv)

	text, _ := os.ReadFile(file)
	fmt.Printf("%s", text)
	// Output:
	// {
	//   "POST /notes": {
	//     "short": {
	//       "request": {
	//         "mediaType": "application/json",
	//         "body": {
	//           "text": "a"
	//         }
	//       },
	//       "response": {
	//         "status": 200,
	//         "mediaType": "application/json",
	//         "body": {
	//           "text": "a"
	//         }
	//       }
	//     }
	//   }
	// }
}
