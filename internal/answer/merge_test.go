package answer

import (
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/brio-go/brio/internal/exchange"
)

func wantValues(t *testing.T, h http.Header, key string, want ...string) {
	t.Helper()
	if got := h.Values(key); !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", key, got, want)
	}
}

// cookie makes a cookie without attributes.
func cookie(name, value string) *http.Cookie { return &http.Cookie{Name: name, Value: value} }

// cookieText returns the names and values of the cookies of a.
func cookieText(a *Answer) (s string) {
	for _, c := range a.Cookies() {
		s += c.Name + "=" + c.Value + " "
	}
	return s
}

// The status, the single-valued headers and the media type of the temporal Answer win in an answer that was made of a value. A
// direct one keeps its own.
func TestMergeDecidesWhoWins(t *testing.T) {
	temporal := func() *Answer {
		return new(Answer).SetStatus(299).SetMediaType("m/t").SetHeader("ETag", "t").SetHeader("Content-Type", "c/t").SetHeader("Content-Length", "9").
			AddHeader("X-M", "t").SetCookie(cookie("a", "t")).SetCookie(cookie("b", "t"))
	}
	own := func() *Answer {
		return newText().SetStatus(201).SetHeader("ETag", "own").AddHeader("X-M", "own").SetCookie(cookie("a", "own"))
	}

	a := own()
	a.MergeTemporal(temporal())
	w := sent(t, a)
	wantValues(t, w.Header(), "ETag", "t")
	wantValues(t, w.Header(), "X-M", "t", "own")
	wantValues(t, w.Header(), "Content-Type", "c/t")
	wantValues(t, w.Header(), "Content-Length", "1")
	if w.Code != 299 || cookieText(a) != "b=t a=own " {
		t.Errorf("MergeTemporal: got %d, %s", w.Code, cookieText(a))
	}

	a = own()
	a.AddTemporal(temporal())
	w = sent(t, a)
	wantValues(t, w.Header(), "ETag", "own")
	wantValues(t, w.Header(), "X-M", "t", "own")
	wantValues(t, w.Header(), "Content-Type", textPlain)
	wantValues(t, w.Header(), "Content-Length", "1")
	if w.Code != 201 || cookieText(a) != "b=t a=own " {
		t.Errorf("AddTemporal: got %d, %s", w.Code, cookieText(a))
	}

	a = own()
	a.MergeTemporal(nil)
	a.AddTemporal(nil)
	a.AddTemporal(a)
	wantValues(t, a.Header(), "X-M", "own")
}

func TestMergeKeepsMisuse(t *testing.T) {
	temporal := &Answer{}
	temporal.Fail(errBoom)
	for name, merge := range map[string]func(a *Answer){
		"MergeTemporal":      func(a *Answer) { a.MergeTemporal(temporal) },
		"AddTemporal":        func(a *Answer) { a.AddTemporal(temporal) },
		"MergeTemporalSince": func(a *Answer) { a.MergeTemporalSince(&Answer{}, temporal, false) },
	} {
		a := newText()
		if merge(a); a.Err() != errBoom {
			t.Errorf("%s: got %v, want the misuse of the temporal Answer", name, a.Err())
		}
	}
}

// Names of headers are compared in their canonical form, also those that a program has put into the map itself.
func TestAddTemporalComparesCanonicalNames(t *testing.T) {
	temporal := &Answer{}
	temporal.Header()["etag"] = []string{"t"}
	temporal.Header()["content-type"] = []string{"c/t"}
	a := newText().SetHeader("ETag", "own")
	a.AddTemporal(temporal)
	wantValues(t, sent(t, a).Header(), "ETag", "own")
	wantValues(t, sent(t, a).Header(), "Content-Type", textPlain)
}

// Several requests may copy one Answer at once and change their copies.
func TestCopySharesNothing(t *testing.T) {
	kept := new(Answer).AddHeader("X-M", "kept").SetCookie(cookie("a", "kept"))
	kept.SetValue(exchange.ContentTypeOf("application/json"), []int{1})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			var a Answer
			a.Copy(kept)
			a.AddTemporal(new(Answer).AddHeader("X-M", "mine").AddHeader("X-Mine", "1").SetCookie(cookie("b", "mine")))
			w := sent(t, &a)
			wantValues(t, w.Header(), "X-M", "mine", "kept")
			wantValues(t, w.Header(), "Set-Cookie", "b=mine", "a=kept")
			if w.Body.String() != "[1]" {
				t.Errorf("got body %s", w.Body)
			}
		})
	}
	wg.Wait()
	wantValues(t, kept.Header(), "X-M", "kept")
	wantValues(t, kept.Header(), "X-Mine")
	wantValues(t, kept.Header(), "Set-Cookie")
	if len(kept.Cookies()) != 1 {
		t.Errorf("got cookies %v", kept.Cookies())
	}
}

// A clone shares no body with a buffer that the router uses again.
func TestCloneCopiesPooledBody(t *testing.T) {
	pooled := []byte("x")
	for name, c := range map[string]struct {
		body []byte
		want string
	}{"pooled": {pooled, "x"}, "own": {[]byte("y"), "y"}} {
		var a, clone Answer
		a.SetBody(exchange.ContentTypeOf(textPlain), c.body)
		clone.Clone(&a, pooled)
		pooled[0] = '!'
		if got := sent(t, &clone).Body.String(); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
		pooled[0] = 'x'
	}
}

// Preset keeps the headers of the map, but for single-valued ones, and its Content-Length. An illegal header changes nothing.
func TestPresetAddsToHeaders(t *testing.T) {
	h := http.Header{"X-M": {"own"}, "Etag": {"own"}, "Content-Length": {"1"}, "Set-Cookie": {"a=own"}}
	temporal := new(Answer).AddHeader("X-M", "t").SetHeader("ETag", "t").SetHeader("Content-Length", "9").SetCookie(cookie("b", "t"))
	if err := temporal.Preset(h); err != nil {
		t.Fatal(err)
	}
	wantValues(t, h, "X-M", "own", "t")
	wantValues(t, h, "ETag", "t")
	wantValues(t, h, "Content-Length", "1")
	wantValues(t, h, "Set-Cookie", "a=own", "b=t")

	illegal := &Answer{}
	illegal.Header()["X-Legal"], illegal.Header()["X Illegal"] = []string{"t"}, []string{"t"}
	misused := new(Answer).SetHeader("X-Legal", "t")
	misused.Fail(errBoom)
	for name, a := range map[string]*Answer{"illegal header": illegal, "misuse": misused} {
		h := http.Header{}
		if err := a.Preset(h); err == nil || len(h) > 0 {
			t.Errorf("%s: got error %v and headers %v", name, err, h)
		}
	}
}
