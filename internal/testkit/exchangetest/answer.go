package exchangetest

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/brio-go/brio/internal/exchange"
)

// answerCases are the promises about answers that are sent at once.
var answerCases = []contractCase{
	{"status and headers", func(b *bench) {
		a := b.ask("GET", "/", nil, func(x *exchange.Exchange) {
			x.ResponseHeader().Add("Vary", "Origin") // of middleware
			x.ResponseHeader().Set("X-Own", "replaced")
			h := &exchange.Headers{Map: http.Header{"X-Own": {"1", "2"}, "Vary": {"Accept"}}, Cookies: []string{"a=1", "b=2"}}
			b.ok("send", x.Send(418, h, exchange.ContentTypeOf("text/x-own"), []byte("short")))
			b.equal("written", x.Written(), true)
			b.equal("a second answer", errors.Is(text(x, "again"), exchange.ErrWritten), true)
		})
		b.equal("answer", join(a.StatusCode, a.body, a.Header["X-Own"], a.Header["Vary"], a.Header["Content-Type"], a.Header["Set-Cookie"]),
			"418 short [1 2] [Origin Accept] [text/x-own] [a=1 b=2]")
	}},
	{"framing", func(b *bench) {
		b.start(func(x *exchange.Exchange) {
			status, _ := x.Query("status")
			size, _ := x.Query("size")
			code, _ := strconv.Atoi(status)
			n, _ := strconv.Atoi(size)
			b.ok("send", x.Send(code, nil, exchange.ContentTypeOf("text/plain"), []byte(strings.Repeat("x", n))))
		})
		for _, method := range []string{"GET", "HEAD", "POST"} {
			for _, size := range []int{0, 1, 2047, 2048, 2049, 300_000} {
				a := b.do(b.request(method, fmt.Sprintf("/?status=200&size=%d", size), nil))
				want := size
				if method == "HEAD" {
					want = 0
				}
				b.equal(join(method, size), join(a.Header["Content-Length"], len(a.body), a.err, a.Header["Content-Type"]), fmt.Sprintf("[%d] %d <nil> [text/plain]", size, want))
			}
			for status, want := range map[int]string{204: "204 [] 0 []", 205: "205 [0] 0 []", 304: "304 [] 0 []"} {
				a := b.do(b.request(method, fmt.Sprintf("/?status=%d&size=9", status), nil))
				b.equal(method, join(a.StatusCode, a.Header["Content-Length"], len(a.body), a.Header["Content-Type"]), want)
			}
		}
	}},
	{"no media type", func(b *bench) {
		a := b.ask("GET", "/", nil, func(x *exchange.Exchange) { b.ok("send", x.Send(200, nil, nil, []byte("<html>"))) })
		b.equal("media type", join(a.Header["Content-Type"], a.body), "[] <html>")
	}},
	{"refused", func(b *bench) {
		a := b.ask("GET", "/", nil, func(x *exchange.Exchange) {
			for _, h := range []http.Header{{"X-Own": {"a\r\nb"}}, {"no token": {"a"}}} {
				if x.Send(200, &exchange.Headers{Map: h}, nil, nil) == nil {
					b.Errorf("%q was sent", h)
				}
			}
			b.equal("written", x.Written(), false)
			b.ok("send", text(x, "done"))
		})
		b.equal("answer", a.body, "done")
	}},
	{"through the writer", func(b *bench) {
		a := b.ask("GET", "/", nil, func(x *exchange.Exchange) {
			w := x.Writer()
			w.Header().Set("X-Own", "a")
			b.equal("written before", x.Written(), false)
			w.WriteHeader(201)
			b.equal("written after", x.Written(), true)
			_, err := io.WriteString(w, "one ")
			b.ok("write", err)
			_, err = io.Copy(w, strings.NewReader("two"))
			b.ok("copy", err)
			b.equal("an answer after it", errors.Is(text(x, "again"), exchange.ErrWritten), true)
		})
		b.equal("answer", join(a.StatusCode, a.Header["X-Own"], a.body), "201 [a] one two")
	}},
	{"nothing", func(b *bench) {
		a := b.ask("GET", "/", nil, func(x *exchange.Exchange) {})
		b.equal("answer", join(a.StatusCode, a.body), "200 ")
	}},
	{"content", func(b *bench) {
		b.start(func(x *exchange.Exchange) {
			h := &exchange.Headers{Map: http.Header{"Etag": {`"v"`}}}
			status, _ := x.Query("status")
			code, _ := strconv.Atoi(status)
			c := exchange.Content{Size: 10, Reader: strings.NewReader("0123456789")}
			if status, size := x.RefusesContent(`"v"`, c); status != 0 {
				b.ok("send", x.Send(status, &exchange.Headers{Map: http.Header{"Content-Range": {size}}}, nil, nil))
				return
			}
			b.ok("serve", x.ServeContent(code, h, exchange.ContentTypeOf("text/plain"), c))
		})
		for _, c := range []struct{ method, status, header, value, want string }{
			{"GET", "200", "X-None", "", "200 [10] [] 0123456789"},
			{"HEAD", "200", "X-None", "", "200 [10] [] "},
			{"GET", "203", "Range", "bytes=1-2", "203 [10] [] 0123456789"},
			{"GET", "200", "Range", "bytes=1-2", "206 [2] [bytes 1-2/10] 12"},
			{"GET", "200", "Range", "Bytes=-3", "206 [3] [bytes 7-9/10] 789"},
			{"POST", "200", "Range", "bytes=1-2", "200 [10] [] 0123456789"},
			{"GET", "200", "Range", "bytes=20-", "416 [0] [bytes */10] "},
			{"GET", "200", "If-None-Match", `"v"`, "304 [] [] "},
			{"GET", "200", "If-Match", `"other"`, "412 [0] [] "},
		} {
			a := b.do(b.request(c.method, "/?status="+c.status, nil, c.header, c.value))
			got := join(a.StatusCode, a.Header["Content-Length"], a.Header["Content-Range"], a.body)
			b.equal(c.method+" "+c.status+" "+c.header+" "+c.value, got, c.want)
		}
	}},
	{"interim", func(b *bench) {
		a := b.ask("GET", "/", nil, func(x *exchange.Exchange) {
			x.ResponseHeader().Set("X-Own", "a")
			sent := x.EarlyHints([]string{"</style.css>; rel=preload"})
			b.equal("written", x.Written(), false)
			b.ok("send", text(x, join(sent)))
		})
		b.equal("answer", join(a.StatusCode, a.body == join(!b.IsRecorded), a.Header["X-Own"], a.Header["Link"]), "200 true [a] []")
	}},
}
