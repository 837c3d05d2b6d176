package route

import (
	"testing"
	"unsafe"
)

func TestEndpointFitsCacheLines(t *testing.T) {
	const line = 64
	var e endpoint
	if hot := unsafe.Offsetof(e.path) + unsafe.Sizeof(e.path.Text); hot > line {
		t.Errorf("the fields up to the text of the path take %d bytes, which is more than the first cache line, %d", hot, line)
	}
	if size := unsafe.Sizeof(e); size > 3*line {
		t.Errorf("an endpoint takes %d bytes; over %d, the allocator no longer begins each at a cache line", size, 3*line)
	}
}
