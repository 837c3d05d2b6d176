package bench

import (
	"testing"

	"github.com/brio-go/brio/bench/contract"
	"github.com/brio-go/brio/bench/cputime"
	"github.com/brio-go/brio/bench/peers"
)

// TestContract is what makes the figures comparable: every peer does all the work.
func TestContract(t *testing.T) {
	for _, p := range peers.All {
		for _, c := range contract.Cases() {
			t.Run(p.Name+"/"+c.Name, func(t *testing.T) {
				r := p.Replay(c.Requests)
				for i := range 2 * len(c.Requests) { // twice: what a pool holds must not show
					r.Serve(i)
					n := i % len(c.Requests)
					if err := c.Check(n, r.Response()); err != nil {
						t.Errorf("%s %s: %v", c.Requests[n].Method, c.Requests[n].Target, err)
					}
				}
			})
		}
	}
}

// BenchmarkPeers runs all peers on one workload before the next, so that what a
// ratio compares was measured close together.
func BenchmarkPeers(b *testing.B) {
	for _, c := range contract.Workloads() {
		for _, p := range peers.All {
			b.Run(c.Name+"/"+p.Name, func(b *testing.B) {
				r := p.Replay(c.Requests)
				for i := range 2 * len(c.Requests) {
					r.Serve(i)
				}
				cputime.Loop(b, r.Serve)
			})
		}
	}
}
