package brio_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/response"
)

// The table of what survives where stands in docs/responses.md. It is read from there and every cell is tried, set by
// each of three functions, with and without MergeAlways: the page cannot say what is not so.

// Functions set something on the temporal Response when the query names them; each has its own type, for providers
// are asked for by type.
type (
	subDependency struct{}
	dependency    struct{}
	setOnTemporal struct {
		By   string `query:"by"`
		What string `query:"what"`
	}
)

func (s *setOnTemporal) as(who string, res *brio.Response) {
	if s.By != who {
		return
	}
	switch s.What {
	case "cookies":
		res.SetCookie(cookies.New("c", who))
	case "appended headers":
		res.AddHeader("X-Multi", who)
	case "single-valued headers":
		res.SetHeader("ETag", `"`+who+`"`)
	case "status":
		res.Status(299)
	}
}

func setInSubDependency(res *brio.Response, s *setOnTemporal) subDependency {
	s.as("sub-dependency", res)
	return subDependency{}
}

func setInDependency(res *brio.Response, s *setOnTemporal, _ subDependency) dependency {
	s.as("dependency", res)
	return dependency{}
}

var setters = []string{"sub-dependency", "dependency", "handler"}

// ends is what each row of the table does at the end of its handler, and the status that nobody changed.
var ends = map[string]struct {
	end    func(*brio.Response) (any, error)
	status int
}{
	"a value":                      {func(*brio.Response) (any, error) { return Message{"ok"}, nil }, 200},
	"the injected Response itself": {func(res *brio.Response) (any, error) { return res, nil }, 200},
	"a Response of its own":        {func(*brio.Response) (any, error) { return response.JSON(Message{"ok"}).Status(202), nil }, 202},
	"an HTTP error":                {func(*brio.Response) (any, error) { return nil, brio.Error(409, nil) }, 409},
	"a validation error": {func(*brio.Response) (any, error) {
		return nil, &brio.ValidationError{}
	}, 422},
	"another error": {func(*brio.Response) (any, error) { return nil, errors.New("secret") }, 500},
	"a panic":       {func(*brio.Response) (any, error) { panic("secret") }, 500},
}

// mergeApp has a route for every row, below /off and, with MergeAlways, below /on.
func mergeApp() *brio.App {
	app := brio.New(quiet(), brio.Provide(setInSubDependency, setInDependency))
	for _, mode := range []string{"off", "on"} {
		var opts []brio.RouterOption
		if mode == "on" {
			opts = append(opts, brio.MergeAlways())
		}
		r := brio.NewRouter(append(opts, brio.Prefix("/"+mode))...)
		for row, e := range ends {
			r.Get("/"+slug(row), func(res *brio.Response, s *setOnTemporal, _ dependency) (any, error) {
				s.as("handler", res)
				return e.end(res)
			}, brio.Name(slug(row)))
		}
		app.Include(r)
	}
	return app
}

func quiet() brio.AppOption { return brio.Logger(slog.New(slog.DiscardHandler)) }

func slug(row string) string { return strings.ReplaceAll(row, " ", "-") }

func TestWhatSurvivesIsAsTheDocumentedTableSays(t *testing.T) {
	table := markdownTable(t, "docs/responses.md", "| The handler ends with |")
	app := mergeApp()
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}
	if len(table)-1 != len(ends) {
		t.Errorf("the page has %d rows, the test %d", len(table)-1, len(ends))
	}
	columns := table[0][1:]
	if want := "cookies, appended headers, single-valued headers, status"; strings.Join(columns, ", ") != want {
		t.Fatalf("the columns are %q", columns)
	}
	for _, row := range table[1:] {
		e, ok := ends[row[0]]
		if !ok {
			t.Errorf("the page has a row %q that is not tested", row[0])
			continue
		}
		for i, what := range columns {
			for _, who := range setters {
				for mode, survives := range cell(t, row[i+1]) {
					name := fmt.Sprintf("%s/%s/%s/MergeAlways %s", row[0], what, who, mode)
					t.Run(name, func(t *testing.T) {
						target := "/" + mode + "/" + slug(row[0]) + "?by=" + who + "&what=" + strings.ReplaceAll(what, " ", "+")
						w := send(app, "GET", target, "")
						wantSurvivor(t, w, what, who, e.status, survives)
					})
				}
			}
		}
	}
}

// wantSurvivor compares everything that could be set, so that nothing arrives by another way either.
func wantSurvivor(t *testing.T, w *httptest.ResponseRecorder, what, who string, status int, survives bool) {
	t.Helper()
	want := map[string][]string{"cookies": nil, "appended headers": nil, "single-valued headers": nil}
	if survives {
		switch what {
		case "cookies":
			want[what] = []string{"c=" + who + "; Path=/; SameSite=Lax"}
		case "appended headers":
			want[what] = []string{who}
		case "single-valued headers":
			want[what] = []string{`"` + who + `"`}
		case "status":
			status = 299
		}
	}
	wantStatus(t, w, status)
	wantHeader(t, w, "Set-Cookie", want["cookies"]...)
	wantHeader(t, w, "X-Multi", want["appended headers"]...)
	wantHeader(t, w, "ETag", want["single-valued headers"]...)
	if strings.Contains(w.Body.String(), "secret") {
		t.Errorf("the body has the text of an internal error: %s", w.Body)
	}
}

// A validation error that the framework finds itself comes before the handler; what dependencies have set by then
// follows the same row.
func TestValidationErrorOfTheFrameworkKeepsWhatDependenciesSet(t *testing.T) {
	for _, mode := range []string{"off", "on"} {
		var opts []brio.AppOption
		if mode == "on" {
			opts = append(opts, brio.MergeAlways())
		}
		app := brio.New(append(opts, brio.Provide(setInSubDependency, setInDependency))...)
		app.Get("/{id}", func(dependency, *struct {
			ID int `path:"id"`
		}) Message {
			return Message{}
		})
		for _, what := range []string{"cookies", "appended headers", "single-valued headers", "status"} {
			for _, who := range setters[:2] {
				w := send(app, "GET", "/x?by="+who+"&what="+strings.ReplaceAll(what, " ", "+"), "")
				wantSurvivor(t, w, what, who, 422, mode == "on" && what != "status")
			}
		}
	}
}

// cell reads what the page says: for MergeAlways off and on, does it reach the client?
func cell(t *testing.T, text string) map[string]bool {
	t.Helper()
	switch text {
	case "yes":
		return map[string]bool{"off": true, "on": true}
	case "MergeAlways":
		return map[string]bool{"off": false, "on": true}
	case "no":
		return map[string]bool{"off": false, "on": false}
	}
	t.Fatalf("a cell of the table says %q", text)
	return nil
}

// markdownTable is the table of a page whose first line begins with head, without the line of dashes.
func markdownTable(t *testing.T, page, head string) [][]string {
	t.Helper()
	f, err := os.Open(page)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), "\n"+head)
	if !ok {
		t.Fatalf("%s has no table that begins with %q", page, head)
	}
	var table [][]string
	for line := range strings.Lines(head + rest) {
		if !strings.HasPrefix(line, "|") {
			break
		}
		if strings.HasPrefix(line, "|--") || strings.HasPrefix(line, "| --") {
			continue
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.Trim(cells[i], " `()")
		}
		table = append(table, cells)
	}
	return table
}
