// Wrkscripts writes a wrk script per workload into the folder it is given.
package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/brio-go/brio/bench/contract"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: wrkscripts FOLDER")
	}
	for _, c := range contract.Workloads() {
		if err := os.WriteFile(filepath.Join(os.Args[1], c.Name+".lua"), script(c), 0o644); err != nil {
			log.Fatal(err)
		}
		fmt.Println(c.Name)
	}
}

// script sets the request once where there is only one: then wrk calls no Lua per
// request.
func script(c contract.Case) []byte {
	var b strings.Builder
	if len(c.Requests) == 1 {
		q := c.Requests[0]
		fmt.Fprintf(&b, "wrk.method = %q\nwrk.path = %q\n", q.Method, q.Target)
		for _, kv := range q.Header {
			fmt.Fprintf(&b, "wrk.headers[%q] = %q\n", kv[0], kv[1])
		}
		if q.Body != "" {
			fmt.Fprintf(&b, "wrk.body = %q\n", q.Body)
		}
		return []byte(b.String())
	}
	b.WriteString("local reqs, i = {}, 0\nfunction init()\n")
	for _, kv := range c.Requests[0].Header { // the same for all
		fmt.Fprintf(&b, "  wrk.headers[%q] = %q\n", kv[0], kv[1])
	}
	for _, q := range c.Requests {
		body := "nil"
		if q.Body != "" {
			body = strconv.Quote(q.Body)
		}
		fmt.Fprintf(&b, "  reqs[#reqs + 1] = wrk.format(%q, %q, nil, %s)\n", q.Method, q.Target, body)
	}
	b.WriteString("end\nfunction request()\n  i = i % #reqs + 1\n  return reqs[i]\nend\n")
	return []byte(b.String())
}
