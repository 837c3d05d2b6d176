package exchangetest

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/brio-go/brio/internal/exchange"
)

// streamCases are the promises about bodies that leave in chunks.
var streamCases = []contractCase{
	{"chunks", func(b *bench) {
		a := b.ask("GET", "/", nil, func(x *exchange.Exchange) {
			body, err := x.Begin(201, &exchange.Headers{Map: http.Header{"X-Own": {"a"}}}, exchange.ContentTypeOf("text/plain"))
			b.equal("begin", join(body, err, x.Written()), "true <nil> true")
			for _, chunk := range []string{"one ", "two"} {
				b.ok("chunk", x.Chunk([]byte(chunk), time.Minute))
			}
		})
		b.equal("answer", join(a.StatusCode, a.Header["X-Own"], a.Header["Content-Length"], a.Header["Content-Type"], a.body), "201 [a] [] [text/plain] one two")
	}},
	{"HEAD", func(b *bench) {
		a := b.ask("HEAD", "/", nil, func(x *exchange.Exchange) {
			body, err := x.Begin(200, nil, exchange.ContentTypeOf("text/plain"))
			b.equal("begin", join(body, err), "false <nil>")
		})
		b.equal("answer", join(a.StatusCode, a.Header["Content-Type"], a.body), "200 [text/plain] ")
	}},
	{"each chunk at once", func(b *bench) {
		next := make(chan bool)
		b.start(func(x *exchange.Exchange) {
			_, err := x.Begin(200, nil, exchange.ContentTypeOf("text/plain"))
			b.ok("begin", err)
			for range 3 {
				b.ok("chunk", x.Chunk([]byte("chunk"), time.Minute))
				<-next
			}
		})
		b.need(!b.IsRecorded, "client that reads before the end")
		defer close(next)
		res, err := b.Client.Do(b.request("GET", "/", nil))
		if err != nil {
			b.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		for range 3 {
			got := make([]byte, 5)
			if _, err := io.ReadFull(res.Body, got); err != nil || string(got) != "chunk" {
				b.Fatalf("got %q, %v", got, err)
			}
			next <- true
		}
	}},
	{"flush", func(b *bench) {
		next := make(chan bool)
		b.start(func(x *exchange.Exchange) {
			x.ForceContentLength()
			b.ok("send", text(x, "whole"))
			b.ok("flush", x.Flush())
			<-next
		})
		b.need(!b.IsRecorded, "client that reads before the end")
		defer close(next)
		res, err := b.Client.Do(b.request("GET", "/", nil))
		if err != nil {
			b.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		got := make([]byte, len("whole"))
		_, err = io.ReadFull(res.Body, got)
		b.equal("answer before the handler returns", join(string(got), err), "whole <nil>")
	}},
	{"flow", func(b *bench) {
		stopped := make(chan bool, 1)
		a := b.ask("GET", "/", nil, func(x *exchange.Exchange) {
			left := []string{"c", "b", "a"}
			flow := exchange.NewFlow(func() exchange.Source {
				return exchange.Source{Stop: func() error { stopped <- true; return nil }, Next: func() ([]byte, error) {
					if len(left) == 0 {
						return nil, io.EOF
					}
					last := left[len(left)-1]
					left = left[:len(left)-1]
					return []byte(last), nil
				}}
			})
			b.ok("open", flow.Open(x))
			b.ok("first", flow.First())
			b.ok("run", flow.Run(func() (bool, error) { return x.Begin(200, nil, exchange.ContentTypeOf("text/plain")) }))
			b.ok("stop", flow.Stop())
		})
		b.equal("answer", a.body, "abc")
		receive(b, "the end of the source", stopped)
	}},
	{"trailers", func(b *bench) {
		a := b.ask("GET", "/", nil, func(x *exchange.Exchange) {
			_, err := x.Begin(200, nil, exchange.ContentTypeOf("text/plain"))
			b.ok("begin", err)
			b.ok("chunk", x.Chunk([]byte("body"), time.Minute))
			x.ResponseHeader().Set(http.TrailerPrefix+"X-Sum", "1")
		})
		b.equal("body and trailer", join(a.body, a.Trailer["X-Sum"]), "body [1]")
	}},
	{"client goes", func(b *bench) {
		failed := make(chan error, 1)
		b.start(func(x *exchange.Exchange) {
			_, err := x.Begin(200, nil, exchange.ContentTypeOf("text/plain"))
			chunk := []byte(strings.Repeat("x", 4<<10))
			for err == nil {
				err = x.Chunk(chunk, time.Minute)
			}
			failed <- err
		})
		b.need(!b.IsRecorded, "client that can go")
		res, err := b.Client.Do(b.request("GET", "/", nil))
		if err != nil {
			b.Fatal(err)
		}
		_ = res.Body.Close()
		if err := receive(b, "the error", failed); !errors.Is(err, exchange.ErrConnection) {
			b.Errorf("got %v, want ErrConnection", err)
		}
	}},
	{"client does not read", func(b *bench) {
		failed := make(chan error, 1)
		b.start(func(x *exchange.Exchange) {
			x.SetLimits(&exchange.Limits{WriteTimeout: 100 * time.Millisecond})
			failed <- text(x, strings.Repeat("x", 64<<20))
		})
		b.need(b.Dial != nil, "raw connection")
		c, _ := b.dial()
		b.write(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		if err := receive(b, "the error", failed); !errors.Is(err, exchange.ErrConnection) {
			b.Errorf("got %v, want ErrConnection", err)
		}
	}},
	{"panic cuts the answer", func(b *bench) {
		hasPart := make(chan bool)
		b.start(func(x *exchange.Exchange) {
			_, err := x.Begin(200, nil, exchange.ContentTypeOf("text/plain"))
			b.ok("begin", err)
			b.ok("chunk", x.Chunk([]byte("part"), time.Minute))
			<-hasPart // a cut of HTTP/3 drops what has not been read (RFC 9000, 3.2)
			panic(http.ErrAbortHandler)
		})
		b.need(!b.IsRecorded, "connection that can be cut")
		res, err := b.Client.Do(b.request("GET", "/", nil))
		if err != nil {
			close(hasPart)
			b.Fatal(err)
		}
		defer res.Body.Close()
		part := make([]byte, 4)
		_, err = io.ReadFull(res.Body, part)
		close(hasPart)
		b.equal("the part", join(string(part), err), "part <nil>")
		if _, err := io.ReadAll(res.Body); err == nil {
			b.Error("the client takes the answer for complete")
		}
	}},
}
