// Package original is the program on chi.
package original

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"

	"github.com/go-chi/chi/v5"
	chimiddleware "github.com/go-chi/chi/v5/middleware"
)

type Article struct {
	Slug  string `json:"slug"`
	Title string `json:"title"`
}

type server struct {
	mu       sync.Mutex
	articles []*Article
}

func New() http.Handler {
	s := &server{articles: []*Article{{Slug: "hi", Title: "Hi"}}}
	r := chi.NewRouter()
	r.Use(chimiddleware.Recoverer)
	r.Route("/articles", func(r chi.Router) {
		r.Get("/", s.list)
		r.With(adminOnly).Post("/", s.create)
		r.Route("/{slug}", func(r chi.Router) {
			r.Use(s.articleCtx)
			r.Get("/", s.read)
			r.With(adminOnly).Put("/", s.rename)
		})
	})
	return r
}

// articleCtx is middleware that finds the article of the path and puts it into the context.
func (s *server) articleCtx(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, a := range s.articles {
			if a.Slug == chi.URLParam(r, "slug") {
				next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), articleKey{}, a)))
				return
			}
		}
		fail(w, http.StatusNotFound, "No such article")
	})
}

type articleKey struct{}

func adminOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Role") != "admin" {
			fail(w, http.StatusForbidden, "Only for admins")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *server) list(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	reply(w, http.StatusOK, s.articles)
}

func (s *server) create(w http.ResponseWriter, r *http.Request) {
	var a Article
	if err := json.NewDecoder(r.Body).Decode(&a); err != nil {
		fail(w, http.StatusBadRequest, err.Error())
		return
	}
	if a.Slug == "" || a.Title == "" {
		fail(w, http.StatusBadRequest, "slug and title are required")
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.articles = append(s.articles, &a)
	reply(w, http.StatusCreated, a)
}

func (s *server) read(w http.ResponseWriter, r *http.Request) {
	reply(w, http.StatusOK, r.Context().Value(articleKey{}))
}

func (s *server) rename(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Title string `json:"title"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		fail(w, http.StatusBadRequest, err.Error())
		return
	}
	a := r.Context().Value(articleKey{}).(*Article)
	a.Title = in.Title
	reply(w, http.StatusOK, a)
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}

func fail(w http.ResponseWriter, status int, detail string) {
	reply(w, status, map[string]string{"detail": detail})
}
