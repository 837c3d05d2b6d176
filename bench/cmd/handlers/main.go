// Command handlers compares the throughput of handlers of net/http behind Brio with that of the same handlers alone. Both answer over
// the loopback in one process, in turns: a round loads each for a while. It prints the medians of the rounds, in requests for each second
// of processor time, and their ratio. The first row is a control, one handler against itself: how far its ratio is from 1 is noise.
// Processor time, which includes that of the clients, depends less on other programs than time does.
//
//	go run ./cmd/handlers -rounds 30 -time 200ms -clients 8
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"text/tabwriter"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/bench/cputime"
)

var (
	rounds  = flag.Int("rounds", 20, "rounds of each pair")
	length  = flag.Duration("time", 200*time.Millisecond, "how long a round loads each handler")
	clients = flag.Int("clients", 8, "connections, each with one request at a time")
)

// pair is a handler alone and behind Brio. Both answer GET of the path with the same bytes.
type pair struct {
	name, path  string
	alone, brio http.Handler
}

// pairs returns what is compared. A further pair is a row.
func pairs() []pair {
	text := []byte(strings.Repeat("metric_total 1\n", 70)) // a kilobyte
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(text) })
	old := http.NewServeMux()
	old.Handle("GET /reports/{id}", h)
	return []pair{
		{"control: alone, twice", "/metrics", h, h}, // 1 but for what the machine adds
		{"handler of a route", "/metrics", h, newApp(func(a *brio.App) { a.Get("/metrics", h) })},
		{"mounted handler", "/legacy/x", http.StripPrefix("/legacy", h), newApp(func(a *brio.App) { a.Mount("/legacy", h) })},
		{"mounted mux", "/legacy/reports/7", http.StripPrefix("/legacy", old), newApp(func(a *brio.App) { a.Mount("/legacy", old) })},
	}
}

func newApp(declare func(*brio.App)) http.Handler {
	app := brio.New(brio.Logger(slog.New(slog.DiscardHandler)))
	declare(app)
	if err := app.Check(); err != nil {
		log.Fatal(err)
	}
	return app
}

func main() {
	flag.Parse()
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, "requests per CPU second\talone\tbehind Brio\tratio\t")
	for _, p := range pairs() {
		alone, brio := serve(p.alone), serve(p.brio)
		want := fetch(alone, p.path)
		if got := fetch(brio, p.path); got != want || want == "" {
			log.Fatalf("%s: the answers are %q and %q", p.name, want, got)
		}
		load(alone, p.path)
		load(brio, p.path)
		var first, second, ratios []float64
		for i := range *rounds {
			var a, b float64
			if i%2 == 0 { // in turns, so that neither always comes first
				a, b = load(alone, p.path), load(brio, p.path)
			} else {
				b, a = load(brio, p.path), load(alone, p.path)
			}
			first, second, ratios = append(first, a), append(second, b), append(ratios, b/a)
		}
		fmt.Fprintf(out, "%s\t%.0f\t%.0f\t%.3f\t\n", p.name, median(first), median(second), median(ratios))
	}
	if err := out.Flush(); err != nil {
		log.Fatal(err)
	}
}

// serve returns the address of a server of h.
func serve(h http.Handler) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	go func() { log.Fatal((&http.Server{Handler: h}).Serve(l)) }()
	return l.Addr().String()
}

// fetch returns status and body of an answer.
func fetch(address, path string) string {
	resp, err := http.Get("http://" + address + path)
	if err != nil {
		log.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil || resp.StatusCode != http.StatusOK {
		log.Fatalf("%s: %s, %v", path, resp.Status, err)
	}
	return string(body)
}

// load returns the requests that a server answers for each second of processor time. The clients write the same bytes again and again and read with net/http's
// parser into one buffer, because a complete client would take most of the time.
func load(address, path string) float64 {
	request := []byte("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
	var done atomic.Int64
	var group sync.WaitGroup
	begin, used := time.Now(), cputime.Now()
	for range *clients {
		group.Go(func() {
			c, err := net.Dial("tcp", address)
			if err != nil {
				log.Fatal(err)
			}
			defer func() { _ = c.Close() }()
			reader := bufio.NewReader(c)
			for time.Since(begin) < *length {
				if _, err := c.Write(request); err != nil {
					log.Fatal(err)
				}
				resp, err := http.ReadResponse(reader, nil)
				if err != nil {
					log.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, resp.Body); err != nil {
					log.Fatal(err)
				}
				done.Add(1)
			}
		})
	}
	group.Wait()
	return float64(done.Load()) / (cputime.Now() - used).Seconds()
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
