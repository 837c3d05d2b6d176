package redis_test

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"math"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/contrib/redis"
	"github.com/brio-go/brio/middleware"
	client "github.com/redis/go-redis/v9"
)

// envLimits has the address of the Redis of a process that serveLimited runs in.
const envLimits = "BRIO_TEST_LIMITS"

// The limit of the two processes: a burst, then one request in each interval.
const (
	limitBurst    = 40
	limitInterval = 5 * time.Millisecond
)

// serveLimited serves an app with the limit until the standard input ends, which is the end of the test. It prints its address.
func serveLimited(addr string) {
	limits := redis.NewLimits(client.NewClient(&client.Options{Addr: addr}), redis.StoreOptions{Timeout: 5 * time.Second})
	app := brio.New(brio.Use(middleware.RateLimit(middleware.RateLimitOptions{
		Limit: int(time.Second / limitInterval), Window: time.Second, Burst: limitBurst, Store: limits, FailClosed: true,
		Key: func(*http.Request) string { return "ann" },
	})))
	app.Get("/", func() string { return "ok" })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(l.Addr())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	log.Fatal(http.Serve(l, app))
}

// startLimited starts a process with serveLimited, and returns its address.
func startLimited(t *testing.T, redisAddr string) string {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), envLimits+"="+redisAddr)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = stdin.Close(), cmd.Wait() })
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line)
}

// Two processes of one app hold one limit within 2 % under four times the load that it allows, over HTTP.
func TestLimitsOfTwoRealProcesses(t *testing.T) {
	server := newServer(t)
	server.Start()
	addrs := []string{startLimited(t, server.Addr()), startLimited(t, server.Addr())}
	const clients, load, lasts = 16, 4, 5 * time.Second // for each process; the times of the limit; how long
	const every = 2 * clients * limitInterval / load
	transport := &http.Transport{MaxIdleConnsPerHost: clients}
	defer transport.CloseIdleConnections()
	var admitted [2]atomic.Int64
	var refused, last atomic.Int64
	var work sync.WaitGroup
	began := time.Now()
	for i := range 2 * clients {
		process := i % 2
		work.Go(func() {
			tick := time.NewTicker(every)
			defer tick.Stop()
			for ; time.Since(began) < lasts; <-tick.C {
				resp, err := (&http.Client{Transport: transport}).Get("http://" + addrs[process])
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
				switch resp.StatusCode {
				case http.StatusOK:
					admitted[process].Add(1)
					last.Store(int64(time.Since(began)))
				case http.StatusTooManyRequests:
					refused.Add(1)
				default:
					t.Errorf("got %d", resp.StatusCode)
					return
				}
			}
		})
	}
	work.Wait()
	total := admitted[0].Load() + admitted[1].Load()
	allowed := limitBurst + float64(last.Load())/float64(limitInterval)
	tried := float64(total + refused.Load())
	off := (float64(total) - allowed) / allowed
	t.Logf("two processes: %.0f requests in %v, %.1f times the limit; %d + %d admitted, %.0f allowed, %+.2f %%",
		tried, time.Since(began).Round(time.Millisecond), tried/allowed, admitted[0].Load(), admitted[1].Load(), allowed, 100*off)
	switch {
	case tried < 2*allowed:
		t.Errorf("the clients have sent %.0f requests, which is not enough to hold the limit against: want %.0f", tried, load*allowed)
	case math.Abs(off) > 0.02:
		t.Errorf("%d requests were admitted, want %.0f within 2 %%", total, allowed)
	}
}
