package main

import (
	"fmt"
	"log"
	"net/http"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/security"
)

func health(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "fine") }

func readUser(in *struct {
	Name string `path:"name"`
}) string {
	return in.Name
}

func main() {
	old := http.NewServeMux()
	old.HandleFunc("GET /reports/{id}", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, r.PathValue("id")) })

	admin := brio.New(brio.Title("Admin"))
	admin.Get("/users/{name}", readUser)

	app := brio.New()
	app.Get("/health", health, brio.Depends(security.HTTPBearer()))
	app.Mount("/legacy", old)          // GET /legacy/reports/7
	app.Mount("/admin", admin)         // GET /admin/users/ann, GET /admin/docs
	app.Host("admin.localhost", admin) // GET /users/ann with Host: admin.localhost
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
