// Command program is the app whose requests package steps measures. It prints the address that it listens on and takes
// commands on its standard input, one in a line:
//
//	wait         does nothing
//	clear        sets all counters to zero
//	write DIR    writes the counters to the folder
//
// Each waits until no request runs, and is answered with a line: "ok", or what is wrong. The program ends with its input. For
// clear and write it is built with go build -cover -covermode=atomic.
package main

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/coverage"
	"strings"
	"sync"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/response"
)

func main() {
	app := newApp()
	if err := app.Check(); err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	h := &handler{next: app}
	go func() { log.Fatal(http.Serve(listener, h)) }()
	fmt.Println(listener.Addr())
	for commands := bufio.NewScanner(os.Stdin); commands.Scan(); {
		if err := h.do(commands.Text()); err != nil {
			fmt.Println(err)
		} else {
			fmt.Println("ok")
		}
	}
}

// handler serves one request at a time. A client has its answer before the app has released what the request used; a command
// comes after that.
type handler struct {
	mu   sync.Mutex
	next http.Handler
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.next.ServeHTTP(w, r)
}

func (h *handler) do(command string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	verb, dir, _ := strings.Cut(command, " ")
	switch verb {
	case "wait":
		return nil
	case "clear":
		return coverage.ClearCounters()
	case "write":
		if err := coverage.WriteMetaDir(dir); err != nil {
			return err
		}
		return coverage.WriteCountersDir(dir)
	default:
		return fmt.Errorf("unknown command %q", command)
	}
}

// Address is a part of a User.
type Address struct {
	Street string `json:"street" validate:"max=100"`
	City   string `json:"city" validate:"max=100"`
	Zip    string `json:"zip" validate:"min=5,max=10"`
}

// UserIn is what a client sends to make a User.
type UserIn struct {
	Name     string   `json:"name" validate:"min=3,max=32"`
	Email    string   `json:"email" validate:"email"`
	FullName *string  `json:"full_name,omitempty" validate:"omitempty,max=100"`
	Password string   `json:"password" validate:"min=8,max=72"`
	Age      int      `json:"age" validate:"gte=0,lte=150"`
	Tags     []string `json:"tags" validate:"max=10,dive,min=1,max=20"`
	Address  Address  `json:"address"`
}

// User is what the app keeps. Clients see a UserOut.
type User struct {
	ID                int
	Name, Email, Hash string
	FullName          *string
	Age               int
	Tags              []string
	Address           Address
}

// UserOut is the response model of a User.
type UserOut struct {
	ID       int      `json:"id"`
	Name     string   `json:"name"`
	Email    string   `json:"email" validate:"email"`
	FullName *string  `json:"full_name"`
	Tags     []string `json:"tags"`
	Address  Address  `json:"address"`
}

func createUser(res *brio.Response, in *brio.Body[UserIn]) *User {
	u := &in.Value
	res.SetCookie(cookies.New("session", "abc"))
	res.SetHeader("X-Created-By", "steps")
	return &User{ID: 1, Name: u.Name, Email: u.Email, Hash: "x", FullName: u.FullName, Age: u.Age, Tags: u.Tags, Address: u.Address}
}

// Item is what the app's clients get of a list.
type Item struct {
	Name  string   `json:"name"`
	Price float64  `json:"price"`
	Tags  []string `json:"tags,omitempty"`
}

type parameters struct {
	ID      int      `path:"id" json:"id" validate:"min=1"`
	Query   string   `query:"q,omitempty" json:"q" validate:"max=50"`
	Limit   int      `query:"limit" json:"limit" default:"10" validate:"min=1,max=100"`
	Tags    []string `query:"tags,omitempty" json:"tags"`
	Token   string   `header:"X-Token" json:"token" validate:"required"`
	Session string   `cookie:"session" json:"session" validate:"required"`
}

type parametersOut struct {
	ID      int      `json:"id"`
	Query   string   `json:"q"`
	Limit   int      `json:"limit"`
	Tags    []string `json:"tags"`
	Token   string   `json:"token"`
	Session string   `json:"session"`
}

func getItem(in *parameters) *parametersOut { return (*parametersOut)(in) }

type upload struct {
	File brio.UploadFile `file:"file"`
}

// session is what a dependency makes for a handler, and closes after it.
type session struct{ open bool }

func openSession() (*session, func(error)) {
	s := &session{open: true}
	return s, func(error) { s.open = false }
}

// newApp returns an app with a route for each kind of request. Text, parameters and users are like the workloads W1, W2, W3 and
// W6 of the benchmarks.
func newApp() *brio.App {
	items := []Item{{Name: "pen", Price: 1.5}, {Name: "ink", Price: 3, Tags: []string{"blue"}}}
	app := brio.New(brio.Title("Steps"), brio.Logger(slog.New(slog.DiscardHandler)), brio.Provide(openSession))
	app.Get("/text", func() string { return "hello" }, brio.ResponseClass(response.TextClass))
	app.Get("/items", func() []Item { return items })
	app.Get("/items/{id}", getItem)
	app.Post("/users", createUser, brio.Status(http.StatusCreated), brio.ResponseModel[UserOut]())
	app.Get("/panic", func() string { panic("on purpose") })
	app.Get("/stream", func() func(yield func(Item) bool) {
		return func(yield func(Item) bool) {
			for _, item := range items {
				if !yield(item) {
					return
				}
			}
		}
	})
	app.Post("/upload", func(in *upload) (string, error) {
		f, err := in.File.Open()
		if err != nil {
			return "", err
		}
		defer f.Close()
		n, err := io.Copy(io.Discard, f)
		return fmt.Sprint(n), err
	})
	app.Get("/session", func(s *session) string { return fmt.Sprint(s.open) })
	return app
}
