package shop

import (
	"bytes"
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/response"
)

func newApp(t *testing.T) *brio.App {
	codec, err := cookies.NewCodec(cookies.Key{Sign: bytes.Repeat([]byte("k"), 32)})
	if err != nil {
		t.Fatal(err)
	}
	app := brio.New(brio.Use(middleware.Sessions(codec, middleware.SessionOptions{MaxAge: time.Hour})))
	app.Post("/sign-in", func(ctx context.Context) error { return middleware.SessionFrom(ctx).Set("user", "ann") })
	app.Get("/me", func(ctx context.Context) (name string, err error) {
		if !middleware.SessionFrom(ctx).Get("user", &name) {
			err = brio.Error(401, "Sign in")
		}
		return name, err
	}, brio.Responds[response.Detail](401, "No user has signed in"))
	app.Get("/report", func(ctx context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	}, brio.Use(middleware.Timeout(time.Minute)), brio.Responds[response.Detail](503, "The report takes too long"))
	limit := middleware.RateLimit(middleware.RateLimitOptions{Limit: 2, Window: time.Minute})
	app.Get("/search", func() string { return "found" }, brio.Use(limit), brio.Responds[response.Detail](429, "Too many searches"))
	return app
}

// region time
func TestTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := briotest.New(t, newApp(t))

		begun := time.Now()
		c.Get("/report").Status(503)
		if took := time.Since(begun); took != time.Minute {
			t.Errorf("the timeout came after %v", took)
		}

		c.Get("/search").Status(200)
		c.Get("/search").Status(200)
		c.Get("/search").Status(429).Header("Retry-After", "30")
		time.Sleep(30 * time.Second)
		c.Get("/search").Status(200)

		c.Post("/sign-in", nil).Status(204)
		c.Get("/me").Status(200)
		time.Sleep(time.Hour + time.Second)
		c.Get("/me").Status(401)
	})
}

// endregion
