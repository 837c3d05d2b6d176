// Check runs the contract against a live server.
package main

import (
	"flag"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/brio-go/brio/bench/contract"
)

func main() {
	base := flag.String("url", "http://127.0.0.1:8080", "server to check")
	wait := flag.Duration("wait", 10*time.Second, "how long to wait for it to come up")
	flag.Parse()
	log.SetFlags(0)
	for start := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		if _, err := do(*base, contract.Request{Method: "GET", Target: "/"}); err == nil {
			break
		} else if time.Since(start) > *wait {
			log.Fatal(err)
		}
	}
	failed := false
	for _, c := range contract.Cases() {
		for i, q := range c.Requests {
			r, err := do(*base, q)
			if err == nil {
				err = c.Check(i, r)
			}
			if err != nil {
				log.Printf("%s: %s %s: %v", c.Name, q.Method, q.Target, err)
				failed = true
			}
		}
	}
	if failed {
		os.Exit(1)
	}
}

func do(base string, q contract.Request) (contract.Response, error) {
	req, err := http.NewRequest(q.Method, base+q.Target, strings.NewReader(q.Body))
	if err != nil {
		return contract.Response{}, err
	}
	for _, kv := range q.Header {
		req.Header.Add(kv[0], kv[1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return contract.Response{}, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return contract.Response{Status: res.StatusCode, Header: res.Header, Body: b}, err
}
