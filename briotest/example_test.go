package briotest_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
)

// printed stands for the *testing.T of a test. It prints what fails.
type printed struct{ testing.TB }

func (printed) Helper()        {}
func (printed) Cleanup(func()) {}
func (printed) Failed() bool   { return false }

func (printed) Fatal(args ...any) { panic(fmt.Sprint(args...)) }

func (printed) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }

type mailer interface{ Send(to string) error }

type smtp struct{}

func (smtp) Send(string) error { return fmt.Errorf("no network") }

type fakeMailer struct{ sent []string }

func (f *fakeMailer) Send(to string) error {
	f.sent = append(f.sent, to)
	return nil
}

// newMailApp is the function of the program that makes its app.
func newMailApp() *brio.App {
	app := brio.New(brio.Provide(func() mailer { return smtp{} }))
	app.Post("/signup", func(m mailer, in *brio.Body[struct {
		Name string `json:"name" validate:"min=2"`
	}]) (string, error) {
		return "welcome", m.Send(in.Value.Name)
	}, brio.Status(201))
	return app
}

// A client sends requests to the app in memory. Here it has a mailer of the test in the place of the app's.
func Example() {
	t := printed{} // in a test, its *testing.T
	fake := &fakeMailer{}
	c := briotest.New(t, newMailApp(), briotest.Override(func() mailer { return fake }))

	c.Post("/signup", map[string]string{"name": "ann"}).Status(201).Body(`"welcome"`)
	fmt.Println(fake.sent)
	// Output: [ann]
}

// An expectation that is not met fails the test, and names the request and its answer.
func ExampleResponse_Status() {
	t := printed{} // in a test, its *testing.T
	c := briotest.New(t, newMailApp(), briotest.Override(func() mailer { return &fakeMailer{} }))
	c.Post("/signup", map[string]string{"name": "a"}).Status(201)
	// Output:
	// POST /signup: status 422, want 201
	// 	POST /signup
	// 	Content-Type: application/json
	//
	// 	{"name":"a"}
	//
	// 	422 Unprocessable Entity
	// 	Content-Length: 146
	// 	Content-Type: application/json
	//
	// 	{"detail":[{"type":"string_too_short","loc":["body","name"],"msg":"String should have at least 2 characters","input":"a","ctx":{"min_length":2}}]}
}

// A WebSocket sends messages to a route and expects its messages.
func ExampleClient_WebSocket() {
	t := printed{} // in a test, its *testing.T
	app := brio.New()
	app.WebSocket("/echo", func(ctx context.Context, ws *brio.WebSocket) error {
		for text, err := range ws.Texts(ctx) {
			if err != nil {
				return err
			}
			if err := ws.WriteText(ctx, text); err != nil {
				return err
			}
		}
		return nil
	})
	ws := briotest.New(t, app).WebSocket("/echo")
	ws.Send("hello").Expect("hello")
	ws.Send("hello").Expect("hallo")
	ws.Close(1000, "")
	// Output:
	// WebSocket /echo: message 2 differs:
	// hello
	// want
	// hallo
}

// Values of the app are replaced for one client, and so is one guard. Other clients, and other tests, see the app as it is.
func ExampleReplace() {
	t := printed{} // in a test, its *testing.T
	type config struct{ Name string }
	guard := func() error { return brio.Error(403, nil) }
	app := brio.New(brio.Supply(&config{"live"}), brio.Depends(guard))
	app.Get("/", func(c *config) string { return c.Name })

	options := []briotest.Option{
		briotest.Supply(&config{"test"}),
		briotest.Override(briotest.Replace(guard, func() error { return nil })),
	}
	var c *briotest.Client = briotest.New(t, app, options...)
	var answer *briotest.Response = c.Get("/").Status(200)
	fmt.Println(string(answer.Bytes()))
	// Output:
	// "test"
}
