package nethttp

import (
	"net/http"

	"github.com/brio-go/brio/bench/api"
	"github.com/brio-go/brio/bench/peers/hand"
)

func Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", hand.Hello)
	mux.HandleFunc("GET /items/{item_id}", hand.GetItem(func(r *http.Request) string { return r.PathValue("item_id") }))
	mux.HandleFunc("POST /users", hand.CreateUser)
	mux.HandleFunc("GET /users", hand.ListUsers)
	mux.HandleFunc("POST /orders", hand.PlaceOrder)
	mux.HandleFunc("GET /orders", hand.ListOrders)
	mux.HandleFunc("GET /me", hand.Me)
	for _, rt := range api.Routes() {
		last := rt.Last()
		mux.HandleFunc(rt.Method+" "+rt.Path, func(w http.ResponseWriter, r *http.Request) {
			hand.Text(w, r.PathValue(last))
		})
	}
	return mux
}
