package exchangetest

import (
	"errors"
	"io"
	"strings"
	"time"

	"github.com/brio-go/brio/internal/exchange"
)

// watched is a body of a client that notes whether the transport has read it.
type watched struct {
	io.Reader
	read chan bool // has room for one
}

func (w watched) Read(p []byte) (int, error) {
	select {
	case w.read <- true:
	default:
	}
	return w.Reader.Read(p)
}

// bodyCases are the promises about the body of a request.
var bodyCases = []contractCase{
	{"with a length", func(b *bench) {
		a := b.ask("POST", "/", "twelve bytes", func(x *exchange.Exchange) {
			b.equal("length, has a body", join(x.ContentLength(), x.HasBody()), "12 true")
			for range 2 {
				body, err := x.Body(100)
				b.equal("body", join(string(body), err), "twelve bytes <nil>")
			}
			b.ok("send", text(x, "done"))
		})
		b.equal("answer", a.body, "done")
	}},
	{"of unknown length", func(b *bench) {
		large := strings.Repeat("0123456789", 20_000)
		a := b.ask("POST", "/", io.MultiReader(strings.NewReader(large), strings.NewReader("end")), func(x *exchange.Exchange) {
			b.equal("length, has a body", join(x.ContentLength(), x.HasBody()), "-1 true")
			body, err := x.Body(-1)
			b.equal("body", join(string(body) == large+"end", err), "true <nil>")
			b.ok("send", text(x, "done"))
		})
		b.equal("answer", a.body, "done")
	}},
	{"none", func(b *bench) {
		b.ask("GET", "/", nil, func(x *exchange.Exchange) {
			body, err := x.Body(-1)
			b.equal("length, has a body, body", join(x.ContentLength(), x.HasBody(), len(body), err), map[bool]string{false: "0 false 0 <nil>", true: "-1 true 0 <nil>"}[b.ReadsEnd])
			b.ok("send", text(x, "done"))
		})
	}},
	{"at its limit", func(b *bench) {
		b.start(func(x *exchange.Exchange) {
			body, err := x.Body(4)
			b.ok("send", text(x, join(string(body), errors.Is(err, exchange.ErrTooLarge))))
		})
		for sent, want := range map[string]string{"1234": "1234 false", "12345": " true"} {
			b.equal(sent, b.do(b.request("POST", "/", sent)).body, want)
			b.equal(sent+" of unknown length", b.do(b.request("POST", "/", strings.NewReader(sent))).body, want)
		}
	}},
	{"in pieces", func(b *bench) {
		a := b.ask("POST", "/", "0123456789", func(x *exchange.Exchange) {
			first, err := x.BodyReader(100)
			b.ok("reader", err)
			piece := make([]byte, 4)
			_, err = io.ReadFull(first, piece)
			b.ok("first piece", err)
			second, err := x.BodyReader(100)
			b.ok("another reader", err)
			rest, err := io.ReadAll(second)
			b.ok("rest", err)
			b.ok("send", text(x, string(piece)+"|"+string(rest)))
		})
		b.equal("pieces", a.body, "0123|456789")
	}},
	{"media type", func(b *bench) {
		a := b.ask("POST", "/", "{}", func(x *exchange.Exchange) {
			mediaType, ok := x.MediaType()
			b.ok("send", text(x, join(mediaType, ok, x.Encoded())))
		}, "Content-Type", "Application/JSON; charset=utf-8", "Content-Encoding", "br")
		b.equal("media type, encoded", a.body, "application/json true true")
	}},
	{"form", func(b *bench) {
		const sent = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x\r\n" +
			"Content-Disposition: form-data; name=\"f\"; filename=\"f.txt\"\r\n\r\ncontent\r\n--x--\r\n"
		a := b.ask("POST", "/", sent, func(x *exchange.Exchange) {
			form, err := x.Form(exchange.FormLimits{Text: -1, Multipart: -1, Files: -1, Fields: -1, FileSize: -1, FieldSize: -1, Memory: 1})
			if err != nil {
				b.Error(err)
				return
			}
			v, _ := form.LastValue("a")
			f, _ := form.LastValue("f")
			content, err := f.File.ReadAll() // in a temporary file
			b.ok("file", err)
			b.ok("send", text(x, v.Text+f.File.Filename+string(content)))
		}, "Content-Type", "multipart/form-data; boundary=x")
		b.equal("fields", a.body, "1f.txtcontent")
	}},
	{"expected to continue, read", func(b *bench) {
		a := b.ask("POST", "/", "body", func(x *exchange.Exchange) {
			body, err := x.Body(-1)
			b.ok("body", err)
			b.ok("send", text(x, string(body)))
		}, "Expect", "100-continue")
		b.equal("answer", a.body, "body")
	}},
	{"expected to continue, refused", func(b *bench) {
		b.start(func(x *exchange.Exchange) {
			_, err := x.Body(1)
			b.equal("too large", errors.Is(err, exchange.ErrTooLarge), true)
			b.ok("send", x.Send(413, nil, nil, nil))
		})
		b.need(b.Dial != nil, "raw connection")
		c, from := b.dial()
		b.write(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
		a := b.read(from) // the first answer is final: the client is not asked for the body
		b.equal("status, closes", join(a.StatusCode, a.Close), "413 true")
	}},
	{"not read", func(b *bench) {
		b.start(func(x *exchange.Exchange) { b.ok("send", text(x, "done")) })
		b.need(!b.IsRecorded, "client")
		body := watched{strings.NewReader(strings.Repeat("x", 8<<20)), make(chan bool, 1)}
		a := b.do(b.request("POST", "/", body))
		b.equal("answer", a.body, "done")
	}},
	{"ends early", func(b *bench) {
		failed := make(chan error, 1)
		b.start(func(x *exchange.Exchange) {
			_, err := x.Body(-1)
			failed <- err
		})
		b.need(b.Dial != nil, "raw connection")
		c, _ := b.dial()
		b.write(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n1234")
		_ = c.Close()
		if err := receive(b, "the error", failed); !errors.Is(err, exchange.ErrRead) {
			b.Errorf("got %v, want ErrRead", err)
		}
	}},
	{"stalls", func(b *bench) {
		failed := make(chan error, 1)
		b.start(func(x *exchange.Exchange) {
			x.SetLimits(&exchange.Limits{ReadTimeout: 50 * time.Millisecond})
			_, err := x.Body(-1)
			failed <- err
			b.ok("send", x.Send(408, nil, nil, nil))
		})
		b.need(b.Dial != nil, "raw connection")
		c, from := b.dial()
		b.write(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n1234")
		if err := receive(b, "the error", failed); !errors.Is(err, exchange.ErrStalled) || !errors.Is(err, exchange.ErrRead) {
			b.Errorf("got %v, want ErrStalled and ErrRead", err)
		}
		b.equal("status", b.read(from).StatusCode, 408)
	}},
	{"kept after the request", func(b *bench) {
		type keeping struct {
			body  io.Reader
			ended <-chan struct{}
		}
		kept := make(chan keeping, 1)
		b.ask("POST", "/", "body", func(x *exchange.Exchange) {
			body, err := x.BodyReader(-1)
			b.ok("reader", err)
			kept <- keeping{body, x.Context().Done()}
			b.ok("send", text(x, ""))
		})
		k := receive(b, "the body", kept)
		if !b.IsRecorded {
			receive(b, "the end of the request", k.ended)
		}
		if _, err := k.body.Read(make([]byte, 1)); !errors.Is(err, exchange.ErrRead) {
			b.Errorf("got %v, want ErrRead", err)
		}
	}},
}
