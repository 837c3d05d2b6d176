package peers

import (
	"net/http"

	"github.com/valyala/fasthttp"

	"github.com/brio-go/brio/bench/peers/brio"
	"github.com/brio-go/brio/bench/peers/chi"
	"github.com/brio-go/brio/bench/peers/echo"
	"github.com/brio-go/brio/bench/peers/fiber"
	"github.com/brio-go/brio/bench/peers/gin"
	"github.com/brio-go/brio/bench/peers/huma"
	"github.com/brio-go/brio/bench/peers/limit"
	"github.com/brio-go/brio/bench/peers/nethttp"
)

// Peer has one of HTTP and Fast.
type Peer struct {
	Name string
	HTTP func() http.Handler
	Fast func() fasthttp.RequestHandler
}

// Baseline is the peer that ratios refer to.
const Baseline = "limit"

var All = []Peer{
	{Name: Baseline, HTTP: limit.Handler},
	{Name: "floor", HTTP: limit.Floor},
	{Name: "brio", HTTP: brio.Handler},
	{Name: "nethttp", HTTP: nethttp.Handler},
	{Name: "chi", HTTP: chi.Handler},
	{Name: "gin", HTTP: gin.Handler},
	{Name: "echo", HTTP: echo.Handler},
	{Name: "fiber", Fast: fiber.Handler},
	{Name: "huma-go", HTTP: huma.Go},
	{Name: "huma-chi", HTTP: huma.Chi},
}

func Find(name string) (Peer, bool) {
	for _, p := range All {
		if p.Name == name {
			return p, true
		}
	}
	return Peer{}, false
}
