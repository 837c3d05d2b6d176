package exchange

import (
	"net/http/httptest"
	"strings"
	"testing"
)

// A small body in memory of its own is not written to again. The pool keeps its buffer for the next request.
func TestUnpooledBodyStaysUnchanged(t *testing.T) {
	x := &Exchange{}
	read := func(body string, limit int64) (string, bool, []byte) {
		x.Open(httptest.NewRecorder(), httptest.NewRequest("POST", "/", strings.NewReader(body)))
		b, owned, err := x.UnpooledBody(limit)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := x.Body(limit)
		if string(again) != string(b) {
			t.Errorf("read again it is %q", again)
		}
		x.Close()
		return string(b), owned, b
	}
	large := strings.Repeat("l", maxOwnedBody+1)
	if _, owned, _ := read(large, -1); owned {
		t.Error("a large body was given away")
	}
	room := cap(x.rare.body)
	small, owned, kept := read("small", 100)
	if small != "small" || !owned || cap(kept) > 8 {
		t.Errorf("%q, owned is %t, with room for %d", small, owned, cap(kept))
	}
	for range 3 {
		read("other", 100)
		read(large, -1)
	}
	if string(kept) != "small" {
		t.Errorf("it became %q", kept)
	}
	if cap(x.rare.body) != room {
		t.Errorf("the pool's buffer has room for %d, had for %d", cap(x.rare.body), room)
	}
	if _, owned, _ := read("", 100); owned {
		t.Error("a body that is not there was given away")
	}
}

func TestUnpooledBodyKeepsLimit(t *testing.T) {
	x := Acquire(httptest.NewRecorder(), httptest.NewRequest("POST", "/", strings.NewReader("too long")))
	defer x.Release()
	if _, _, err := x.UnpooledBody(3); err == nil {
		t.Error("no error")
	}
}
