package responses_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

// toyEncode is an encoder of a text format. Its output shows the Go types that an encoder is given.
func toyEncode(v any) ([]byte, error) {
	switch v := v.(type) {
	case map[string]any:
		var parts []string
		for k, elem := range v {
			b, err := toyEncode(elem)
			if err != nil {
				return nil, err
			}
			parts = append(parts, k+"="+string(b))
		}
		slices.Sort(parts)
		return []byte("{" + strings.Join(parts, " ") + "}"), nil
	case []any:
		var b []byte
		for _, elem := range v {
			e, err := toyEncode(elem)
			if err != nil {
				return nil, err
			}
			b = append(append(b, e...), ';')
		}
		return b, nil
	case string:
		if v == "refuse" {
			return nil, errors.New("the encoder refuses")
		}
		return []byte(v), nil
	}
	return fmt.Appendf(nil, "%T:%v", v, v), nil
}

// toyItem is a model with each kind of value.
type toyItem struct {
	Name  string   `json:"name"`
	Big   uint64   `json:"big"`
	Small int8     `json:"small"`
	Float float64  `json:"float"`
	None  *int     `json:"none"`
	List  []string `json:"list"`
}

// The media type with the highest quality in Accept is sent, JSON among equals. The most specific range gives a type its quality
// (RFC 9110, section 12.5.1). Without a match the answer is a 406 and the handler does not run. Errors, classes and Responses are
// not negotiated.
func TestEncoderFollowsAccept(t *testing.T) {
	t.Parallel()
	ran := 0
	log := &testkit.Log{}
	app := brio.New(brio.Logger(log.Logger()), brio.Encoder("application/x-toy", toyEncode))
	item := toyItem{"hat", 1<<64 - 1, -3, 1.5, nil, nil}
	app.Get("/", func(res *brio.Response) toyItem { ran++; res.AddHeader("Vary", "Origin"); return item },
		brio.Encoder("text/x-other", func(any) ([]byte, error) { return []byte("other"), nil }))
	app.Get("/ill", func() string { return "refuse" })
	app.Get("/any", func() any { return map[string]int{"a": 1} })
	app.Get("/created", func() int { return 1 }, brio.Status(201))
	app.Get("/error", func() (int, error) { return 0, brio.Error(404, nil) })
	app.Get("/text", func() string { return "t" }, brio.ResponseClass(response.TextClass))
	app.Get("/direct", func() *brio.Response { return response.Text("d") })
	const toy, json = "application/x-toy", "application/json"
	for _, tc := range []struct {
		accept string
		want   string // the media type; "" is 406
	}{
		{"", json},
		{"*/*", json},
		{"application/*", json},
		{toy, toy},
		{"APPLICATION/X-TOY", toy},
		{toy + ";q=0.5, application/json;q=0.4", toy},
		{toy + ", application/json", json},
		{toy + ";q=0.5, */*;q=0.4", toy},
		{"application/json;q=0, */*", toy},
		{"text/*", "text/x-other"},
		{"text/*;q=0.1, */*;q=0.2", json},
		{"text/x-other;q=0, text/*", ""},
		{"application/*;q=0.3, application/json;q=0.1, text/x-other;q=0.2", toy},
		{"image/png", ""},
		{"*/*;q=0", ""},
		{"application/json;q=0", ""},
		{`application/x-toy;v="a,b;q=0";q=1`, toy},
		{"nonsense", json},
		{"*/json, /, ;, ,", ""},
		{toy + ";q=2, image/png", ""},
		{toy + ";q=nan, image/png", ""},
		{"application/json; charset=utf-8", json},
		// Of two ranges of one specificity the higher quality counts.
		{toy + ";q=0.1, " + toy + ";q=0.9, application/json;q=0.5", toy},
		{toy + ";q=0.9, " + toy + ";q=0.1, application/json;q=0.5", toy},
		{toy + ";q=0, " + toy + ";q=0.2, image/png", toy},
		// A backslash in a quoted string quotes the next byte (RFC 9110, section 5.6.4).
		{`application/json;v="a\"";q=0.1, application/x-toy;q=0.2`, toy},
		{`application/json;v="\",\\";q=0.1, application/x-toy;q=0.2`, toy},
	} {
		ran = 0
		var headers []string
		if tc.accept != "" {
			headers = append(headers, "Accept", tc.accept)
		}
		w := testkit.Get(app, "/", headers...)
		if tc.want == "" {
			if w.Code != 406 || ran != 0 || w.Header().Get("Vary") != "Accept" || w.Body.String() != `{"detail":"Not Acceptable: available as application/json, application/x-toy, text/x-other"}` {
				t.Errorf("Accept: %s: %d %q %s, handler ran %d times", tc.accept, w.Code, w.Header(), w.Body, ran)
			}
			continue
		}
		if w.Code != 200 || w.Header().Get("Content-Type") != tc.want || !slices.Equal(w.Header()["Vary"], []string{"Origin", "Accept"}) {
			t.Errorf("Accept: %s: %d %q %s, want %s", tc.accept, w.Code, w.Header(), w.Body, tc.want)
		}
	}
	check := func(path string, status int, mediaType, vary, body string) {
		t.Helper()
		w := testkit.Get(app, path, "Accept", toy+", */*;q=0.1")
		if w.Code != status || w.Header().Get("Content-Type") != mediaType || w.Header().Get("Vary") != vary || w.Body.String() != body {
			t.Errorf("%s: %d %q %s", path, w.Code, w.Header(), w.Body)
		}
	}
	check("/", 200, toy, "Origin", "{big=uint64:18446744073709551615 float=float64:1.5 list= name=hat none=<nil>:<nil> small=int64:-3}")
	check("/any", 200, toy, "Accept", "{a=int64:1}")
	check("/created", 201, toy, "Accept", "int64:1")
	check("/ill", 500, json, "", testkit.InternalError)
	check("/error", 404, json, "", `{"detail":"Not Found"}`)
	check("/text", 200, "text/plain; charset=utf-8", "", "t")
	check("/direct", 200, "text/plain; charset=utf-8", "", "d")
	testkit.WantContains(t, log.String(), "the encoder refuses")
	if w := testkit.Do(app, "HEAD", "/created", "", "Accept", toy); w.Header().Get("Content-Length") != "7" || w.Body.Len() != 0 {
		t.Errorf("HEAD: %q %s", w.Header(), w.Body)
	}
}

func TestEncoderAbsentIgnoresAccept(t *testing.T) {
	t.Parallel()
	app := brio.New()
	app.Get("/", func() int { return 1 })
	if w := testkit.Get(app, "/", "Accept", "image/png"); w.Code != 200 || w.Header().Get("Vary") != "" {
		t.Error(w.Code, w.Header())
	}
}

func TestCheckReportsEncoders(t *testing.T) {
	t.Parallel()
	for _, o := range []brio.Option{
		brio.Encoder("", toyEncode), brio.Encoder("a", toyEncode), brio.Encoder("a/b; c=d", toyEncode), brio.Encoder("A/b", toyEncode),
		brio.Encoder("a/*", toyEncode), brio.Encoder("a/b", nil), brio.Encoder("application/json", toyEncode),
	} {
		app := brio.New(o)
		app.Get("/", func() int { return 1 })
		if err := app.Check(); err == nil || !strings.Contains(err.Error(), "Encoder(") {
			t.Error(err)
		}
	}
	nearest := brio.New(brio.Encoder("a/b", toyEncode))
	nearest.Get("/", func() int { return 1 }, brio.Encoder("a/b", func(any) ([]byte, error) { return []byte("near"), nil }))
	r := testkit.Get(nearest, "/", "Accept", "a/b")
	if r.Body.String() != "near" {
		t.Error(r.Body)
	}
	briotest.New(t, nearest).Get("/").Send().Body("1")
}
