package websockets

import (
	"bytes"
	"compress/flate"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// The cases that the Autobahn test suite describes, written anew: an echo server gets frames, legal and illegal, and the test looks at the
// frames of the answer.

// echoApp echoes messages as they came.
func echoApp(opts ...brio.AppOption) *brio.App {
	app := newApp(append(opts, brio.MaxBody(16<<20), brio.EventPing(brio.NoLimit))...)
	app.WebSocket("/text", func(ctx context.Context, ws *brio.WebSocket) error {
		for text, err := range ws.Texts(ctx) {
			if err == nil {
				err = ws.WriteText(ctx, text)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	app.WebSocket("/binary", func(ctx context.Context, ws *brio.WebSocket) error {
		for b, err := range ws.Bytes(ctx) {
			if err == nil {
				err = ws.WriteBytes(ctx, b)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	return app
}

const fin = 0x80

// protocolError is the end of a connection whose client has broken the protocol.
var protocolError = []string{"close 1002*", "end"}

func TestCases(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("*", 125)
	bye := closeFrame(1000, "")
	utf8 := "Hello-µ@ßöäüàá-UTF-8!!"
	type c struct {
		name   string
		path   string
		chop   int
		frames [][]byte
		want   []string
	}
	ended := []string{"close 1000", "end"}
	cases := []c{}
	add := func(name, path string, chop int, want []string, frames ...[]byte) {
		cases = append(cases, c{name, path, chop, frames, want})
	}
	f := frame
	for _, n := range []int{0, 125, 126, 127, 128, 65535, 65536} { // 1.1, 1.2: framing by size
		body := strings.Repeat("a", n)
		for path, op := range map[string]byte{"/text": opText, "/binary": opBinary} {
			name := map[string]string{"/text": "text", "/binary": "binary"}[path]
			add(fmt.Sprintf("1.1 %s of %d bytes", name, n), path, 0, []string{strings.TrimSpace(name + " " + body)}, f(fin|op, body))
			add(fmt.Sprintf("1.2 %s of %d bytes in pieces", name, n), path, 997, []string{strings.TrimSpace(name + " " + body)}, f(fin|op, body))
		}
	}
	// 2: pings and pongs
	add("2.1 empty ping", "/text", 0, []string{"pong"}, f(fin|opPing, ""))
	add("2.2 ping with text", "/text", 0, []string{"pong hello"}, f(fin|opPing, "hello"))
	add("2.3 binary ping", "/text", 0, []string{"pong \x00\xff\xfe\xfd"}, f(fin|opPing, "\x00\xff\xfe\xfd"))
	add("2.4 ping of 125 bytes", "/text", 0, []string{"pong " + long}, f(fin|opPing, long))
	add("2.5 ping of 126 bytes", "/text", 0, protocolError, f(fin|opPing, long+"*"))
	add("2.6 ping of 125 bytes, byte by byte", "/text", 1, []string{"pong " + long}, f(fin|opPing, long))
	add("2.7 pong that nobody asked for", "/text", 0, ended, f(fin|opPong, ""), bye)
	add("2.8 pong with text", "/text", 0, ended, f(fin|opPong, "x"), bye)
	add("2.9 pong, then ping", "/text", 0, []string{"pong p"}, f(fin|opPong, "x"), f(fin|opPing, "p"))
	var ten [][]byte
	var pongs []string
	for i := range 10 {
		ten, pongs = append(ten, f(fin|opPing, fmt.Sprint("payload-", i))), append(pongs, fmt.Sprint("pong payload-", i))
	}
	add("2.10 ten pings", "/text", 0, pongs, ten...)
	add("2.11 ten pings, byte by byte", "/text", 1, pongs, ten...)
	// 3: reserved bits
	add("3.1 RSV3", "/text", 0, protocolError, f(fin|0x10|opText, "x"))
	add("3.2 RSV2 after a message", "/text", 0, append([]string{"text one"}, protocolError...), f(fin|opText, "one"), f(fin|0x20|opText, "x"), f(fin|opPing, ""))
	add("3.3 RSV2 and RSV3", "/text", 0, append([]string{"text one"}, protocolError...), f(fin|opText, "one"), f(fin|0x30|opText, "x"))
	add("3.4 RSV1 without compression, byte by byte", "/text", 1, append([]string{"text one"}, protocolError...), f(fin|opText, "one"), f(fin|0x40|opText, "x"))
	add("3.5 RSV1 and RSV3, binary", "/binary", 0, protocolError, f(fin|0x50|opBinary, "x"))
	add("3.6 RSV1 and RSV2, ping", "/text", 0, protocolError, f(fin|0x60|opPing, "x"))
	add("3.7 all, close", "/text", 0, protocolError, f(fin|0x70|opClose, ""))
	// 4: opcodes
	for _, op := range []byte{3, 4, 5, 6, 7, 11, 12, 13, 14, 15} {
		add(fmt.Sprintf("4 opcode %d", op), "/text", 0, protocolError, f(fin|op, ""))
		add(fmt.Sprintf("4 opcode %d after a message, byte by byte", op), "/text", 1, append([]string{"text one"}, protocolError...), f(fin|opText, "one"), f(fin|op, "x"), f(fin|opPing, ""))
	}
	// 5: fragments
	add("5.1 ping in two fragments", "/text", 0, protocolError, f(opPing, "a"), f(fin|opContinuation, "b"))
	add("5.2 pong in two fragments", "/text", 0, protocolError, f(opPong, "a"), f(fin|opContinuation, "b"))
	add("5.3 text in two fragments", "/text", 0, []string{"text fragment1fragment2"}, f(opText, "fragment1"), f(fin|opContinuation, "fragment2"))
	add("5.5 text in two fragments, byte by byte", "/text", 1, []string{"text fragment1fragment2"}, f(opText, "fragment1"), f(fin|opContinuation, "fragment2"))
	add("5.6 ping between fragments", "/text", 0, []string{"pong p", "text ab"}, f(opText, "a"), f(fin|opPing, "p"), f(fin|opContinuation, "b"))
	add("5.8 the same, byte by byte", "/text", 1, []string{"pong p", "text ab"}, f(opText, "a"), f(fin|opPing, "p"), f(fin|opContinuation, "b"))
	add("5.9 continuation without a beginning", "/text", 0, protocolError, f(fin|opContinuation, "x"), f(fin|opText, "y"))
	add("5.12 continuation that goes on, without a beginning", "/text", 0, protocolError, f(opContinuation, "x"), f(fin|opText, "y"))
	add("5.15 continuation after a message", "/text", 0, append([]string{"text ab"}, protocolError...), f(opText, "a"), f(fin|opContinuation, "b"), f(opContinuation, "c"), f(fin|opText, "d"))
	add("5.16 twice a continuation", "/text", 0, protocolError, f(opContinuation, "a"), f(opText, "b"), f(fin|opContinuation, "c"))
	add("5.18 text inside of text", "/text", 0, protocolError, f(opText, "a"), f(fin|opText, "b"))
	add("5.19 five fragments with pings", "/text", 0, []string{"pong 1", "pong 2", "text abcde"}, f(opText, "a"), f(opContinuation, "b"), f(fin|opPing, "1"), f(opContinuation, "c"), f(opContinuation, "d"), f(fin|opPing, "2"), f(fin|opContinuation, "e"))
	add("5 empty fragments", "/text", 0, []string{"text"}, f(opText, ""), f(opContinuation, ""), f(fin|opContinuation, ""))
	// 6: UTF-8
	bad := []string{"close 1007*", "end"}
	add("6.1 empty text", "/text", 0, []string{"text"}, f(fin|opText, ""))
	add("6.2 valid text", "/text", 0, []string{"text " + utf8}, f(fin|opText, utf8))
	var each [][]byte
	for i := range len(utf8) {
		each = append(each, f(map[bool]byte{true: opText, false: opContinuation}[i == 0], utf8[i:i+1]))
	}
	add("6.2.3 valid text, a fragment for each byte", "/text", 0, []string{"text " + utf8}, append(each, f(fin|opContinuation, ""))...)
	add("6.3 invalid text", "/text", 0, bad, f(fin|opText, "κόσμε\xed\xa0\x80edited"))
	add("6.4 invalid text in fragments", "/text", 0, bad, f(opText, "κόσμε"), f(opContinuation, "\xf4\x90\x80\x80"), f(fin|opContinuation, "edited"))
	for _, ok := range []string{"κόσμε", "\x00", "\u0080", "\u0800", "\U00010000", "\x7f", "\u07ff", "\uffff", "\ud7ff", "\ue000", "\ufffd", "\U0010ffff", "\ufffe"} {
		add(fmt.Sprintf("6 valid %q", ok), "/text", 0, []string{"text " + ok}, f(fin|opText, ok))
	}
	for _, wrong := range []string{"\xce", "\xce\xba\xe1", "\xe1\xbd", "\xf8\x88\x80\x80\x80", "\xfc\x84\x80\x80\x80\x80", "\xf7\xbf\xbf\xbf", "\xfb\xbf\xbf\xbf\xbf", "\xf4\x90\x80\x80", "\x80", "\xbf", "\x80\xbf", "\xfe", "\xff", "\xc0\xaf", "\xe0\x80\xaf", "\xf0\x80\x80\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf", "\xed\xa0\x80", "\xed\xbf\xbf", "\xed\xa0\x80\xed\xb0\x80"} {
		add(fmt.Sprintf("6 invalid %q", wrong), "/text", 0, bad, f(fin|opText, wrong))
	}
	// 7: close
	add("7.1.1 message, close", "/text", 0, append([]string{"text one"}, ended...), f(fin|opText, "one"), bye)
	add("7.1.2 two closes", "/text", 0, ended, bye, bye)
	add("7.1.3 ping after the close", "/text", 0, ended, bye, f(fin|opPing, ""))
	add("7.1.4 text after the close", "/text", 0, ended, bye, f(fin|opText, "x"))
	add("7.1.5 close between fragments", "/text", 0, ended, f(opText, "a"), bye, f(fin|opContinuation, "b"))
	add("7.1.6 large message, close, ping", "/text", 0, append([]string{"text " + strings.Repeat("B", 256<<10)}, ended...), f(fin|opText, strings.Repeat("B", 256<<10)), bye, f(fin|opPing, ""))
	add("7.3.1 close without a code", "/text", 0, []string{"close", "end"}, f(fin|opClose, ""))
	add("7.3.2 close with one byte", "/text", 0, protocolError, f(fin|opClose, "a"))
	add("7.3.3 close with a code", "/text", 0, ended, bye)
	add("7.3.4 close with a reason", "/text", 0, []string{"close 1000 Hello World!", "end"}, closeFrame(1000, "Hello World!"))
	add("7.3.5 close with the longest reason", "/text", 0, []string{"close 1000 " + long[:123], "end"}, closeFrame(1000, long[:123]))
	add("7.3.6 close with a reason that is too long", "/text", 0, protocolError, closeFrame(1000, long[:124]))
	add("7.5.1 close with a reason that is not UTF-8", "/text", 0, []string{"close 1007", "end"}, closeFrame(1000, "\xce\xba\xe1\xbd\xb9\xed\xa0\x80"))
	for _, code := range []uint16{1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999} {
		add(fmt.Sprintf("7.7 code %d", code), "/text", 0, []string{fmt.Sprintf("close %d", code), "end"}, closeFrame(code, ""))
	}
	for _, code := range []uint16{0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65535} {
		add(fmt.Sprintf("7.9 code %d", code), "/text", 0, protocolError, closeFrame(code, ""))
	}
	// 9: sizes
	for _, n := range []int{64 << 10, 1 << 20, 4 << 20} {
		body := strings.Repeat("x", n)
		add(fmt.Sprintf("9.1 text of %d bytes", n), "/text", 0, []string{"text " + body}, f(fin|opText, body))
		add(fmt.Sprintf("9.2 binary of %d bytes", n), "/binary", 0, []string{"binary " + body}, f(fin|opBinary, body))
		var parts [][]byte
		for i := 0; i < n; i += 4096 {
			parts = append(parts, f(map[bool]byte{true: opText, false: opContinuation}[i == 0], body[i:i+4096]))
		}
		add(fmt.Sprintf("9.3 text of %d bytes in fragments", n), "/text", 1009, []string{"text " + body}, append(parts, f(fin|opContinuation, ""))...)
	}
	// masks and lengths that a client may not send
	add("unmasked", "/text", 0, protocolError, frameOf(fin|opText, false, 1, "x"))
	add("a length of 2^63", "/text", 0, protocolError, frameOf(fin|opText, true, 1<<63, ""))
	app := echoApp()
	address := serve(t, app)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := dialRawAt(t, address, c.path)
			go p.send(c.chop, c.frames...)
			p.want(c.want...)
		})
	}
}

// 12, 13: permessage-deflate.
func TestDeflate(t *testing.T) {
	t.Parallel()
	address := serve(t, echoApp(brio.CompressMessages()))
	deflate := func(s string) string {
		var b bytes.Buffer
		w, _ := flate.NewWriter(&b, 9)
		_, _ = w.Write([]byte(s))
		_ = w.Flush()
		return strings.TrimSuffix(b.String(), "\x00\x00\xff\xff")
	}
	for _, offer := range []string{
		"permessage-deflate", "permessage-deflate; client_max_window_bits", "permessage-deflate; client_no_context_takeover; server_no_context_takeover",
		"permessage-deflate; server_max_window_bits=15", "x-unknown, permessage-deflate",
	} {
		p := dialRawAt(t, address, "/text", "Sec-WebSocket-Extensions: "+offer)
		if got := p.head.Header.Get("Sec-WebSocket-Extensions"); got != "permessage-deflate; client_no_context_takeover; server_no_context_takeover" {
			t.Errorf("%s: got %q", offer, got)
		}
		text := strings.Repeat("compressible ", 1000)
		go p.send(0, frame(fin|0x40|opText, deflate(text)), frame(fin|0x40|opText, deflate("small")), frame(fin|opText, "uncompressed"))
		first, payload, err := p.read()
		if err != nil || first != fin|0x40|opText {
			t.Fatalf("%s: got %x, %v", offer, first, err)
		}
		var plain bytes.Buffer
		_, _ = plain.ReadFrom(flate.NewReader(strings.NewReader(string(payload) + "\x00\x00\xff\xff\x01\x00\x00\xff\xff")))
		if plain.String() != text {
			t.Errorf("%s: the echo has %d bytes", offer, plain.Len())
		}
		p.want("text small", "text uncompressed") // below the threshold
	}
	for _, offer := range []string{"permessage-deflate; server_max_window_bits=8", "permessage-deflate; unknown", "permessage-bzip2"} {
		if got := dialRawAt(t, address, "/text", "Sec-WebSocket-Extensions: "+offer).head; got.StatusCode != 101 || got.Header["Sec-Websocket-Extensions"] != nil {
			t.Errorf("%s: got %v %v", offer, got.StatusCode, got.Header)
		}
	}
	p := dialRawAt(t, address, "/text", "Sec-WebSocket-Extensions: permessage-deflate")
	go p.send(0, frame(0x40|opText, deflate("frag")[:2]), frame(opContinuation, deflate("frag")[2:4]), frame(fin|opContinuation, deflate("frag")[4:]))
	p.want("text frag")
	p.send(0, frame(fin|0x40|opText, "\xff\xff\xff\xff no deflate"))
	p.want("close 1002*", "end")
}

// A small message that becomes a large one is over the limit.
func TestDecompressionIsLimited(t *testing.T) {
	t.Parallel()
	app := newApp(brio.CompressMessages(), brio.MaxBody(1<<20))
	app.WebSocket("/", func(ctx context.Context, ws *brio.WebSocket) error {
		_, err := ws.ReadText(ctx)
		return err
	})
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, 9)
	for range 100 {
		_, _ = w.Write(make([]byte, 1<<20))
	}
	_ = w.Flush()
	p := dialRaw(t, app, "/", "Sec-WebSocket-Extensions: permessage-deflate")
	go p.send(0, frame(fin|0x40|opText, b.String()))
	p.want("close 1009*")
}

// serve returns the address of a server.
func serve(t *testing.T, app http.Handler) string {
	return strings.TrimPrefix(testkit.Serve(t, app), "http://")
}
