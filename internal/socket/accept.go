package socket

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"net"
	"net/http"
	"strings"

	"github.com/coder/websocket"

	"github.com/brio-go/brio/internal/exchange"
)

// Handshake is the client's part of the handshake (RFC 6455, 4.1).
type Handshake struct {
	key        string
	extensions []string
	protocols  []string
}

// Refusal is an illegal handshake, with the status that answers it.
type Refusal struct {
	Status int
	Detail string
	Header [2]string // name and value; empty: none
}

// ReadHandshake checks the handshake of a GET request (RFC 6455, 4.2.1). header returns the values of a header.
func ReadHandshake(header func(canonical string) []string) (Handshake, *Refusal) {
	h := Handshake{extensions: header("Sec-Websocket-Extensions")}
	for _, line := range header("Sec-Websocket-Protocol") {
		for name := range strings.SplitSeq(line, ",") {
			h.protocols = append(h.protocols, strings.TrimSpace(name))
		}
	}
	if !hasToken(header("Upgrade"), "websocket") || !hasToken(header("Connection"), "upgrade") {
		return h, &Refusal{http.StatusUpgradeRequired, "A WebSocket handshake is required", [2]string{"Upgrade", "websocket"}}
	}
	if v := header("Sec-Websocket-Version"); len(v) != 1 || v[0] != "13" {
		return h, &Refusal{http.StatusUpgradeRequired, "The WebSocket version must be 13", [2]string{"Sec-WebSocket-Version", "13"}} // RFC 6455, 4.4
	}
	keys := header("Sec-Websocket-Key")
	if len(keys) == 1 {
		h.key = strings.TrimSpace(keys[0])
		if nonce, err := base64.StdEncoding.DecodeString(h.key); err == nil && len(nonce) == 16 {
			return h, nil
		}
	}
	return h, &Refusal{Status: http.StatusBadRequest, Detail: "The Sec-WebSocket-Key must be 16 bytes in base64"}
}

// hasToken reports whether a list of tokens with commas has one, in any case.
func hasToken(lines []string, token string) bool {
	for _, line := range lines {
		for t := range strings.SplitSeq(line, ",") {
			if strings.EqualFold(strings.TrimSpace(t), token) {
				return true
			}
		}
	}
	return false
}

// Accept is what a program says about the answer to a handshake, beside its Config.
type Accept struct {
	Header       http.Header // more headers of the answer
	Subprotocols []string    // in place of the Config's; nil: the Config's
}

// Upgrade answers the handshake of a request with 101 and h, and returns the connection.
type Upgrade func(h http.Header) (net.Conn, *bufio.ReadWriter, error)

var errEnded = errors.New("brio: the WebSocket is used after the end of its request")

// Accept answers the handshake. Later calls return nil, or the error of the first.
func (s *Socket) Accept(a Accept) error {
	s.acceptMu.Lock()
	defer s.acceptMu.Unlock()
	switch {
	case s.IsAccepted():
		return nil
	case s.refused != nil:
		return s.refused
	case s.upgrade == nil:
		return errEnded
	}
	if err := s.closedError(); err != nil {
		return err // Close came before
	}
	if s.refused = s.accept(a); s.refused != nil {
		return s.refused
	}
	s.accepted.Store(true)
	s.watch()
	return nil
}

// accept has coder/websocket answer a request that consists of the handshake alone. The engine has checked handshake and origin.
func (s *Socket) accept(a Accept) error {
	offered := s.config.Subprotocols
	if a.Subprotocols != nil {
		offered = a.Subprotocols
	}
	r := &http.Request{Method: http.MethodGet, ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{
		"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {s.handshake.key},
		"Sec-Websocket-Extensions": s.handshake.extensions, "Sec-Websocket-Protocol": s.handshake.protocols,
	}}
	w := &upgrader{socket: s, header: a.Header.Clone()}
	if w.header == nil {
		w.header = http.Header{}
	}
	o := &websocket.AcceptOptions{
		Subprotocols: offered, InsecureSkipVerify: true, // the engine compares the Origin with more than the host
		OnPingReceived: s.onPing, OnPongReceived: s.onPong,
	}
	if s.config.Compress {
		o.CompressionMode = websocket.CompressionNoContextTakeover // 32 KiB of window only while a message is read or written
	}
	conn, err := websocket.Accept(w, r, o)
	s.upgrade = nil
	if w.err != nil {
		return w.err
	}
	if err != nil {
		return err
	}
	conn.SetReadLimit(-1) // readMessage limits messages: the reason of the close is for clients
	s.conn = conn
	return nil
}

// upgrader is the http.ResponseWriter that coder/websocket answers a handshake with. It takes the connection first, so that an error
// can still be answered.
type upgrader struct {
	socket *Socket
	header http.Header
	err    error
}

func (u *upgrader) Header() http.Header         { return u.header }
func (u *upgrader) WriteHeader(int)             {}
func (u *upgrader) Write(p []byte) (int, error) { return len(p), nil }

// Hijack implements http.Hijacker.
func (u *upgrader) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := u.socket.upgrade(u.header)
	if err != nil {
		u.err = err
		return nil, nil, err
	}
	l := &link{Conn: conn, socket: u.socket, pace: exchange.NewPace(conn, u.socket.config.WriteTimeout)}
	u.socket.link = l
	rw.Writer.Reset(l)
	return l, rw, nil
}

// watch begins what runs beside the program: pings, the idle time, and the end with the context.
func (s *Socket) watch() {
	c := s.config
	s.messages, s.controls = newBucket(c.Messages, c.Per), newBucket(controlBurst, controlPer)
	s.beats = exchange.NewHeartbeat(s.beat)
	s.closeMu.Lock()
	defer s.closeMu.Unlock()
	s.isOpen = true
	if s.closed != nil { // the app has begun to shut down meanwhile
		s.startShut(s.closed)
		return
	}
	s.unwatch = context.AfterFunc(s.ctx, func() { _ = s.contextEnded() })
	if c.Ping > 0 {
		s.beats.StartAfter(min(firstBeat, c.Ping), c.Ping)
	} else {
		s.beats.StartAfter(firstBeat, lookEvery)
	}
	if c.Idle > 0 {
		s.seen()
		s.startIdle()
	}
}
