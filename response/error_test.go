package response_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/brio-go/brio/response"
)

func TestErrorsAreCopiedByWhatChangesThem(t *testing.T) {
	kept := response.NewError(401, "who?").WithHeader("WWW-Authenticate", "Basic")
	cause := errors.New("cause")
	var wg sync.WaitGroup
	for i := range 4 { // errors in variables are used by many requests at once
		wg.Go(func() {
			mine := kept.WithHeader("WWW-Authenticate", "Bearer").WithHeader("X-Mine", fmt.Sprint(i)).WithCause(cause)
			wantValues(t, mine.Headers, "WWW-Authenticate", "Basic", "Bearer")
			wantValues(t, mine.Headers, "X-Mine", fmt.Sprint(i))
			if !errors.Is(mine, cause) {
				t.Error("the cause is lost")
			}
			mine.Response().AddHeader("X-Answer", "1").Header().Del("WWW-Authenticate")
		})
	}
	wg.Wait()
	wantValues(t, kept.Headers, "WWW-Authenticate", "Basic")
	if len(kept.Headers) != 1 || kept.Cause != nil {
		t.Errorf("the original has changed: %+v", kept)
	}
}

func TestErrorAsResponse(t *testing.T) {
	for _, c := range []struct {
		err    *response.HTTPError
		status int
		body   string
	}{
		{response.NewError(404, nil), 404, `{"detail":"Not Found"}`},
		{response.NewError(404, "gone"), 404, `{"detail":"gone"}`},
		{response.NewError(404, map[string]int{"a": 1}), 404, `{"detail":{"a":1}}`},
		{&response.HTTPError{Status: 404}, 404, `{"detail":"Not Found"}`},
		{&response.HTTPError{}, 500, `{"detail":"Internal Server Error"}`},
		{nil, 500, `{"detail":"Internal Server Error"}`},
	} {
		w := sent(t, c.err.Response())
		if w.Code != c.status || w.Body.String() != c.body {
			t.Errorf("%v: %d %s", c.err, w.Code, w.Body)
		}
	}
	r := response.NewError(503, nil).WithHeader("Retry-After", "1").WithHeader("Retry-After", "2").WithHeader("x-a", "1").WithHeader("X-A", "2").Response()
	wantValues(t, r.Header(), "Retry-After", "2")
	wantValues(t, r.Header(), "X-A", "1", "2")
}

func TestErrorTextIsForLogs(t *testing.T) {
	for want, err := range map[string]error{
		"404 gone":     response.NewError(404, "gone"),
		"500 x: cause": response.NewError(500, "x").WithCause(errors.New("cause")),
		"0 x":          response.NewError(0, "x"), // it is sent as a 500
		"an HTTPError has the status 201; it must be 400 to 599 (201 x)": response.NewError(201, "x"),
		"a nil *HTTPError was returned as an error; return nil itself":   (*response.HTTPError)(nil),
	} {
		if got := err.Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if errors.Unwrap(err) != nil != (want == "500 x: cause") {
			t.Errorf("%s: unwraps to %v", want, errors.Unwrap(err))
		}
	}
}
