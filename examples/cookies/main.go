// Command cookies shows both ways to set a cookie: on a Response parameter, in a handler or in a dependency, and on a Response
// that the handler returns. Run it and send requests:
//
//	go run ./examples/cookies
//	curl -i -X POST localhost:8000/cookie-and-object/
//	curl -i localhost:8000/visits
//	curl -i -X POST localhost:8000/cookie/
package main

import (
	"flag"
	"log"
	"strconv"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/response"
)

// Message is what all handlers answer with. It becomes JSON, as its tags say.
type Message struct {
	Message string `json:"message"`
}

// A Response parameter: the handler sets cookies, headers or the status on it, and returns the typed value as usual.
func createCookie(res *brio.Response) *Message {
	res.SetCookie(cookies.New("fakesession", "fake-cookie-session-value"))
	return &Message{"Come to the dark side, we have cookies"}
}

// A returned Response: Brio sends it as it is, without a model and a filter.
func createCookieDirect() *brio.Response {
	res := response.JSON(Message{"Come to the dark side, we have cookies"})
	res.SetCookie(cookies.New("fakesession", "fake-cookie-session-value"))
	return res
}

// Visits is the number of visits of a browser.
type Visits int

// visitsCookie is a parameter struct: the tags of its field have the name of the cookie and the value without one.
type visitsCookie struct {
	Count Visits `cookie:"visits" default:"0"`
}

// A dependency may take a Response parameter too. Brio adds its cookie to the answer of the handler.
func countVisit(in *visitsCookie, res *brio.Response) Visits {
	n := in.Count + 1
	res.SetCookie(cookies.New("visits", strconv.Itoa(int(n))))
	return n
}

// A handler takes the dependency's result by its type, and knows nothing of the cookie.
func readVisits(n Visits) *Message {
	return &Message{"Visits: " + strconv.Itoa(int(n))}
}

func newApp() *brio.App {
	app := brio.New(brio.Title("Cookies"), brio.Provide(countVisit))
	app.Post("/cookie-and-object/", createCookie)
	app.Post("/cookie/", createCookieDirect)
	app.Get("/visits", readVisits)
	return app
}

func main() {
	addr := flag.String("addr", ":8000", "address to listen on")
	flag.Parse()
	if err := newApp().Run(*addr); err != nil { // nil after SIGINT or SIGTERM, if all requests could finish
		log.Fatal(err)
	}
}
