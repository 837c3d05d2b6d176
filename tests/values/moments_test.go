package values_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/params"
)

// newMoments is an app that reads moments from every source and writes them back.
func newMoments(options ...brio.AppOption) *brio.App {
	type deep struct {
		T time.Time `json:"t"`
	}
	type item struct {
		T    time.Time            `json:"t"`
		P    *time.Time           `json:"p"`
		List []time.Time          `json:"list"`
		Map  map[string]time.Time `json:"map"`
		In   deep                 `json:"in"`
	}
	type union struct {
		brio.AnyOf
		Deep *deep
		Flag *bool
	}
	app := brio.New(options...)
	app.Get("/path/{t}", func(in *struct {
		T time.Time `path:"t"`
	}) time.Time {
		return in.T
	})
	app.Get("/query", func(in *struct {
		T []time.Time `query:"t"`
	}) time.Time {
		return in.T[0]
	})
	app.Get("/deep", func(in *struct {
		D deep `query:"d" style:"deepObject"`
	}) time.Time {
		return in.D.T
	})
	app.Get("/whole", func(in *struct {
		D deep `query:""`
	}) time.Time {
		return in.D.T
	})
	app.Get("/header", func(in *struct {
		T time.Time `header:"t"`
	}) time.Time {
		return in.T
	})
	app.Post("/form", func(in *struct {
		T time.Time `form:"t"`
	}) time.Time {
		return in.T
	})
	app.Post("/key", func(in *struct {
		T time.Time `body:"t"`
	}) time.Time {
		return in.T
	})
	app.Post("/one", func(in *brio.Body[time.Time]) time.Time { return in.Value })
	app.Post("/item", func(in *brio.Body[item]) time.Time { return in.Value.T })
	app.Post("/patch", func(in *brio.Body[brio.Patch[deep]]) time.Time { return in.Value.Value().T })
	app.Post("/optional", func(in *brio.Body[brio.Optional[time.Time]]) brio.Optional[time.Time] { return in.Value })
	app.Post("/union", func(in *brio.Body[union]) time.Time { return in.Value.Deep.T })
	return app
}

// send gives a text, or with raw any JSON, to every source. The text sources get no JSON.
func send(t *testing.T, app *brio.App, text, json string, check func(where string, status int, body string)) {
	t.Helper()
	q := url.QueryEscape(text)
	if json == "" {
		json = `"` + text + `"`
		for where, target := range map[string]string{"query": "/query?t=" + q, "deep": "/deep?d[t]=" + q, "whole": "/whole?t=" + q, "path": "/path/" + url.PathEscape(text)} {
			if where != "path" || text != "" {
				w := testkit.Get(app, target)
				check(where, w.Code, w.Body.String())
			}
		}
		if strings.TrimSpace(text) == text && text != "" {
			w := testkit.Get(app, "/header", "T", text)
			check("header", w.Code, w.Body.String())
			w = testkit.PostForm(app, "/form", "t="+q)
			check("form", w.Code, w.Body.String())
		}
	}
	in := `{"t":` + json + `}`
	for target, body := range map[string]string{
		"/key": in, "/one": json, "/patch": in, "/optional": json, "/union": in,
		"/item": `{"t":` + json + `,"p":` + json + `,"list":[` + json + `],"map":{"k":` + json + `},"in":` + in + `}`,
	} {
		w := testkit.PostJSON(app, target, body)
		check(target, w.Code, w.Body.String())
	}
}

// A time.Time is an RFC 3339 date-time with a zone, in every source; what is read can be written.
func TestTimesFollowRFC3339(t *testing.T) {
	app := newMoments()
	for text, want := range map[string]string{
		"2024-01-02T03:04:05Z": "2024-01-02T03:04:05Z", "2024-01-02t03:04:05z": "2024-01-02T03:04:05Z", "2024-01-02T03:04:05.250+23:59": "2024-01-02T03:04:05.25+23:59",
		"2024-01-02T03:04:05-00:00": "2024-01-02T03:04:05Z",
	} {
		send(t, app, text, "", func(where string, status int, body string) {
			if status != 200 || body != `"`+want+`"` {
				t.Errorf("%s: %q: %d %s, want %s", where, text, status, body, want)
			}
		})
	}
	for _, text := range []string{
		"2024-01-02T3:04:05Z", "2024-01-02T03:04:05,5Z", "2024-01-02T03:04:05+24:00", "2024-01-02T03:04:05+0500", "2024-01-02 03:04:05Z", "2024-01-02T03:04Z",
		"2024-01-02T03:04:05", "2024-01-02", "1704164645", "2024-01-02T24:00:00Z", " 2024-01-02T03:04:05Z", "",
	} {
		send(t, app, text, "", func(where string, status int, body string) {
			if status != 422 {
				t.Errorf("%s: %q: %d %s, want 422", where, text, status, body)
			}
		})
	}
	for _, json := range []string{"1704164645", "true", "{}"} {
		send(t, app, "", json, func(where string, status int, body string) {
			if status != 422 {
				t.Errorf("%s: %s: %d %s, want 422", where, json, status, body)
			}
		})
	}
}

// A leap second is a 422, as for pydantic: Go's times have none. JSON Schema's date-time cannot say so (docs/schemas.md).
func TestTimesRefuseLeapSeconds(t *testing.T) {
	app := newMoments()
	send(t, app, "2016-12-31T23:59:60Z", "", func(where string, status int, body string) {
		if status != 422 {
			t.Errorf("%s: %d %s, want 422", where, status, body)
		}
	})
}

// Under FastAPICompat a time.Time is what pydantic 2.13 takes for a datetime; without a zone it is in UTC.
func TestCompatReadsMomentsAsPydantic(t *testing.T) {
	app := newMoments(brio.FastAPICompat())
	check := func(given, want string) func(string, int, string) {
		return func(where string, status int, body string) {
			if where == "/union" && want != "" && !strings.HasPrefix(given, `"`) {
				return // true is a variant of its own
			}
			if want == "" && status != 422 || want != "" && (status != 200 || body != `"`+want+`"`) {
				t.Errorf("%s: %s: %d %s, want %q", where, given, status, body, want)
			}
		}
	}
	for text, want := range map[string]string{
		"2024-01-02T03:04:05Z": "2024-01-02T03:04:05Z", "2024-01-02 03:04:05Z": "2024-01-02T03:04:05Z", "2024-01-02T03:04:05": "2024-01-02T03:04:05Z",
		"2024-01-02T03:04": "2024-01-02T03:04:00Z", "2024-01-02": "2024-01-02T00:00:00Z", "2024-01-02T03:04:05+0500": "2024-01-02T03:04:05+05:00",
		"1704164645": "2024-01-02T03:04:05Z", "1704164645123": "2024-01-02T03:04:05.123Z", "2024-01-02T03:04:05,5Z": "2024-01-02T03:04:05.5Z",
		"2024-01-02T3:04:05Z": "", "2024-01-02T03:04:05+24:00": "", "yesterday": "", "2024-02-30": "",
	} {
		send(t, app, text, "", check(`"`+text+`"`, want))
	}
	for json, want := range map[string]string{"1704164645": "2024-01-02T03:04:05Z", "1704164645.5": "2024-01-02T03:04:05.5Z", "-1": "1969-12-31T23:59:59Z", "1e20": "", "true": "", "[]": ""} {
		send(t, app, "", json, check(json, want))
	}
}

// Dates, times of day and durations under FastAPICompat, in text and as numbers of JSON (pydantic 2.13).
func TestCompatReadsDatesAndDurationsAsPydantic(t *testing.T) {
	type values struct {
		D params.Date          `json:"d" default:"2000-01-01"`
		T params.TimeOfDay     `json:"t" default:"00:00"`
		L params.LocalDateTime `json:"l" default:"2000-01-01"`
		S time.Duration        `json:"s" default:"1s"`
		A params.DateTime      `json:"a" default:"2000-01-01"`
	}
	compat, strict := brio.New(brio.FastAPICompat()), brio.New()
	for _, app := range []*brio.App{compat, strict} {
		app.Post("/body", func(in *brio.Body[values]) values { return in.Value })
		app.Post("/lists", func(in *brio.Body[map[string][]*values]) *values { return in.Value["k"][0] })
		app.Get("/query", func(in *struct {
			V values `query:""`
		}) values {
			return in.V
		})
	}
	for _, c := range []struct{ key, json, want, strict string }{
		{"d", `"2024-01-02"`, "2024-01-02", "2024-01-02"}, {"d", `"2024-01-02T00:00:00+0500"`, "2024-01-02", ""}, {"d", `"2024-01-02 00:00"`, "2024-01-02", "2024-01-02"},
		{"d", `"1704153600"`, "2024-01-02", ""}, {"d", `1704153600`, "2024-01-02", ""}, {"d", `1704153600000`, "2024-01-02", ""}, {"d", `1704164645`, "", ""},
		{"d", `0`, "1970-01-01", ""}, {"d", `"2024-1-2"`, "", ""}, {"d", `true`, "", ""}, {"d", `"2024-01-02T01:00:00"`, "", ""},
		{"t", `"03:04"`, "03:04:00", "03:04:00"}, {"t", `3600`, "01:00:00", ""}, {"t", `3600.5`, "01:00:00.5", ""}, {"t", `86399`, "23:59:59", ""}, {"t", `86400`, "", ""},
		{"t", `-1`, "", ""}, {"t", `"3600"`, "", ""}, {"t", `"24:00"`, "", ""}, {"t", `"03:04:05,5"`, "03:04:05.5", ""}, {"t", `1e400`, "", ""},
		{"l", `"2024-01-02 03:04"`, "2024-01-02T03:04:00", "2024-01-02T03:04:00"}, {"l", `1704164645`, "", ""}, {"l", `"2024-01-02T03:04:05Z"`, "", ""},
		{"s", `"00:05:00"`, "PT5M", ""}, {"s", `90`, "PT1M30S", "PT1M30S"}, {"s", `1.5`, "PT1.5S", "PT1.5S"}, {"s", `"5 days, 00:05:00"`, "P5DT5M", ""},
		{"s", `"P1M"`, "P30D", ""}, {"s", `"1m30s"`, "PT1M30S", "PT1M30S"}, {"s", `"00:65:00"`, "", ""}, {"s", `true`, "", ""}, {"s", `1e20`, "", ""},
		{"a", `"2024-01-02T03:04:05+02:00"`, "2024-01-02T03:04:05+02:00", "2024-01-02T03:04:05+02:00"}, {"a", `"2024-01-02T03:04:05.5"`, "2024-01-02T03:04:05.5", "2024-01-02T03:04:05.5"},
		{"a", `"2024-01-02"`, "2024-01-02T00:00:00", "2024-01-02T00:00:00"}, {"a", `"2024-01-02T03:04:05Z"`, "2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z"},
		{"a", `1704164645`, "2024-01-02T03:04:05Z", ""}, {"a", `"1704164645"`, "2024-01-02T03:04:05Z", ""}, {"a", `"2024-01-02T03:04:05+0200"`, "2024-01-02T03:04:05+02:00", ""},
		{"a", `"2024-01-02T03:04:05,5Z"`, "2024-01-02T03:04:05.5Z", ""}, {"a", `"noon"`, "", ""}, {"a", `false`, "", ""},
	} {
		for app, want := range map[*brio.App]string{compat: c.want, strict: c.strict} {
			body := `{"` + c.key + `":` + c.json + `}`
			answers := map[string]interface{ String() string }{}
			w := testkit.PostJSON(app, "/body", body)
			answers["body"] = w.Body
			if text, quoted := strings.CutPrefix(c.json, `"`); quoted {
				answers["query"] = testkit.Get(app, "/query?"+c.key+"="+url.QueryEscape(strings.TrimSuffix(text, `"`))).Body
			}
			answers["lists"] = testkit.PostJSON(app, "/lists", `{"k":[`+body+`]}`).Body
			for where, answer := range answers {
				got := answer.String()
				if want == "" && !strings.Contains(got, `"detail":[`) || want != "" && !strings.Contains(got, `"`+c.key+`":"`+want+`"`) {
					t.Errorf("%s of %s, compat %t: %s, want %q", where, body, app == compat, got, want)
				}
			}
		}
	}
}
