package response

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unsafe"

	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/exchange"
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
		var out Response
		r := NewTemporal(nil).SetHeader("X-A", "1").SetHeader("X-B", "2").SetCookie(c)
		out.MergeTemporal(r)
		out.finalHeaders()
	}); n > 2 {
		t.Errorf("%v allocations, want that of the Response and of the cookie's line", n)
	}
}

// What is sent, adopted or copied stays as it was, whatever is done with the Response it came from.
func TestChangesAreOnesOwn(t *testing.T) {
	text := func(r *Response) string {
		r.unshare() // what Header makes is not the Response's
		var b strings.Builder
		h := http.Header{}
		for key, values := range r.each {
			h[key] = values
		}
		h["Set-Cookie"] = r.headers.Cookies
		_ = h.Write(&b)
		return b.String()
	}
	change := map[string]func(*Response){
		"SetHeader": func(r *Response) { r.SetHeader("X-A", "changed") },
		"AddHeader": func(r *Response) { r.AddHeader("X-A", "changed") },
		"Header":    func(r *Response) { r.Header().Set("X-A", "changed") },
		"in place":  func(r *Response) { r.Header()["X-B"][0] = "changed" },
		"SetCookie": func(r *Response) { r.SetCookie(cookies.New("a", "changed")) },
	}
	for name, change := range change {
		set := func() *Response {
			return NewTemporal(nil).SetHeader("X-A", "1").SetHeader("X-B", "2").SetCookie(cookies.New("a", "1")).SetCookie(cookies.New("b", "1"))
		}
		want := text(set())
		var adopted, copied Response
		from := set()
		adopted.MergeTemporal(from)
		change(from)
		if got := text(&adopted); got != want {
			t.Errorf("%s: adopted and then changed: %q", name, got)
		}
		from = set()
		var other Response
		other.MergeTemporal(from)
		change(&other)
		if got := text(from); got != want {
			t.Errorf("%s: the one it was adopted from has %q", name, got)
		}
		from = set()
		copied.Copy(from)
		change(&copied)
		if got := text(from); got != want {
			t.Errorf("%s: the one that was copied has %q", name, got)
		}
		own := (&Response{}).SetHeader("X-C", "3") // the headers are merged one by one
		from = set()
		own.MergeTemporal(from)
		before := text(own)
		change(from)
		if got := text(own); got != before {
			t.Errorf("%s: merged and then changed: %q", name, got)
		}
		from = set()
		recorder := httptest.NewRecorder()
		if err := from.Send(exchange.Acquire(recorder, httptest.NewRequest("GET", "/", nil))); err != nil {
			t.Fatal(err)
		}
		w := recorder.Header()
		change(from)
		if w["X-A"][0] != "1" || w["X-B"][0] != "2" || w["Set-Cookie"][0] != "a=1; Path=/; SameSite=Lax" {
			t.Errorf("%s: what was sent is %v", name, w)
		}
	}
}

// What is not legal is an error when it is sent, wherever it was set, and none when it has been replaced by then.
func TestNothingIllegalIsSent(t *testing.T) {
	const bad = "secret\r\nX-Evil: 1"
	for name, set := range map[string]func(*Response){
		"SetHeader":                func(r *Response) { r.SetHeader("X-A", bad) },
		"SetHeader, a name":        func(r *Response) { r.SetHeader("X-A\n", "1") },
		"SetHeader, no name":       func(r *Response) { r.SetHeader("", "1") },
		"SetHeader after others":   func(r *Response) { r.SetHeader("X-B", "1").SetHeader("X-A", bad) },
		"SetHeader before others":  func(r *Response) { r.SetHeader("X-A", bad).SetHeader("X-B", "1") },
		"SetHeader after Header":   func(r *Response) { r.Header(); r.SetHeader("X-A", bad) },
		"AddHeader":                func(r *Response) { r.AddHeader("X-A", bad) },
		"AddHeader again":          func(r *Response) { r.AddHeader("X-A", "1").AddHeader("X-A", bad) },
		"Header":                   func(r *Response) { r.Header().Set("X-A", bad) },
		"Header, a slice":          func(r *Response) { r.SetHeader("X-A", "1"); r.Header()["X-A"][0] = bad },
		"Header, Set-Cookie":       func(r *Response) { r.Header().Set("Set-Cookie", bad) },
		"SetHeader, Set-Cookie":    func(r *Response) { r.SetHeader("Set-Cookie", bad) },
		"MediaType":                func(r *Response) { r.MediaType(bad) },
		"a list of one value only": func(r *Response) { r.Header()["etag"] = []string{"1", bad} },
	} {
		for how, made := range map[string]func(*Response) *Response{
			"itself":  func(r *Response) *Response { return r },
			"adopted": func(r *Response) *Response { out := Text("x"); out.MergeTemporal(r); return out },
			"merged":  func(r *Response) *Response { out := Text("x").SetHeader("X-C", "3"); out.MergeTemporal(r); return out },
			"copied":  func(r *Response) *Response { out := &Response{}; out.Copy(r); return out },
		} {
			r := NewTemporal(nil)
			r.SetBody(exchange.ContentTypeOf(mediaText), []byte("x"))
			set(r)
			w := httptest.NewRecorder()
			x := exchange.Acquire(w, httptest.NewRequest("GET", "/", nil))
			err := made(r).Send(x)
			if err == nil || x.Written() || strings.Contains(err.Error(), "Evil") && name != "MediaType" || errors.Is(err, exchange.ErrWritten) {
				t.Errorf("%s, %s: %v, written %t, %v", name, how, err, x.Written(), w.Header())
			}
			x.Release()
		}
	}
	if got := NewTemporal(nil).SetHeader("X-A", bad).SetHeader("X-A", "good"); got.first("X-A") != "good" {
		t.Errorf("%q", got.first("X-A"))
	} else if w := httptest.NewRecorder(); got.Send(exchange.Acquire(w, httptest.NewRequest("GET", "/", nil))) != nil || w.Header().Get("X-A") != "good" {
		t.Errorf("%v", w.Header())
	}
}
