package websockets

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/testkit"
)

// The opcodes of frames (RFC 6455, 5.2).
const (
	opContinuation = 0x0
	opText         = 0x1
	opBinary       = 0x2
	opClose        = 0x8
	opPing         = 0x9
	opPong         = 0xA
)

// raw is a client that writes frames by itself, legal or not.
type raw struct {
	t    *testing.T
	conn net.Conn
	r    *bufio.Reader
	head *http.Response
}

// dialRaw opens a WebSocket. headers are lines of the handshake.
func dialRaw(t *testing.T, app http.Handler, path string, headers ...string) *raw {
	t.Helper()
	return dialRawAt(t, strings.TrimPrefix(testkit.Serve(t, app), "http://"), path, headers...)
}

func dialRawAt(t *testing.T, address, path string, headers ...string) *raw {
	t.Helper()
	c := openRaw(t, address)
	fmt.Fprintf(c.conn, "GET %s HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s\r\n",
		path, strings.Join(append(headers, ""), "\r\n"))
	var err error
	if c.head, err = http.ReadResponse(c.r, nil); err != nil {
		t.Fatal(err)
	}
	return c
}

func openRaw(t *testing.T, address string) *raw {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
	return &raw{t: t, conn: conn, r: bufio.NewReader(conn)}
}

// frame returns a masked frame. first is FIN, RSV and the opcode: 0x80|opText.
func frame(first byte, payload string) []byte {
	return frameOf(first, true, uint64(len(payload)), payload)
}

// frameOf returns a frame that says it has length bytes.
func frameOf(first byte, masked bool, length uint64, payload string) []byte {
	b := []byte{first}
	mask := byte(0)
	if masked {
		mask = 0x80
	}
	switch {
	case length < 126:
		b = append(b, mask|byte(length))
	case length < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, mask|126), uint16(length))
	default:
		b = binary.BigEndian.AppendUint64(append(b, mask|127), length)
	}
	if !masked {
		return append(b, payload...)
	}
	key := [4]byte{0x12, 0x34, 0x56, 0x78}
	b = append(b, key[:]...)
	for i := range len(payload) {
		b = append(b, payload[i]^key[i%4])
	}
	return b
}

func closeFrame(code uint16, reason string) []byte {
	return frame(0x80|opClose, string(binary.BigEndian.AppendUint16(nil, code))+reason)
}

// send writes frames. chop is the number of bytes of one write; 0: all at once.
func (c *raw) send(chop int, frames ...[]byte) {
	b := bytes.Join(frames, nil)
	if chop <= 0 {
		chop = len(b)
	}
	for len(b) > 0 {
		n := min(chop, len(b))
		if _, err := c.conn.Write(b[:n]); err != nil {
			return // the server has closed the connection
		}
		b = b[n:]
	}
}

// read reads one frame of the server.
func (c *raw) read() (first byte, payload []byte, err error) {
	var head [2]byte
	if _, err = io.ReadFull(c.r, head[:]); err != nil {
		return 0, nil, err
	}
	if head[1]&0x80 != 0 {
		return 0, nil, errors.New("the frame of a server is masked")
	}
	n := uint64(head[1])
	switch n {
	case 126:
		var b [2]byte
		_, err = io.ReadFull(c.r, b[:])
		n = uint64(binary.BigEndian.Uint16(b[:]))
	case 127:
		var b [8]byte
		_, err = io.ReadFull(c.r, b[:])
		n = binary.BigEndian.Uint64(b[:])
	}
	if err == nil {
		payload = make([]byte, n)
		_, err = io.ReadFull(c.r, payload)
	}
	return head[0], payload, err
}

// event returns the next frame as text: "text one", "pong x", "close 1000 bye", "end" for the end of the connection.
func (c *raw) event() string {
	c.t.Helper()
	first, payload, err := c.read()
	if err != nil {
		if late, ok := errors.AsType[net.Error](err); ok && late.Timeout() {
			c.t.Fatal("the server sends nothing")
		}
		return "end"
	}
	name := map[byte]string{opContinuation: "continuation", opText: "text", opBinary: "binary", opClose: "close", opPing: "ping", opPong: "pong"}[first&0x0F]
	if first&0x40 != 0 {
		name += " compressed"
	}
	if first&0x0F == opClose {
		_ = c.conn.(*net.TCPConn).CloseWrite() // else the server waits for an answer
	}
	if first&0x0F == opClose && len(payload) >= 2 {
		return strings.TrimSpace(fmt.Sprintf("close %d %s", binary.BigEndian.Uint16(payload), payload[2:]))
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s", name, payload))
}

// want fails unless the server sends these frames. A "*" in one stands for the rest of its text.
func (c *raw) want(events ...string) {
	c.t.Helper()
	for i, want := range events {
		got := c.event()
		if begin, ok := strings.CutSuffix(want, "*"); got != want && !(ok && strings.HasPrefix(got, begin)) {
			c.t.Fatalf("frame %d: got %.200q, want %.200q", i+1, got, want)
		}
	}
}
