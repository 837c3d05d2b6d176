package briotest

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// The connection in memory honours deadlines and ends as one of TCP does. Time is that of a bubble.
func TestPipe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := newPipe()
		if n, err := server.Write(make([]byte, bufferSize)); n != bufferSize || err != nil {
			t.Fatalf("a write that fits: %d, %v", n, err)
		}
		_ = server.SetWriteDeadline(time.Now().Add(time.Second))
		before := time.Now()
		if n, err := server.Write([]byte("x")); n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(before) != time.Second {
			t.Errorf("a write without a reader: %d, %v after %v", n, err, time.Since(before))
		}
		_ = server.SetWriteDeadline(time.Time{})
		if _, err := io.CopyN(io.Discard, client, bufferSize); err != nil {
			t.Errorf("the read of what was written: %v", err)
		}
		_ = client.SetReadDeadline(time.Now().Add(time.Second))
		_ = client.SetReadDeadline(time.Now().Add(time.Minute)) // replaces the other
		before = time.Now()
		if _, err := client.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(before) != time.Minute {
			t.Errorf("a read without a writer: %v after %v", err, time.Since(before))
		}
		_ = client.SetDeadline(time.Time{})
		_, _ = client.Write(make([]byte, 10*bufferSize)) // does not wait
		go func() {
			time.Sleep(time.Second)
			_ = client.SetReadDeadline(time.Unix(1, 0)) // wakes the read
		}()
		if _, err := client.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("a read that a deadline in the past ends: %v", err)
		}
		_ = client.Close()
		if _, err := client.Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
			t.Errorf("a read after Close: %v", err)
		}
		if n, err := io.Copy(io.Discard, server); n != 10*bufferSize || err != nil {
			t.Errorf("what the client wrote before it closed: %d, %v", n, err)
		}
		if _, err := server.Write([]byte("x")); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("a write to a closed client: %v", err)
		}
	})
}
