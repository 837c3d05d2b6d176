package peers

import (
	"net/http"

	"github.com/valyala/fasthttp"

	"github.com/brio-go/brio/bench/contract"
	"github.com/brio-go/brio/bench/replay"
)

// Replay serves the requests with a handler of the peer's own.
func (p Peer) Replay(reqs []contract.Request) replay.Replay {
	if p.Fast != nil {
		return newFastReplay(p.Fast(), reqs)
	}
	return replay.HTTP(p.HTTP(), reqs)
}

type fastReplay struct {
	handler   fasthttp.RequestHandler
	templates []*fasthttp.Request
	ctx       fasthttp.RequestCtx
}

func newFastReplay(h fasthttp.RequestHandler, reqs []contract.Request) *fastReplay {
	r := &fastReplay{handler: h}
	for _, q := range reqs {
		t := &fasthttp.Request{}
		t.Header.SetMethod(q.Method)
		t.SetRequestURI(q.Target)
		t.Header.SetHost("127.0.0.1")
		for _, kv := range q.Header {
			t.Header.Add(kv[0], kv[1])
		}
		t.SetBodyString(q.Body)
		r.templates = append(r.templates, t)
	}
	r.ctx.Init(&fasthttp.Request{}, nil, nil)
	return r
}

func (r *fastReplay) Serve(i int) {
	r.templates[i%len(r.templates)].CopyTo(&r.ctx.Request)
	r.ctx.Response.Reset()
	r.ctx.ResetUserValues()
	r.handler(&r.ctx)
}

func (r *fastReplay) Response() contract.Response {
	header := http.Header{}
	for k, v := range r.ctx.Response.Header.All() {
		header.Add(string(k), string(v))
	}
	header.Set("Content-Type", string(r.ctx.Response.Header.ContentType()))
	return contract.Response{Status: r.ctx.Response.StatusCode(), Header: header, Body: r.ctx.Response.Body()}
}
