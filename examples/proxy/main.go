// Command proxy is a program behind nginx, which ends TLS and has the prefix /api. Its links, redirects, cookies and documentation work
// for clients of nginx. Start it beside nginx, in the folder of this file:
//
//	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem -days 30 -subj /CN=localhost
//	nginx -p "$PWD" -c nginx.conf -g 'daemon off;' &
//	go run . -addr 127.0.0.1:8000
//	curl -k https://127.0.0.1:8443/api/whoami
//	curl -kN https://127.0.0.1:8443/api/events
//	curl -k https://127.0.0.1:8443/api/notes -H 'Content-Type: application/json' -d '{"text":"hello"}'
//
// and open https://127.0.0.1:8443/api/docs in a browser.
package main

import (
	"context"
	"crypto/rand"
	"flag"
	"iter"
	"log"
	"net/http"
	"strconv"
	"sync"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/response"
)

// Note is what clients write and read.
type Note struct {
	ID   int    `json:"id" readonly:"true"`
	Text string `json:"text" validate:"min=1,max=100"`
}

// Notes keeps the notes. changed is closed and made anew with each note.
type Notes struct {
	mu      sync.Mutex
	list    []Note
	changed chan struct{}
}

// after returns the notes after the first n, and a channel that is closed when there are more.
func (ns *Notes) after(n int) ([]Note, <-chan struct{}) {
	ns.mu.Lock()
	defer ns.mu.Unlock()
	return ns.list[min(n, len(ns.list)):], ns.changed
}

// add adds a note and gives it its number.
func (ns *Notes) add(n Note) Note {
	ns.mu.Lock()
	defer ns.mu.Unlock()
	n.ID = len(ns.list) + 1
	ns.list = append(ns.list, n)
	close(ns.changed)
	ns.changed = make(chan struct{})
	return n
}

// Whoami is the request as the client has sent it to the proxy.
type Whoami struct {
	Client string `json:"client"`
	Scheme string `json:"scheme"`
	Host   string `json:"host"`
	Link   string `json:"link"`
	Visits int    `json:"visits"`
}

func whoami(r *http.Request, urls *brio.URLs, s *middleware.Session) (*Whoami, error) {
	var visits int
	s.Get("visits", &visits)
	visits++
	link, err := urls.For("whoami")
	if err != nil {
		return nil, err
	}
	return &Whoami{brio.ClientHost(r), middleware.Scheme(r), r.Host, link, visits}, s.Set("visits", visits)
}

// createNote answers with the address of the note, as the client can use it.
func createNote(ns *Notes, in *brio.Body[Note], res *brio.Response, urls *brio.URLs) (*Note, error) {
	n := ns.add(in.Value)
	link, err := urls.For("readNote", "id", n.ID)
	res.SetHeader("Location", link)
	return &n, err
}

func readNote(ns *Notes, in *struct {
	ID int `path:"id" validate:"min=1"`
}) (*Note, error) {
	if list, _ := ns.after(in.ID - 1); len(list) > 0 {
		return &list[0], nil
	}
	return nil, brio.Error(404, "There is no such note")
}

// events sends each note at once. nginx does not buffer it, because Brio sends X-Accel-Buffering: no.
func events(ctx context.Context, ns *Notes, in *struct {
	Last int `header:"Last-Event-ID" default:"0" validate:"min=0"`
}) iter.Seq[response.Event[Note]] {
	return func(yield func(response.Event[Note]) bool) {
		for n := in.Last; ; {
			list, changed := ns.after(n)
			for _, note := range list {
				n = note.ID
				if !yield(response.Event[Note]{ID: strconv.Itoa(n), Data: note}) {
					return
				}
			}
			select {
			case <-changed:
			case <-ctx.Done():
				return
			}
		}
	}
}

func upload(in *struct {
	File brio.UploadFile `file:"file"`
}) map[string]int64 {
	return map[string]int64{"size": in.File.Size}
}

// latest redirects to another route of the program.
func latest(ns *Notes, urls *brio.URLs) (*brio.Response, error) {
	list, _ := ns.after(0)
	link, err := urls.For("readNote", "id", len(list))
	return response.Redirect(link), err
}

func newApp() *brio.App {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails; a program that restarts reads its key from a file
	codec, err := cookies.NewCodec(cookies.Key{Sign: key})
	if err != nil {
		log.Fatal(err)
	}
	app := brio.New(
		brio.Title("Notes"),
		brio.RootPath("/api"),          // the prefix that the proxy adds
		brio.TrustProxies("127.0.0.1"), // the address of the proxy: its headers are used, and those of no other client
		brio.Use(middleware.Sessions(codec, middleware.SessionOptions{})),
		brio.Provide(middleware.SessionFrom),
		brio.Supply(&Notes{changed: make(chan struct{})}),
		brio.Health(),
	)
	app.Get("/whoami", whoami)
	app.Post("/notes", createNote, brio.Status(201))
	app.Get("/notes/latest", latest, brio.Responds[brio.NoContent](307, "The path of the newest note"), brio.Responds[response.Detail](404, "There is no note"))
	app.Get("/notes/{id}", readNote, brio.Responds[response.Detail](404, "There is no such note"))
	app.Get("/events", events)
	app.Post("/files", upload)
	return app
}

func main() {
	addr := flag.String("addr", ":8000", "address to listen on")
	flag.Parse()
	if err := newApp().Run(*addr); err != nil {
		log.Fatal(err)
	}
}
