package chi

import (
	"context"
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/brio-go/brio/bench/api"
	"github.com/brio-go/brio/bench/peers/hand"
)

type userKey struct{}

func authenticated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		u, err := api.CurrentUser(r.Header.Get("Authorization"))
		if err != nil {
			hand.Unauthorized(w, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), userKey{}, u)))
	})
}

func me(w http.ResponseWriter, r *http.Request) {
	u := r.Context().Value(userKey{}).(*api.UserInDB)
	hand.JSON(w, http.StatusOK, u.Public())
}

func Handler() http.Handler {
	r := chi.NewRouter()
	r.Get("/", hand.Hello)
	r.Get("/items/{item_id}", hand.GetItem(func(r *http.Request) string { return chi.URLParam(r, "item_id") }))
	r.Post("/users", hand.CreateUser)
	r.Get("/users", hand.ListUsers)
	r.Post("/orders", hand.PlaceOrder)
	r.Get("/orders", hand.ListOrders)
	r.With(authenticated).Get("/me", me)
	for _, rt := range api.Routes() {
		last := rt.Last()
		r.Method(rt.Method, rt.Path, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			hand.Text(w, chi.URLParam(r, last))
		}))
	}
	return r
}
