package response

import (
	"testing"
	"unsafe"

	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/answer"
)

// A request whose functions take the Response costs this memory: 224 bytes is a size class of the allocator.
func TestTemporalIsSmall(t *testing.T) {
	if size := unsafe.Sizeof(temporal{}); unsafe.Sizeof(uintptr(0)) == 8 && size > 224 {
		t.Errorf("got %d bytes, want at most 224", size)
	}
}

func TestTemporalHasRoomForHeadersAndCookie(t *testing.T) {
	c := cookies.New("session", "1", cookies.HTTPOnly())
	if n := testing.AllocsPerRun(100, func() {
		var out answer.Answer
		r, _ := NewTemporal(nil)
		r.SetHeader("X-A", "1").SetHeader("X-B", "2").SetCookie(c)
		out.MergeTemporal(AnswerOf(r))
	}); n > 2 {
		t.Errorf("%v allocations, want that of the Response and of the cookie's line", n)
	}
}
