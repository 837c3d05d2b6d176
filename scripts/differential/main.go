package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

var (
	before = flag.String("before", "", "the program of the other commit")
	now    = flag.String("now", "", "the program of this checkout")
	seed   = flag.Uint64("seed", 1, "of all requests")
	first  = flag.Uint64("first", 0, "the number of the first request")
	count  = flag.Uint64("count", 0, "how many requests; 0 means as many as the time allows")
	during = flag.Duration("time", time.Minute, "how long to send requests")
	show   = flag.Int("show", 10, "how many differences of an operation to report")
)

// modes are the apps of the program.
var modes = []string{"plain", "fastapi", "problem", "options"}

// batch is how many requests an app gets at once.
const batch = 32

func main() {
	log.SetFlags(0)
	flag.Parse()
	dir, err := os.MkdirTemp("", "differential")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	a, err := start(*before, dir+"/before")
	if err != nil {
		log.Fatal(err)
	}
	defer a.end()
	b, err := start(*now, dir+"/now")
	if err != nil {
		log.Fatal(err)
	}
	defer b.end()

	makers := map[string]*maker{}
	for _, mode := range modes {
		m, err := makerOf(mode, [2]*client{a.client(mode), b.client(mode)})
		if err != nil {
			log.Fatalf("%s: %v", mode, err)
		}
		makers[mode] = m
	}
	var r report
	var next atomic.Uint64
	next.Store(*first)
	began := time.Now()
	var group sync.WaitGroup
	for range 2 * len(modes) {
		group.Go(func() { r.work(a, b, makers, &next, began.Add(*during)) })
	}
	group.Wait()
	took := time.Since(began)
	log.Printf("%d requests in %s, %.0f a second, seed %d; statuses: %v; differences: %d, of %d operations; %d did not show again",
		r.requests, took.Round(time.Second), float64(r.requests)/took.Seconds(), *seed, r.statuses(), r.differences, len(r.shown), r.unsteady)
	if r.differences > 0 {
		a.end()
		b.end()
		os.RemoveAll(dir)
		os.Exit(1)
	}
}

// report collects what was found.
type report struct {
	mu          sync.Mutex
	requests    int
	byStatus    [6]int
	differences int
	unsteady    int
	shown       map[string]int // by operation
}

func (r *report) statuses() map[string]int {
	out := map[string]int{}
	for class, n := range r.byStatus {
		if n > 0 {
			out[fmt.Sprintf("%dxx", class)] = n
		}
	}
	return out
}

// work takes numbers of requests, a batch at a time, until the time or the requests are at an end. The number chooses the app.
func (r *report) work(a, b *program, makers map[string]*maker, next *atomic.Uint64, until time.Time) {
	clients := map[string][2]*client{}
	for _, mode := range modes {
		clients[mode] = [2]*client{a.client(mode), b.client(mode)}
	}
	for time.Now().Before(until) {
		from := next.Add(batch) - batch
		if *count > 0 && from >= *first+*count {
			return
		}
		// A block of numbers has one app, so that a request has the same app when it is repeated alone.
		blocks := map[string][]*request{}
		for n := from; n < from+batch && (*count == 0 || n < *first+*count); n++ {
			mode := modes[n/batch%uint64(len(modes))]
			blocks[mode] = append(blocks[mode], makers[mode].request(n))
		}
		for mode, requests := range blocks {
			r.compare(clients[mode], requests)
		}
	}
}

// compare sends requests to both programs.
func (r *report) compare(pair [2]*client, requests []*request) {
	var answers [2][]answer
	var group sync.WaitGroup
	for i, c := range pair {
		group.Go(func() { answers[i] = c.send(requests) })
	}
	group.Wait()
	for i, q := range requests {
		one, other := answers[0][i], answers[1][i]
		r.mu.Lock()
		r.requests++
		r.byStatus[min(one.status/100, 5)]++
		r.mu.Unlock()
		if one.text == other.text {
			continue
		}
		steady := true
		for range 2 { // alone, over new connections
			for side, c := range pair {
				c.close()
				again := c.send([]*request{q})[0]
				c.close()
				if side == 0 && again.text != one.text {
					steady = false
				}
				if side == 1 {
					other = again
				}
			}
			steady = steady && one.text != other.text
		}
		r.mu.Lock()
		if steady {
			r.differences++
			r.print(q, one, other)
		} else {
			r.unsteady++
		}
		r.mu.Unlock()
	}
}

// print shows a difference, unless enough of the operation have been shown.
func (r *report) print(q *request, one, other answer) {
	if r.shown == nil {
		r.shown = map[string]int{}
	}
	if r.shown[q.operation]++; r.shown[q.operation] > *show {
		return
	}
	fmt.Printf("--- %s, app %s: -seed %d -first %d -count 1\n%s\n%s\n", q.operation, q.mode, *seed, q.number, q.curl(), lines(one.text, other.text))
}

// lines shows the lines that two texts do not share, with a part of each.
func lines(one, other string) string {
	as, bs := bytes.Split([]byte(one), []byte("\n")), bytes.Split([]byte(other), []byte("\n"))
	var out bytes.Buffer
	for i := range max(len(as), len(bs)) {
		var a, b []byte
		if i < len(as) {
			a = as[i]
		}
		if i < len(bs) {
			b = bs[i]
		}
		if bytes.Equal(a, b) {
			continue
		}
		same := 0
		for same < min(len(a), len(b)) && a[same] == b[same] {
			same++
		}
		from := max(0, same-60)
		fmt.Fprintf(&out, "  before: %s\n  now:    %s\n", part(a, from), part(b, from))
	}
	return out.String()
}

func part(line []byte, from int) string {
	from = min(from, len(line))
	text := string(line[from:min(len(line), from+300)])
	if from > 0 {
		text = "…" + text
	}
	return text
}

// makerOf reads the document of an app, which both programs must write alike.
func makerOf(mode string, pair [2]*client) (*maker, error) {
	var texts [2]string
	for i, c := range pair {
		q := &request{raw: []byte("GET /openapi.json?version=3.2 HTTP/1.1\r\nHost: x\r\n\r\n"), method: "GET"}
		a := c.send([]*request{q})[0]
		if a.status != 200 {
			return nil, fmt.Errorf("the document: %s", a.text)
		}
		texts[i] = a.body
	}
	if texts[0] != texts[1] {
		fmt.Printf("--- the document of %s\n%s\n", mode, lines(texts[0], texts[1]))
	}
	var doc map[string]any
	if err := json.Unmarshal([]byte(texts[0]), &doc); err != nil {
		return nil, err
	}
	return newMaker(mode, doc), nil
}

// rng are the random numbers of one request.
func rng(n uint64) *rand.Rand { return rand.New(rand.NewPCG(*seed, n)) }
