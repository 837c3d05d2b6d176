package response

import (
	"testing"
	"unsafe"

	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/answer"
)

// The temporal Response is the memory that a request costs which has one: 208 is a size that the allocator has.
func TestTemporalIsSmall(t *testing.T) {
	if size := unsafe.Sizeof(temporal{}); unsafe.Sizeof(uintptr(0)) == 8 && size > 208 {
		t.Errorf("%d bytes", size)
	}
}

func TestTwoHeadersAndACookieHaveTheirMemory(t *testing.T) {
	c := cookies.New("session", "1", cookies.HTTPOnly())
	if n := testing.AllocsPerRun(100, func() {
		var out answer.Answer
		r := NewTemporal(nil).SetHeader("X-A", "1").SetHeader("X-B", "2").SetCookie(c)
		out.MergeTemporal(AnswerOf(r))
	}); n > 2 {
		t.Errorf("%v allocations, want that of the Response and of the cookie's line", n)
	}
}
