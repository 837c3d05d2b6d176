//go:build !race

// Package gate is what CI asks of the benchmarks: that Brio meets the contract and costs no more allocations than it did. It
// needs no other peer.
package gate

import (
	"testing"

	"github.com/brio-go/brio/bench/contract"
	"github.com/brio-go/brio/bench/peers/brio"
	"github.com/brio-go/brio/bench/replay"
)

// allocations are what a request costs, at most. They do not depend on the machine, so a rise is a change of the code:
// find it with `make profile`, or say here why it is worth it.
var allocations = map[string]float64{
	"W1_plaintext": 0,
	"W2_params":    3,
	"W3_body":      7,
	"W4_list":      2,
	"W5_depends":   1,
	"W6_invalid":   15,
	"W7_routes":    1,
	"W8_order":     10,
	"W9_orders":    1,
}

// TestAllocationsDoNotRise leaves times alone: they depend on the machine. The race detector empties pools at random.
func TestAllocationsDoNotRise(t *testing.T) {
	for _, c := range contract.Workloads() {
		t.Run(c.Name, func(t *testing.T) {
			r := replay.HTTP(brio.Handler(), c.Requests)
			i := 0
			got := testing.AllocsPerRun(100*len(c.Requests), func() { r.Serve(i); i++ })
			if most, ok := allocations[c.Name]; !ok || got > most {
				t.Errorf("%v allocations per request, at most %v", got, most)
			} else if got < most {
				t.Logf("%v allocations per request where %v are allowed: lower the number", got, most)
			}
		})
	}
}

func TestContract(t *testing.T) {
	for _, c := range contract.Cases() {
		t.Run(c.Name, func(t *testing.T) {
			r := replay.HTTP(brio.Handler(), c.Requests)
			for i, q := range c.Requests {
				r.Serve(i)
				if err := c.Check(i, r.Response()); err != nil {
					t.Errorf("%s %s: %v", q.Method, q.Target, err)
				}
			}
		})
	}
}
