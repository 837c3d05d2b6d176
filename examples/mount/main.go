// Command mount has three handlers of net/http in one app: the mux of an older program, the metrics of Prometheus, and a second App with
// documents of its own. Run it and send requests:
//
//	go run .
//	curl -i localhost:8000/items/1
//	curl -i localhost:8000/legacy/reports/7
//	curl -i localhost:8000/metrics -H 'Authorization: Bearer metrics-token'
//	curl -i localhost:8000/admin/users/ann
//	curl -i localhost:8000/users/ann -H 'Host: admin.localhost'
//	open http://localhost:8000/docs http://localhost:8000/admin/docs
//
// The program is a module of its own, because Brio's core does not depend on Prometheus.
package main

import (
	"context"
	"crypto/subtle"
	"flag"
	"fmt"
	"log"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/security"
)

// newLegacy returns the mux of the older program, which knows nothing of Brio and of the prefix that it is mounted at.
func newLegacy() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /reports/{id}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "report %s\n", r.PathValue("id"))
	})
	return mux
}

// User is the model of the second App.
type User struct {
	Name string `json:"name"`
}

type byName struct {
	Name string `path:"name"`
}

func readUser(in *byName) *User { return &User{Name: in.Name} }

// newAdmin returns the second App. Its lifespan runs with that of the app that it is mounted in.
func newAdmin() *brio.App {
	admin := brio.New(brio.Title("Admin"), brio.Lifespan(func(context.Context) (func(context.Context) error, error) {
		log.Print("admin starts")
		return func(context.Context) error { log.Print("admin stops"); return nil }, nil
	}))
	admin.Get("/users/{name}", readUser)
	return admin
}

// Item is what the app itself answers with.
type Item struct {
	ID int `json:"id"`
}

type byID struct {
	ID int `path:"id"`
}

func readItem(in *byID) *Item { return &Item{ID: in.ID} }

// onlyMetrics is a guard: the scrape job of Prometheus sends the token.
func onlyMetrics(token *security.Token) error {
	if subtle.ConstantTimeCompare([]byte(token.Value), []byte("metrics-token")) != 1 {
		return brio.Error(403, nil)
	}
	return nil
}

// counted is middleware that counts the requests of each route. The router writes the pattern of the route into the request.
func counted(requests *prometheus.CounterVec) brio.Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r)
			requests.WithLabelValues(r.Pattern).Inc()
		})
	}
}

func newApp() *brio.App {
	registry := prometheus.NewRegistry()
	requests := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "http_requests_total", Help: "Requests by route."}, []string{"route"})
	registry.MustRegister(requests)

	admin := newAdmin()
	app := brio.New(brio.Title("Mount"), brio.Use(counted(requests)))
	app.Get("/items/{id}", readItem)
	app.Get("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}),
		brio.Name("metrics"), brio.Tags("operations"), brio.Depends(security.HTTPBearer(), onlyMetrics),
		brio.Responds[response.Detail](403, "The token is not that of the scrape job"))
	app.Mount("/legacy", newLegacy())
	app.Mount("/admin", admin)
	app.Host("admin.localhost", admin)
	return app
}

func main() {
	addr := flag.String("addr", ":8000", "address to listen on")
	flag.Parse()
	if err := newApp().Run(*addr); err != nil {
		log.Fatal(err)
	}
}
