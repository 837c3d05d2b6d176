// The program on Brio.
package main

import (
	"log"
	"sync"

	"github.com/brio-go/brio"
)

type Article struct {
	Slug  string `json:"slug" validate:"min=1"`
	Title string `json:"title" validate:"min=1"`
}

type Articles struct {
	mu  sync.Mutex
	all []*Article
}

func newApp() *brio.App {
	app := brio.New(brio.Title("Articles"), brio.Supply(&Articles{all: []*Article{{Slug: "hi", Title: "Hi"}}}))
	articles := brio.NewRouter(brio.Prefix("/articles"), brio.Provide(article))
	articles.Get("", list)
	articles.Post("", create, brio.Status(201), brio.Depends(adminOnly))
	articles.Get("/{slug}", read)
	articles.Put("/{slug}", rename, brio.Depends(adminOnly))
	app.Include(articles)
	return app
}

// article is a dependency that finds the article of the path. It holds the lock until the request has ended.
func article(store *Articles, in struct {
	Slug string `path:"slug"`
}) (*Article, func(), error) {
	store.mu.Lock()
	for _, a := range store.all {
		if a.Slug == in.Slug {
			return a, store.mu.Unlock, nil
		}
	}
	store.mu.Unlock()
	return nil, nil, brio.Error(404, "No such article")
}

func adminOnly(in struct {
	Role string `header:"X-Role" default:""`
}) error {
	if in.Role != "admin" {
		return brio.Error(403, "Only for admins")
	}
	return nil
}

func list(store *Articles) []Article {
	store.mu.Lock()
	defer store.mu.Unlock()
	var all []Article
	for _, a := range store.all {
		all = append(all, *a)
	}
	return all
}

func create(store *Articles, in brio.Body[Article]) Article {
	store.mu.Lock()
	defer store.mu.Unlock()
	store.all = append(store.all, &in.Value)
	return in.Value
}

func read(a *Article) Article { return *a }

func rename(a *Article, in brio.Body[struct {
	Title string `json:"title" validate:"min=1"`
}]) Article {
	a.Title = in.Value.Title
	return *a
}

func main() {
	if err := newApp().Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
