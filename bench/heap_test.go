package bench

import (
	"flag"
	"os"
	"runtime"
	"testing"
)

// TestMain grows the heap before the first benchmark. compare.sh copies this file to the commit that it compares with.
func TestMain(m *testing.M) {
	flag.Parse()
	if flag.Lookup("test.bench").Value.String() != "" {
		growHeap()
	}
	os.Exit(m.Run())
}

// growHeap uses more memory than a benchmark needs between two collections, and frees it. Without it the first peer that allocates is
// measured with the page faults of a heap that grows, which cost half a small request. A server has them in its first seconds only. The
// runtime returns what is free, so bench.sh sets GODEBUG=madvdontneed=0, with which the pages stay until the system needs them.
func growHeap() {
	const block, page = 8 << 10, 4 << 10
	blocks := make([][]byte, 128<<20/block)
	for i := range blocks {
		blocks[i] = make([]byte, block)
		for at := 0; at < block; at += page {
			blocks[i][at] = 1 // the system gives a page when it is written to
		}
	}
	runtime.KeepAlive(blocks)
	blocks = nil
	runtime.GC()
}
