package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// program is a running program of ./app.
type program struct {
	cmd   *exec.Cmd
	in    io.Closer
	dir   string
	ended bool
}

// start runs a program, which serves each of its apps on a socket in dir.
func start(binary, dir string) (*program, error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	cmd := exec.Command(binary, dir)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "ready\n" {
		return nil, fmt.Errorf("%s is not ready: %q %w", binary, line, err)
	}
	return &program{cmd: cmd, in: in, dir: dir}, nil
}

func (p *program) end() {
	if !p.ended {
		p.ended = true
		_ = p.in.Close()
		_ = p.cmd.Wait()
	}
}

func (p *program) client(mode string) *client {
	return &client{address: filepath.Join(p.dir, mode)}
}

// client has one connection to an app.
type client struct {
	address string
	conn    net.Conn
	reader  *bufio.Reader
}

// answer is all that is compared, as text.
type answer struct {
	status int
	text   string
	body   string
}

func (c *client) close() {
	if c.conn != nil {
		_ = c.conn.Close()
		c.conn = nil
	}
}

// patience is how long one batch may take.
const patience = time.Minute

// send writes requests in one piece and reads their answers. Where the app ends the connection, the rest is sent over a new one.
func (c *client) send(requests []*request) []answer {
	var answers []answer
	for len(answers) < len(requests) {
		left := requests[len(answers):]
		if c.conn == nil {
			conn, err := net.Dial("unix", c.address)
			if err != nil {
				return append(answers, slices.Repeat([]answer{{text: "no connection: " + err.Error()}}, len(left))...)
			}
			c.conn, c.reader = conn, bufio.NewReader(conn)
		}
		_ = c.conn.SetDeadline(time.Now().Add(patience))
		conn := c.conn
		written := make(chan struct{})
		go func() {
			defer close(written)
			var all []byte
			for _, q := range left {
				all = append(all, q.raw...)
			}
			_, _ = conn.Write(all) // an error shows in the answers
		}()
		for _, q := range left {
			a, goes := c.read(q)
			answers = append(answers, a)
			if !goes {
				c.close()
				break
			}
		}
		<-written
	}
	return answers
}

// read reads one answer. goes says whether the connection can be used further.
func (c *client) read(q *request) (a answer, goes bool) {
	var text strings.Builder
	for {
		response, err := http.ReadResponse(c.reader, &http.Request{Method: q.method})
		if err != nil {
			if err, ok := err.(net.Error); ok && err.Timeout() {
				return answer{text: text.String() + "no answer in time"}, false
			}
			return answer{text: text.String() + "the connection ended"}, false
		}
		fmt.Fprintf(&text, "%s %s, length %d, %v\n", response.Proto, response.Status, response.ContentLength, response.TransferEncoding)
		response.Header.Del("Date")
		names := make([]string, 0, len(response.Header))
		for name := range response.Header {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			fmt.Fprintf(&text, "%s: %q\n", name, response.Header[name])
		}
		if response.StatusCode < 200 {
			continue
		}
		body, err := io.ReadAll(response.Body)
		fmt.Fprintf(&text, "\n%s", body)
		for name, values := range response.Trailer {
			fmt.Fprintf(&text, "\ntrailer %s: %q", name, values)
		}
		if err != nil {
			text.WriteString("\nthe body broke off")
		}
		return answer{response.StatusCode, text.String(), string(body)}, err == nil && !response.Close
	}
}
