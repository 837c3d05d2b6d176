package main

import (
	"log"
	"net/http"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/middleware"
)

// region own
func serverName(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Server", "shop-1")
		if r.Header.Get("X-Blocked") != "" {
			brio.WriteError(w, r, brio.Error(403, "Blocked"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// endregion

func hello() string { return "hello" }

func main() {
	app := brio.New(brio.Title("Shop"), brio.Use(
		serverName,
		middleware.CORS(middleware.CORSOptions{
			AllowOrigins:     []string{"https://app.example.com"},
			AllowMethods:     []string{"GET", "POST"},
			AllowCredentials: true,
		}),
		middleware.RequestID(),
	))
	app.Get("/", hello)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
