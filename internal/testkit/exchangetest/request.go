package exchangetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/brio-go/brio/internal/exchange"
)

// requestCases are the promises about what a client asks for.
var requestCases = []contractCase{
	{"method", func(b *bench) {
		b.start(func(x *exchange.Exchange) {
			b.ok("send", x.Send(200, &exchange.Headers{Map: http.Header{"Got": {x.Method()}}}, nil, nil))
		})
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"} {
			b.equal(method, b.do(b.request(method, "/", nil)).Header.Get("Got"), method)
		}
	}},
	{"host", func(b *bench) {
		b.start(func(x *exchange.Exchange) { b.ok("send", text(x, join(x.Host(), x.Header("Host"), x.Secure()))) })
		r := b.request("GET", "/", nil)
		r.Host = "example.com:81"
		b.equal("host and scheme", b.do(r).body, join("example.com:81 [example.com:81]", strings.HasPrefix(b.URL, "https:")))
	}},
	{"target", func(b *bench) {
		const target = "/a%2Fb/%C3%A9/c%20d?x=%41&y"
		a := b.ask("GET", target, nil, func(x *exchange.Exchange) {
			u := x.URL()
			b.ok("send", text(x, strings.Join([]string{u.Path, u.EscapedPath(), u.RawQuery, x.Target()}, "\n")))
		})
		b.equal("path, escaped path, query, target", a.body, "/a/b/é/c d\n/a%2Fb/%C3%A9/c%20d\nx=%41&y\n"+target)
	}},
	{"headers", func(b *bench) {
		a := b.ask("GET", "/", nil, func(x *exchange.Exchange) {
			var names []string
			for name, values := range x.HeaderNames() {
				if strings.HasPrefix(name, "X-") || name == "Host" {
					names = append(names, fmt.Sprint(name, len(values)))
				}
			}
			b.ok("send", text(x, fmt.Sprintf("%q %q %q %q", x.Header("X-List"), x.Header("X-Empty"), x.Header("X-None"), names)))
		}, "x-LIST", "one", "X-Empty", "", "x-LIST", "two, 2")
		b.equal("headers", a.body, `["one" "two, 2"] [""] [] ["Host1" "X-Empty1" "X-List2"]`)
	}},
	{"cookies", func(b *bench) {
		a := b.ask("GET", "/", nil, func(x *exchange.Exchange) {
			last, count := x.Cookie("a")
			var all []string
			for name, value := range x.CookieAll() {
				all = append(all, name+"="+value)
			}
			b.ok("send", text(x, join(last, count, all)))
		}, "Cookie", `a=1; b="two"`, "Cookie", "a=3")
		b.equal("cookies", a.body, "3 2 [a=1 b=two a=3]")
	}},
	{"query", func(b *bench) {
		a := b.ask("GET", "/?a=1&b=%C3%A9+%41&a=2&&c", nil, func(x *exchange.Exchange) {
			last, count := x.Query("a")
			value, _ := x.Query("b")
			_, c := x.Query("c")
			b.ok("send", text(x, join(last, count, value, c, x.QueryAll("a"))))
		})
		b.equal("query", a.body, "2 2 é A 1 [1 2]")
	}},
	{"limit of pairs", func(b *bench) {
		a := b.ask("GET", "/?a=1&a=2&a=3", nil, func(x *exchange.Exchange) {
			x.SetLimits(&exchange.Limits{Pairs: 2})
			_, count := x.Query("a")
			b.ok("send", text(x, join(count, errors.Is(x.PairsError(), exchange.ErrPairs))))
		})
		b.equal("values and error", a.body, "0 true")
	}},
	{"conditions", func(b *bench) {
		a := b.ask("GET", "/", nil, func(x *exchange.Exchange) {
			c := x.Conditions()
			b.ok("send", text(x, join(c.Status(`"a"`, ""), c.Status(`"b"`, ""))))
		}, "If-None-Match", `"a"`)
		b.equal("status", a.body, "304 0")
	}},
	{"http.Request", func(b *bench) {
		a := b.ask("POST", "/p?q=1", "body", func(x *exchange.Exchange) {
			r := x.Request()
			b.equal("another call gives the same", x.Request() == r, true)
			b.equal("method, path, query, host, header, length", join(r.Method, r.URL.Path, r.URL.RawQuery, r.Host == x.Host(), r.Header["X-Own"], r.ContentLength), "POST /p q=1 true [a] 4")
			b.equal("form value", r.FormValue("q"), "1")
			r.Header.Set("X-Own", "changed")
			r.Header.Set("X-Added", "new")
			b.equal("headers that a function changes", join(x.Header("X-Own"), x.Header("X-Added")), "[changed] [new]")
			r.Host = "other"
			b.equal("a host that a function changes", x.Host(), "other")
			r.Body = io.NopCloser(strings.NewReader("other"))
			body, err := x.Body(-1)
			b.equal("a body that a function replaces", join(string(body), err), "other <nil>")
			b.ok("send", text(x, "done"))
		}, "X-Own", "a")
		b.equal("answer", a.body, "done")
	}},
	{"body of the http.Request", func(b *bench) {
		a := b.ask("POST", "/", "0123456789", func(x *exchange.Exchange) {
			x.LimitBody(4)
			got := make([]byte, 16)
			n, err := io.ReadFull(x.Request().Body, got)
			over, isOver := errors.AsType[*http.MaxBytesError](err)
			b.equal("bytes and error", join(string(got[:n]), errors.Is(err, exchange.ErrTooLarge), isOver && over.Limit == 4), "0123 true true")
			b.ok("send", text(x, "done"))
		})
		b.equal("answer", a.body, "done")
	}},
	{"context lasts as long as the handler", func(b *bench) {
		kept := make(chan context.Context, 1)
		b.ask("GET", "/", nil, func(x *exchange.Exchange) {
			kept <- x.Context()
			b.equal("error of the context", x.Context().Err(), nil)
			b.equal("error without the context", x.Gone(), nil)
			b.equal("the context of the http.Request", x.Request().Context() == x.Context(), true)
			b.ok("send", text(x, ""))
		})
		if b.IsRecorded {
			return
		}
		receive(b, "the end of the context", receive(b, "the context", kept).Done())
	}},
	{"context ends with the client", func(b *bench) {
		began, ended := make(chan bool), make(chan error, 1)
		b.start(func(x *exchange.Exchange) {
			close(began)
			<-x.Context().Done()
			ended <- x.Gone()
		})
		b.need(!b.IsRecorded, "client that can go")
		r := b.request("GET", "/", nil)
		ctx, cancel := context.WithCancel(r.Context())
		go func() {
			res, err := b.Client.Do(r.WithContext(ctx))
			if err == nil {
				_ = res.Body.Close()
			}
		}()
		receive(b, "the request", began)
		cancel()
		if err := receive(b, "the end", ended); !errors.Is(err, context.Canceled) {
			b.Errorf("got %v, want context.Canceled", err)
		}
	}},
	{"requests do not mix", func(b *bench) {
		b.start(func(x *exchange.Exchange) {
			v, _ := x.Query("v")
			body, err := x.Body(-1)
			b.ok("body", err)
			b.ok("send", text(x, v+x.Header("X-V")[0]+string(body)))
		})
		var group sync.WaitGroup
		for i := range 8 {
			group.Go(func() {
				for j := range 20 {
					v := fmt.Sprintf("%d.%d", i, j)
					b.equal("answer", b.do(b.request("POST", "/?v="+v, v, "X-V", v)).body, v+v+v)
				}
			})
		}
		group.Wait()
	}},
}
