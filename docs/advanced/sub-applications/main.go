package main

import (
	"expvar"
	"log"
	"net/http"

	"github.com/brio-go/brio"
)

func readTea(in struct {
	Name string `path:"name"`
}) map[string]string {
	return map[string]string{"tea": in.Name}
}

func listUsers() []string { return []string{"ann", "bob"} }

// region guard
func requireAdmin(in struct {
	Key string `header:"X-Admin-Key"`
}) error {
	if in.Key != "open sesame" {
		return brio.Error(403, "Admins only")
	}
	return nil
}

// endregion

func oldShop() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /cart", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("the old cart\n")) })
	return mux
}

func main() {
	admin := brio.New(brio.Title("Admin"), brio.Depends(requireAdmin))
	admin.Get("/users", listUsers)

	app := brio.New(brio.Title("Shop"))
	app.Get("/teas/{name}", readTea)
	app.Mount("/admin", admin)
	app.Mount("/old", oldShop())
	app.Get("/debug/vars", expvar.Handler(), brio.Depends(requireAdmin), brio.Hidden())
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
