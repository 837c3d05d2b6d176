package bench

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	ginlib "github.com/gin-gonic/gin"
	echolib "github.com/labstack/echo/v5"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/bench/contract"
	"github.com/brio-go/brio/bench/cputime"
	"github.com/brio-go/brio/bench/peers"
	"github.com/brio-go/brio/response"
)

// table is 1,000 routes of a REST API: 100 resources with ten routes each, most of them with a parameter or two.
func table() (routes []string) {
	for i := range 100 {
		at := fmt.Sprintf("/%s%d", []string{"users", "orders", "items", "teams", "events"}[i%5], i)
		for _, p := range []string{"", "/{id}", "/{id}/owner", "/{id}/tags", "/{id}/tags/{tag}", "/{id}/parts", "/{id}/parts/{part}", "/{id}/log", "/search", "/stats"} {
			routes = append(routes, at+p)
		}
	}
	return routes
}

type tableParams struct {
	ID string `path:"id"`
}

// tablePeers answer with the text "ok" without looking at the parameters, but for binding the first.
var tablePeers = []peers.Peer{
	{Name: "gin", HTTP: func() http.Handler {
		ginlib.SetMode(ginlib.ReleaseMode)
		g := ginlib.New()
		for _, p := range table() {
			g.GET(colon(p), func(c *ginlib.Context) { c.String(http.StatusOK, "ok"+c.Param("id")) })
		}
		return g
	}},
	{Name: "echo", HTTP: func() http.Handler {
		e := echolib.New()
		for _, p := range table() {
			e.GET(colon(p), func(c *echolib.Context) error { return c.String(http.StatusOK, "ok"+c.Param("id")) })
		}
		return e
	}},
	{Name: "brio", HTTP: func() http.Handler {
		app := brio.New()
		text := brio.ResponseClass(response.TextClass)
		for _, p := range table() {
			if colon(p) == p {
				app.Get(p, func() string { return "ok" }, text)
			} else {
				app.Get(p, func(in *tableParams) string { return "ok" + in.ID }, text)
			}
		}
		return app
	}},
}

func tableRequests() (reqs []contract.Request) {
	for i, p := range table() {
		if i%61 == 0 {
			reqs = append(reqs, contract.Request{Method: "GET", Target: fill(p)})
		}
	}
	return reqs
}

// BenchmarkTable is W7 with a table of 1,000 routes.
func BenchmarkTable(b *testing.B) {
	for _, p := range tablePeers {
		b.Run("1000/"+p.Name, func(b *testing.B) {
			r := p.Replay(tableRequests())
			for i := range 100 {
				if r.Serve(i); r.Response().Status != http.StatusOK || string(r.Response().Body[:2]) != "ok" {
					b.Fatal(tableRequests()[i%17], r.Response())
				}
			}
			cputime.Loop(b, r.Serve)
		})
	}
}

// colon is the path in the :id syntax, and fill the path with values.
func colon(path string) string { return strings.NewReplacer("{", ":", "}", "").Replace(path) }

func fill(path string) string {
	return strings.NewReplacer("{id}", "4711", "{tag}", "go", "{part}", "x12").Replace(path)
}
