// Command frontend serves a built single-page app from the program itself, and its API below /api. Run it and send requests:
//
//	go run ./examples/frontend
//	curl -i localhost:8000/api/tasks
//	curl -i localhost:8000/assets/index-294b74d6.js
//	curl -i localhost:8000/tasks/1 -H 'Accept: text/html'
//	curl -i localhost:8000/assets/none.js
//
// and open http://localhost:8000/ in a browser. The script chooses the page for /tasks/1; the server sends index.html for it.
package main

import (
	"embed"
	"flag"
	"io/fs"
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
)

// dist is what a bundler writes. The name of the script has a hash of its contents, so a new version has a new name.
//
//go:embed dist
var dist embed.FS

// Task is one line of the list.
type Task struct {
	ID    int    `json:"id"`
	Title string `json:"title"`
}

var tasks = []Task{{1, "Build the frontend"}, {2, "Embed it"}}

func readTasks() []Task { return tasks }

func readTask(in *struct {
	ID int `path:"id"`
}) (*Task, error) {
	for i := range tasks {
		if tasks[i].ID == in.ID {
			return &tasks[i], nil
		}
	}
	return nil, brio.Error(404, "There is no such task.")
}

func newApp() (*brio.App, error) {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, err
	}
	api := brio.NewRouter(brio.Prefix("/api"))
	api.Get("/tasks", readTasks)
	api.Get("/tasks/{id}", readTask, brio.Responds[response.Detail](404, "There is no such task"))

	app := brio.New(brio.Title("Tasks"))
	app.Include(api)
	// Routes come first. A browser keeps the script for a year, and asks for a new index.html each time.
	app.Frontend("/", files, brio.StaticImmutable(), brio.Fallback("index.html"))
	return app, nil
}

func main() {
	addr := flag.String("addr", ":8000", "address to listen on")
	flag.Parse()
	app, err := newApp()
	if err != nil {
		log.Fatal(err)
	}
	if err := app.Run(*addr); err != nil {
		log.Fatal(err)
	}
}
