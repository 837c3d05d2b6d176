//go:build !race

package bench

import (
	"testing"

	"github.com/brio-go/brio/bench/contract"
	"github.com/brio-go/brio/bench/peers"
)

// allocations are what a request costs, at most. They do not depend on the machine, so a rise is a change of the code:
// find it with `make profile`, or say here why it is worth it.
var allocations = map[string]float64{
	"W1_plaintext": 0,
	"W2_params":    4,
	"W3_body":      7,
	"W4_list":      2,
	"W5_depends":   1,
	"W6_invalid":   26,
	"W7_routes":    1,
}

// TestAllocationsDoNotRise leaves times alone: they depend on the machine. The race detector empties pools at random.
func TestAllocationsDoNotRise(t *testing.T) {
	brio, _ := peers.Find("brio")
	for _, c := range contract.Workloads() {
		t.Run(c.Name, func(t *testing.T) {
			r := brio.Replay(c.Requests)
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
