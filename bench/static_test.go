package bench

import (
	"bufio"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/bench/cputime"
)

//go:embed contract/*.go
var embedded embed.FS

// staticBlock is the number of requests that one server answers before it is the other's turn.
const staticBlock = 100

// BenchmarkStatic compares Static with http.FileServerFS, over connections that stay open. Both serve the same file systems and take turns
// in one run. It reports the CPU time of a request to each, client and server together, and the median of their ratios. An iteration is
// one block of requests to each.
func BenchmarkStatic(b *testing.B) {
	dir := b.TempDir()
	for name, size := range map[string]int{"small.css": 1 << 10, "assets/app.js": 100 << 10, "big.bin": 1 << 20} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(strings.Repeat("a", size)), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		b.Fatal(err)
	}
	defer root.Close()
	for _, c := range []struct {
		name, path string
		files      fs.FS
	}{
		{"folder_1KB", "small.css", os.DirFS(dir)},
		{"root_1KB", "small.css", root.FS()},
		{"folder_100KB", "assets/app.js", os.DirFS(dir)},
		{"root_100KB", "assets/app.js", root.FS()},
		{"folder_1MB", "big.bin", os.DirFS(dir)},
		{"embedded", "contract/contract.go", embedded},
	} {
		b.Run(c.name, func(b *testing.B) {
			app := brio.New()
			app.Static("/", c.files)
			mux := http.NewServeMux()
			mux.Handle("/", http.FileServerFS(c.files))
			brioConn, plainConn := dialStatic(b, app, c.path), dialStatic(b, mux, c.path)
			brioConn.block(b, 20)
			plainConn.block(b, 20)
			var brioTime, plainTime int64
			var ratios []float64
			for i := 0; b.Loop(); i++ {
				first, second := brioConn, plainConn
				if i%2 == 1 {
					first, second = second, first
				}
				a, z := cputime.Of(func() { first.block(b, staticBlock) }), cputime.Of(func() { second.block(b, staticBlock) })
				if i%2 == 1 {
					a, z = z, a
				}
				brioTime, plainTime = brioTime+int64(a), plainTime+int64(z)
				if z > 0 {
					ratios = append(ratios, float64(a)/float64(z))
				}
			}
			slices.Sort(ratios)
			requests := float64(staticBlock * b.N)
			b.ReportMetric(float64(brioTime)/requests, "brio-cpu-ns/req")
			b.ReportMetric(float64(plainTime)/requests, "nethttp-cpu-ns/req")
			b.ReportMetric(ratios[len(ratios)/2], "ratio")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// staticConn is a connection to a server, and the one request that is sent over it.
type staticConn struct {
	net.Conn
	read    *bufio.Reader
	request []byte
}

// dialStatic serves h and connects to it.
func dialStatic(b *testing.B, h http.Handler, path string) *staticConn {
	s := httptest.NewServer(h)
	b.Cleanup(s.Close)
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close() })
	return &staticConn{conn, bufio.NewReaderSize(conn, 64<<10), fmt.Appendf(nil, "GET /%s HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip, br\r\n\r\n", path)}
}

// block sends n requests, one after the other, and reads the answers.
func (c *staticConn) block(b *testing.B, n int) {
	for range n {
		if _, err := c.Write(c.request); err != nil {
			b.Fatal(err)
		}
		length := int64(-1)
		for line := 0; ; line++ {
			text, err := c.read.ReadSlice('\n')
			if err != nil {
				b.Fatal(err)
			}
			if line == 0 && string(text) != "HTTP/1.1 200 OK\r\n" {
				b.Fatalf("the answer is %q", text)
			}
			if rest, ok := strings.CutPrefix(string(text), "Content-Length: "); ok {
				if _, err := fmt.Sscan(rest, &length); err != nil {
					b.Fatal(err)
				}
			}
			if len(text) == 2 {
				break
			}
		}
		if read, err := io.CopyN(io.Discard, c.read, length); err != nil || read != length {
			b.Fatalf("%d of %d bytes: %v", read, length, err)
		}
	}
}
