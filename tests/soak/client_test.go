package soak_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"github.com/brio-go/brio/internal/testkit"
)

// request is one request of a client, and what is true of its answer.
type request struct {
	method, path string
	header       http.Header
	body         []byte
	canary       string
	place, end   string // which function of the app ends how; "" for none
	conduct      string // of the client
	want         string // the body of the answer; "" if the answer is not compared
	wantSize     int    // of the body, if want is ""
	diskIsFull   bool   // for this upload
}

// places are the functions of the app that a request of each route can have end.
var places = []string{"middleware", "guard", "dependency", "Validate", "handler", "Around", "clean-up before", "clean-up after"}

// routes are the requests of the clients: each makes one with its canary.
var routes = []struct {
	path   string
	places []string // besides places
	make   func(r *request)
}{
	{"/value", []string{"marshaler", "task"}, func(r *request) { r.want = fmt.Sprintf(`{"canary":%q,"n":1}`, r.canary) }},
	{"/task", []string{"marshaler"}, func(r *request) {
		r.method, r.want = "POST", fmt.Sprintf(`{"canary":%q,"n":1}`, r.canary)
	}},
	{"/lines", []string{"marshaler", "first item", "later item"}, func(r *request) {
		for i := range 3 {
			r.want += fmt.Sprintf("{\"canary\":%q,\"n\":%d}\n", r.canary, i)
		}
	}},
	{"/events", nil, func(r *request) { r.want = strings.Repeat(fmt.Sprintf("data: %q\n\n", r.canary), 10) }},
	{"/json", nil, func(r *request) {
		r.body = fmt.Appendf(nil, `{"canary":%[1]q,"texts":[%[1]q,%[2]q],"counts":{"a":1},"inner":{"canary":%[1]q,"texts":[],"counts":{},"inner":null,"marks":{}},"marks":{%[1]q:"1"}}`,
			r.canary, strings.Repeat(r.canary, rand.N(400)))
		r.method, r.want = "POST", string(r.body)
		r.header.Set("Content-Type", "application/json")
		r.header.Set("Cookie", "other=1; canary="+r.canary)
		r.header.Set("X-Canary", r.canary)
	}},
	{"/upload", nil, func(r *request) {
		file := strings.Repeat(r.canary, []int{10, 10_000, 50_000}[rand.N(3)])
		r.multipart(file)
		r.want = fmt.Sprintf(`{"canary":%q,"size":%d}`, r.canary, len(file))
		r.diskIsFull = len(file) > diskSpace
	}},
	{"/parts", nil, func(r *request) {
		file := strings.Repeat(r.canary, rand.N(10_000))
		r.multipart(file)
		r.want = fmt.Sprintf(`{"canary":%q,"size":%d}`, r.canary, len(file)+len(r.canary)+1)
	}},
	{"/raw", nil, func(r *request) {
		r.method, r.body = "POST", bytes.Repeat([]byte("x"), rand.N(200_000))
		r.header.Set("Content-Type", "application/octet-stream")
		r.want = fmt.Sprintf(`{"canary":%q,"size":%d}`, r.canary, len(r.body))
	}},
	{"/large", nil, func(r *request) { r.want = strings.Repeat(r.canary, largeBody/len(r.canary)) }},
	{"/file", nil, func(r *request) { r.wantSize = largeBody }},
	{"/cached", nil, func(r *request) { r.want = "public" }},
	{"/commit", nil, nil}, // see (*client).commit
	{"/ws", nil, nil},     // see (*client).socket
}

// multipart sets a form of a name and two files.
func (r *request) multipart(file string) {
	r.method = "POST"
	r.body = []byte(testkit.MultipartBody(testkit.FieldPart("name", r.canary), testkit.FilePart("file", "a", file), testkit.FilePart("more", "b", "x")))
	r.header.Set("Content-Type", testkit.MultipartType)
}

// conducts are what clients do with a request.
var conducts = []string{
	"leaves after the request", "leaves while it sends", "leaves while it reads", "resets", "sends half a body", "sends slowly", "reads slowly", "ends its side",
}

// breaksOff reports whether the client does not wait for the answer.
func (r *request) breaksOff() bool {
	return slices.Contains([]string{"leaves after the request", "leaves while it sends", "leaves while it reads", "resets"}, r.conduct)
}

// sendsHalf reports whether the server does not get the whole body.
func (r *request) sendsHalf() bool {
	return len(r.body) > 0 && (r.conduct == "sends half a body" || r.conduct == "leaves while it sends")
}

// endsEarly reports whether the function of the app ends before a status is sent.
func (r *request) endsEarly() bool {
	return r.place != "" && !slices.Contains([]string{"clean-up after", "task", "later item"}, r.place)
}

// answer is what a client has received.
type answer struct {
	any    bool // a byte
	status int
	header http.Header
	body   []byte
	err    error // the answer was cut

	refused bool // no connection could be made
}

// load is all clients.
type load struct {
	address  string
	epoch    atomic.Int64 // odd while one app ends and the next one begins
	answered atomic.Int64
	cut      atomic.Int64 // answers that ended before their end, or did not come
	acked    atomic.Int64 // tasks whose request got a 200
	stop     atomic.Bool

	mu         sync.Mutex
	violations []string
}

func (l *load) violate(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.violations) < 20 {
		l.violations = append(l.violations, fmt.Sprintf(format, args...))
	}
}

// client sends one request after the other, over one connection as long as the server keeps it.
type client struct {
	*load
	id, n  int64
	random *rand.Rand
	http2  *http.Client // nil: HTTP/1.1 by hand

	conn net.Conn
	read *bufio.Reader

	committed []int64 // what the server may have: the last number it has acknowledged, and those since that it may have committed
}

func newClient(l *load, id int64, seed uint64) *client {
	c := &client{load: l, id: id, random: rand.New(rand.NewPCG(seed, uint64(id))), committed: []int64{0}}
	if id%8 == 7 {
		protocols := new(http.Protocols)
		protocols.SetUnencryptedHTTP2(true)
		c.http2 = &http.Client{Transport: &http.Transport{Protocols: protocols, DisableCompression: true, TLSClientConfig: &tls.Config{}}, Timeout: testkit.Patience}
	}
	return c
}

// run sends requests until the load stops.
func (c *client) run() {
	defer c.close()
	for !c.stop.Load() {
		c.n++
		c.step()
	}
}

func (c *client) close() {
	if c.conn != nil {
		_ = c.conn.Close()
		c.conn = nil
	}
	if c.http2 != nil {
		c.http2.CloseIdleConnections()
	}
}

// step makes one request, sends it and judges the answer. In one of four the app fails, in one of four the client.
func (c *client) step() {
	route := routes[c.random.IntN(len(routes))]
	r := &request{method: "GET", path: route.path, header: http.Header{}, canary: fmt.Sprintf("c%02d-%08d-z", c.id, c.n)}
	switch c.random.IntN(4) {
	case 0:
		all := append(slices.Clip(places), route.places...)
		r.place, r.end = all[c.random.IntN(len(all))], testkit.Ends[c.random.IntN(len(testkit.Ends))]
		if route.path == "/cached" {
			r.place, r.end = "", "" // the first answer, which all get, is to come to its end
		}
	case 1:
		r.conduct = conducts[c.random.IntN(len(conducts))]
	}
	epoch := c.epoch.Load() // before the connection is made
	switch route.path {
	case "/ws":
		c.socket(r, epoch)
		return
	case "/commit":
		r.method, r.body = "POST", fmt.Appendf(nil, `{"client":%d,"number":%d}`, c.id, c.n)
		r.header.Set("Content-Type", "application/json")
	default:
		route.make(r)
	}
	if len(r.body) == 0 && r.conduct == "sends half a body" {
		r.conduct = "ends its side"
	}
	a := c.exchange(r)
	isMoving := epoch%2 == 1 || c.epoch.Load() != epoch
	switch {
	case a.err == nil:
		c.answered.Add(1)
	case c.http2 != nil || !a.refused:
		c.cut.Add(1)
	}
	c.judge(r, a, isMoving)
	if r.path == "/commit" {
		c.judgeCommit(r, a)
	}
	if r.path == "/task" && a.err == nil && a.status == http.StatusOK {
		c.acked.Add(1)
	}
	if isMoving && !a.any {
		time.Sleep(5 * time.Millisecond) // nothing may be listening
	}
}

// canaries finds those of all requests.
var canaries = regexp.MustCompile(`c\d\d-\d{8}-z`)

// judge holds an answer to what must be true of it. isMoving says that one app has followed the other meanwhile.
func (c *client) judge(r *request, a answer, isMoving bool) {
	id := fmt.Sprintf("%s %s (%s; %s ends with %s)", r.path, r.canary, r.conduct, r.place, r.end)
	text := fmt.Sprint(a.header)
	if r.want == "" || string(a.body) != r.want { // the search takes long in a large body
		text += string(a.body)
	}
	for _, found := range canaries.FindAllString(text, -1) {
		if found != r.canary {
			c.violate("%s got the answer to %s", id, found)
			return
		}
	}
	if isRefused := r.place == "Validate" && a.status == http.StatusUnprocessableEntity; !isRefused && strings.Contains(string(a.body), testkit.Canary) {
		c.violate("%s: an error of the app is in the answer: %.200s", id, a.body)
	}
	isWhole := a.any && a.err == nil
	switch {
	case r.breaksOff() || r.sendsHalf():
		if isWhole && r.sendsHalf() && r.conduct == "sends half a body" && a.status < 400 {
			c.violate("%s: half a body got %d %.200s", id, a.status, a.body)
		}
	case r.diskIsFull:
		if isWhole && a.status != http.StatusInternalServerError && (r.end == "" || r.end == "return") {
			c.violate("%s: the disk is full, got %d %.200s", id, a.status, a.body)
		}
	case r.end == "error" || r.end == "panic":
		// A client that still sends the body may not get an answer that comes before it is read.
		if r.endsEarly() && (isWhole && a.status < 400 || !isWhole && len(r.body) == 0 && !isMoving) {
			c.violate("%s: got %d %v %.200s", id, a.status, a.err, a.body)
		}
	case r.end == "Goexit" || r.end == "abort":
		if r.endsEarly() && isWhole && !isMoving {
			c.violate("%s: got %d %.200s", id, a.status, a.body)
		}
	case r.end == "cancel":
	case r.conduct == "ends its side": // net/http takes it as a client that has gone
	case !isWhole:
		if !isMoving || a.any && c.http2 == nil {
			c.violate("%s was cut: %d %v %.200s", id, a.status, a.err, a.body)
		}
	case a.status != http.StatusOK, r.want != "" && string(a.body) != r.want, r.want == "" && r.wantSize > 0 && len(a.body) != r.wantSize:
		if isMoving && (r.path == "/events" || r.path == "/lines" || a.status == http.StatusServiceUnavailable) {
			return // a stream that the shutdown has ended
		}
		if r.path != "/commit" || a.status != http.StatusOK {
			c.violate("%s: got %d %.300q, want %.300q", id, a.status, a.body, r.want)
		}
	}
}

// judgeCommit compares what the server had committed of this client with what it has told the client.
func (c *client) judgeCommit(r *request, a answer) {
	if a.err == nil && a.status == http.StatusOK {
		var out committed
		if err := json.Unmarshal(a.body, &out); err != nil || !slices.Contains(c.committed, out.Before) {
			c.violate("%s: the server had committed %d, want one of %v (%v)", r.canary, out.Before, c.committed, err)
		}
		c.committed = []int64{c.n}
		return
	}
	isRolledBack := a.err == nil && a.any || r.sendsHalf()
	if !isRolledBack {
		c.committed = append(c.committed, c.n)
	}
}

// exchange sends a request and reads the answer, as the conduct says.
func (c *client) exchange(r *request) answer {
	target := fmt.Sprintf("%s?canary=%s&at=%s&end=%s", r.path, r.canary, strings.ReplaceAll(r.place, " ", "+"), r.end)
	if c.http2 != nil {
		return c.exchange2(r, target)
	}
	if c.conn == nil {
		conn, err := net.Dial("tcp", c.address)
		if err != nil {
			return answer{err: err, refused: true}
		}
		_ = conn.(*net.TCPConn).SetReadBuffer(32 << 10)
		c.conn, c.read = conn, bufio.NewReader(conn)
	}
	_ = c.conn.SetDeadline(time.Now().Add(testkit.Patience))
	sendErr := c.send(r, target)
	a := c.receive(r)
	cutsLater := !r.endsEarly() && (r.end == "Goexit" || r.end == "abort") // the connection, after a complete answer
	if sendErr != nil || cutsLater || r.conduct == "ends its side" || r.sendsHalf() {
		a.header.Set("Connection", "close")
	}
	if a.err != nil || !a.any || a.header.Get("Connection") == "close" {
		_ = c.conn.Close()
		c.conn = nil
	}
	return a
}

// send writes the request, or a part of it.
func (c *client) send(r *request, target string) error {
	var head bytes.Buffer
	fmt.Fprintf(&head, "%s %s HTTP/1.1\r\nHost: x\r\n", r.method, target)
	body := r.body
	if len(body) > 0 && c.random.IntN(4) == 0 {
		body = chunked(body)
		head.WriteString("Transfer-Encoding: chunked\r\n")
	} else if len(body) > 0 {
		fmt.Fprintf(&head, "Content-Length: %d\r\n", len(body))
	}
	_ = r.header.Write(&head)
	head.WriteString("\r\n")
	if r.sendsHalf() {
		body = body[:len(body)/2]
	}
	if r.conduct != "sends slowly" {
		_, err := c.conn.Write(append(head.Bytes(), body...))
		if r.conduct == "sends half a body" || r.conduct == "ends its side" {
			_ = c.conn.(*net.TCPConn).CloseWrite()
		}
		return err
	}
	all := append(head.Bytes(), body...)
	for step := len(all)/20 + 1; len(all) > 0; time.Sleep(5 * time.Millisecond) {
		n := min(step, len(all))
		if _, err := c.conn.Write(all[:n]); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

// chunked encodes a body in two chunks.
func chunked(body []byte) []byte {
	var out bytes.Buffer
	for half := range slices.Chunk(body, len(body)/2+1) {
		fmt.Fprintf(&out, "%x\r\n%s\r\n", len(half), half)
	}
	out.WriteString("0\r\n\r\n")
	return out.Bytes()
}

// receive reads the answer, or a part of it.
func (c *client) receive(r *request) (a answer) {
	a.header = http.Header{}
	switch r.conduct {
	case "leaves after the request", "leaves while it sends":
		time.Sleep(rand.N(3 * time.Millisecond))
		a.err = io.ErrUnexpectedEOF
		return a
	case "resets":
		_ = c.conn.(*net.TCPConn).SetLinger(0)
		a.err = io.ErrUnexpectedEOF
		return a
	}
	if _, a.err = c.read.Peek(1); a.err != nil {
		return a
	}
	a.any = true
	res, err := http.ReadResponse(c.read, &http.Request{Method: r.method})
	if err != nil {
		a.err = err
		return a
	}
	defer res.Body.Close()
	a.status, a.header = res.StatusCode, res.Header
	if res.Close {
		a.header.Set("Connection", "close")
	}
	a.body, a.err = r.readBody(res.Body)
	return a
}

// readBody reads a body as the conduct says.
func (r *request) readBody(body io.Reader) ([]byte, error) {
	switch r.conduct {
	case "leaves while it reads":
		part := make([]byte, 100)
		n, _ := io.ReadFull(body, part)
		return part[:n], io.ErrUnexpectedEOF
	case "reads slowly":
		body = slow{body}
	}
	return io.ReadAll(body)
}

// slow reads in steps with a pause.
type slow struct{ io.Reader }

// Read implements io.Reader.
func (s slow) Read(p []byte) (int, error) {
	time.Sleep(2 * time.Millisecond)
	return s.Reader.Read(p[:min(len(p), 8<<10)])
}

// exchange2 is exchange over HTTP/2.
func (c *client) exchange2(r *request, target string) (a answer) {
	a.header = http.Header{}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if r.conduct == "leaves after the request" || r.conduct == "resets" {
		time.AfterFunc(rand.N(3*time.Millisecond), cancel)
	}
	var body io.Reader
	if len(r.body) > 0 {
		body = bytes.NewReader(r.body)
		if r.sendsHalf() {
			body = io.MultiReader(bytes.NewReader(r.body[:len(r.body)/2]), broke{})
		}
	}
	req, err := http.NewRequestWithContext(ctx, r.method, "http://"+c.address+target, body)
	if err != nil {
		a.err = err
		return a
	}
	for name, values := range r.header {
		req.Header[name] = values
	}
	res, err := c.http2.Do(req)
	if err != nil {
		a.err = err
		return a
	}
	defer res.Body.Close()
	a.any, a.status, a.header = true, res.StatusCode, res.Header
	a.body, a.err = r.readBody(res.Body)
	return a
}

// broke is a reader that fails.
type broke struct{}

// Read implements io.Reader.
func (broke) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

// socket opens a WebSocket, exchanges messages and closes it, or leaves.
func (c *client) socket(r *request, epoch int64) {
	ctx, cancel := context.WithTimeout(context.Background(), testkit.Patience)
	defer cancel()
	// A transport of its own, because each handshake takes its connection.
	transport := &http.Transport{DisableKeepAlives: true}
	conn, res, err := websocket.Dial(ctx, fmt.Sprintf("ws://%s/ws?canary=%s&at=%s&end=%s", c.address, r.canary, strings.ReplaceAll(r.place, " ", "+"), r.end),
		&websocket.DialOptions{HTTPClient: &http.Client{Transport: transport}})
	isMoving := func() bool { return epoch%2 == 1 || c.epoch.Load() != epoch }
	isCalm := func() bool { return !isMoving() && r.end == "" }
	if err != nil {
		c.cut.Add(1)
		if isCalm() {
			c.violate("%s: the handshake failed: %v", r.canary, err)
		}
		if isMoving() {
			time.Sleep(5 * time.Millisecond)
		}
		return
	}
	_ = res
	defer func() { _ = conn.CloseNow() }()
	for i := range 3 {
		text := fmt.Sprint(i, strings.Repeat("m", c.random.IntN(2000)))
		if err = conn.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
			break
		}
		var got []byte
		if _, got, err = conn.Read(ctx); err != nil {
			break
		}
		if want := r.canary + " " + text; string(got) != want {
			c.violate("%s: the message is %.200q, want %.200q", r.canary, got, want)
		}
		if r.breaksOff() {
			return
		}
	}
	if err == nil {
		err = conn.Close(websocket.StatusNormalClosure, "")
	}
	if err != nil && isCalm() {
		c.violate("%s: the WebSocket ended with %v", r.canary, err)
	}
	c.answered.Add(1)
}
