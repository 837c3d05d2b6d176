package main

import (
	"log"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/response"
)

type Item struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func readItem(res *brio.Response, in struct {
	ID string `path:"id"`
}) Item {
	res.SetCookie(cookies.New("last_item", in.ID, cookies.MaxAge(time.Hour), cookies.HTTPOnly()))
	res.SetHeader("Cache-Control", "no-store")
	return Item{ID: in.ID, Name: "Tea"}
}

// region status
func putItem(res *brio.Response, in struct {
	ID   string `path:"id"`
	Item Item   `body:""`
}) Item {
	if in.ID == "new" {
		res.Status(201).SetHeader("Location", "/items/new")
	}
	return in.Item
}

// endregion

// region dependency
func countVisit(res *brio.Response, in struct {
	Visits int `cookie:"visits" default:"0"`
}) {
	res.SetCookie(cookies.New("visits", "one more"))
	res.AddHeader("X-Seen-By", "countVisit")
}

// endregion

// region direct
func readPage(res *brio.Response) *brio.Response {
	res.SetCookie(cookies.New("lost", "yes")) // not sent: the answer is the other Response
	return response.HTML("<h1>Tea</h1>").SetCookie(cookies.New("sent", "yes"))
}

// endregion

func main() {
	app := brio.New(brio.Title("Items"), brio.Depends(countVisit))
	app.Get("/items/{id}", readItem)
	app.Put("/items/{id}", putItem)
	app.Get("/page", readPage)
	app.Get("/merged", readPage, brio.MergeAlways())
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
