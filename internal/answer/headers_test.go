package answer

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/brio-go/brio/internal/exchange"
)

const textPlain = "text/plain; charset=utf-8"

// newTemporal makes a temporal Answer.
func newTemporal() *Answer {
	a := &Answer{}
	a.BeginTemporal(nil, &Room{})
	return a
}

func newText() *Answer {
	a := &Answer{}
	a.SetBody(exchange.ContentTypeOf(textPlain), []byte("x"))
	return a
}

// A change of one Answer does not change another that it was merged into, merged from or copied to, nor what was sent.
func TestHeadersAreUnsharedBeforeChange(t *testing.T) {
	text := func(a *Answer) string {
		a.writeHeaders() // clones the values, so that h shares none
		var b strings.Builder
		h := http.Header{}
		for key, values := range a.each {
			h[key] = values
		}
		h["Set-Cookie"] = a.cookieLines()
		_ = h.Write(&b)
		return b.String()
	}
	change := map[string]func(*Answer){
		"SetHeader": func(a *Answer) { a.SetHeader("X-A", "changed") },
		"AddHeader": func(a *Answer) { a.AddHeader("X-A", "changed") },
		"Header":    func(a *Answer) { a.Header().Set("X-A", "changed") },
		"in place":  func(a *Answer) { a.Header()["X-B"][0] = "changed" },
		"SetCookie": func(a *Answer) { a.SetCookie(cookie("a", "changed")) },
	}
	for name, change := range change {
		set := func() *Answer {
			return newTemporal().SetHeader("X-A", "1").SetHeader("X-B", "2").SetCookie(cookie("a", "1")).SetCookie(cookie("b", "1"))
		}
		want := text(set())
		var adopted, copied Answer
		from := set()
		adopted.MergeTemporal(from)
		change(from)
		if got := text(&adopted); got != want {
			t.Errorf("%s: the Answer that was merged from was changed, and the other has %q", name, got)
		}
		from = set()
		var other Answer
		other.MergeTemporal(from)
		change(&other)
		if got := text(from); got != want {
			t.Errorf("%s: the Answer that was merged from has %q", name, got)
		}
		from = set()
		copied.Copy(from)
		change(&copied)
		if got := text(from); got != want {
			t.Errorf("%s: the Answer that was copied has %q", name, got)
		}
		own := (&Answer{}).SetHeader("X-C", "3") // the headers are merged one by one
		from = set()
		own.MergeTemporal(from)
		before := text(own)
		change(from)
		if got := text(own); got != before {
			t.Errorf("%s: merged one by one and then changed: got %q", name, got)
		}
		from = set()
		recorder := httptest.NewRecorder()
		if err := from.Send(exchange.Acquire(recorder, httptest.NewRequest("GET", "/", nil))); err != nil {
			t.Fatal(err)
		}
		w := recorder.Header()
		change(from)
		if w["X-A"][0] != "1" || w["X-B"][0] != "2" || w["Set-Cookie"][0] != "a=1" {
			t.Errorf("%s: what was sent is %v", name, w)
		}
	}
}

// Send refuses an illegal header however it was set. An illegal value that was replaced is no error.
func TestSendRefusesIllegalHeaders(t *testing.T) {
	const bad = "secret\a\nX-Evil: 1"
	for name, set := range map[string]func(*Answer){
		"SetHeader":                func(a *Answer) { a.SetHeader("X-A", bad) },
		"SetHeader, a name":        func(a *Answer) { a.SetHeader("X-A\n", "1") },
		"SetHeader, no name":       func(a *Answer) { a.SetHeader("", "1") },
		"SetHeader after others":   func(a *Answer) { a.SetHeader("X-B", "1").SetHeader("X-A", bad) },
		"SetHeader before others":  func(a *Answer) { a.SetHeader("X-A", bad).SetHeader("X-B", "1") },
		"SetHeader after Header":   func(a *Answer) { a.Header(); a.SetHeader("X-A", bad) },
		"AddHeader":                func(a *Answer) { a.AddHeader("X-A", bad) },
		"AddHeader again":          func(a *Answer) { a.AddHeader("X-A", "1").AddHeader("X-A", bad) },
		"Header":                   func(a *Answer) { a.Header().Set("X-A", bad) },
		"Header, a slice":          func(a *Answer) { a.SetHeader("X-A", "1"); a.Header()["X-A"][0] = bad },
		"Header, Set-Cookie":       func(a *Answer) { a.Header().Set("Set-Cookie", bad) },
		"SetHeader, Set-Cookie":    func(a *Answer) { a.SetHeader("Set-Cookie", bad) },
		"MediaType":                func(a *Answer) { a.SetMediaType(bad) },
		"a list of one value only": func(a *Answer) { a.Header()["etag"] = []string{"1", bad} },
	} {
		for how, made := range map[string]func(*Answer) *Answer{
			"itself":  func(a *Answer) *Answer { return a },
			"adopted": func(a *Answer) *Answer { out := newText(); out.MergeTemporal(a); return out },
			"merged":  func(a *Answer) *Answer { out := newText().SetHeader("X-C", "3"); out.MergeTemporal(a); return out },
			"copied":  func(a *Answer) *Answer { out := &Answer{}; out.Copy(a); return out },
		} {
			a := newTemporal()
			a.SetBody(exchange.ContentTypeOf(textPlain), []byte("x"))
			set(a)
			w := httptest.NewRecorder()
			x := exchange.Acquire(w, httptest.NewRequest("GET", "/", nil))
			err := made(a).Send(x)
			if err == nil || x.Written() || strings.Contains(err.Error(), "Evil") && name != "MediaType" || errors.Is(err, exchange.ErrWritten) {
				t.Errorf("%s, %s: %v, written %t, %v", name, how, err, x.Written(), w.Header())
			}
			x.Release()
		}
	}
	if got := newTemporal().SetHeader("X-A", bad).SetHeader("X-A", "good"); got.HeaderValue("X-A") != "good" {
		t.Errorf("%q", got.HeaderValue("X-A"))
	} else if w := httptest.NewRecorder(); got.Send(exchange.Acquire(w, httptest.NewRequest("GET", "/", nil))) != nil || w.Header().Get("X-A") != "good" {
		t.Errorf("%v", w.Header())
	}
}
