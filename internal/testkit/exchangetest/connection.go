package exchangetest

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/brio-go/brio/internal/exchange"
)

// connectionCases are the promises about the connection between two requests, and about the one that a handler takes.
var connectionCases = []contractCase{
	{"stays open", func(b *bench) {
		b.start(func(x *exchange.Exchange) { b.ok("send", text(x, x.Method())) })
		b.need(b.Dial != nil, "raw connection")
		c, from := b.dial()
		b.write(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\nDELETE / HTTP/1.1\r\nHost: x\r\n\r\n") // pipelined
		b.equal("answers in order", b.read(from).body+b.read(from).body, "GETDELETE")
	}},
	{"stays open after a body that is not read", func(b *bench) {
		b.start(func(x *exchange.Exchange) { b.ok("send", text(x, x.Method())) })
		b.need(b.Dial != nil, "raw connection")
		c, from := b.dial()
		b.write(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n0123456789GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		b.equal("answers", b.read(from).body+b.read(from).body, "POSTGET")
	}},
	{"closes after a large body that is not read", func(b *bench) {
		b.start(func(x *exchange.Exchange) { b.ok("send", text(x, "done")) })
		b.need(b.Dial != nil, "raw connection")
		c, from := b.dial()
		b.write(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n0123456789")
		a := b.read(from)
		b.equal("answer, closes", join(a.body, a.Close), "done true")
	}},
	{"answers before the body has arrived", func(b *bench) {
		b.start(func(x *exchange.Exchange) { b.ok("send", text(x, "done")) })
		b.need(b.Dial != nil, "raw connection")
		c, from := b.dial()
		b.write(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n0") // the rest does not come
		b.equal("answer", b.read(from).body, "done")
	}},
	{"closes when asked to", func(b *bench) {
		b.start(func(x *exchange.Exchange) {
			x.SetConnectionClose()
			b.ok("send", text(x, "done"))
		})
		b.need(b.Dial != nil, "raw connection")
		c, from := b.dial()
		b.write(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		a := b.read(from)
		_, err := from.ReadByte()
		b.equal("answer, closes", join(a.body, a.Close, err), "done true EOF")
	}},
	{"panic before the answer", func(b *bench) {
		b.start(func(x *exchange.Exchange) { panic(http.ErrAbortHandler) })
		b.need(b.Dial != nil, "raw connection")
		c, from := b.dial()
		b.write(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		if _, err := from.ReadByte(); err == nil {
			b.Error("there is an answer")
		}
	}},
	{"taken", func(b *bench) {
		b.start(func(x *exchange.Exchange) {
			c, rw, err := x.Hijack()
			if err != nil {
				b.Error(err)
				return
			}
			defer func() { _ = c.Close() }()
			b.equal("written", x.Written(), true)
			b.equal("an answer after it", errors.Is(text(x, "again"), exchange.ErrWritten), true)
			_, _, err = x.Hijack()
			b.equal("taken twice", errors.Is(err, exchange.ErrWritten), true)
			_, err = rw.WriteString("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
			b.ok("handshake", errors.Join(err, rw.Flush()))
			line, err := rw.ReadString('\n')
			b.ok("read", err)
			_, err = io.WriteString(c, strings.ToUpper(line))
			b.ok("write", err)
		})
		b.need(b.Dial != nil && b.HasHijack, "connection to take")
		c, from := b.dial()
		b.write(c, "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nearly\n") // before the handshake
		res, err := http.ReadResponse(from, nil)
		if err != nil {
			b.Fatal(err)
		}
		line, err := from.ReadString('\n')
		b.equal("status and echo", join(res.StatusCode, line, err), "101 EARLY\n <nil>")
		_, err = from.ReadByte()
		b.equal("the handler closes it", err, io.EOF)
	}},
	{"cannot be taken", func(b *bench) {
		b.start(func(x *exchange.Exchange) {
			if !b.HasHijack {
				_, _, err := x.Hijack()
				b.equal("not supported", errors.Is(err, http.ErrNotSupported), true)
			}
			b.equal("written", x.Written(), false)
			b.ok("send", text(x, "done"))
			_, _, err := x.Hijack()
			b.equal("after the answer", errors.Is(err, exchange.ErrWritten), true)
		})
		b.equal("answer", b.do(b.request("GET", "/", nil)).body, "done")
	}},
}
