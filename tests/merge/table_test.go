package merge_test

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

// subDependency and dependency are results of providers that use the temporal Response. setOnTemporal is the query: the function
// By sets What.
type (
	subDependency struct{}
	dependency    struct{}
	setOnTemporal struct {
		By   string `query:"by"`
		What string `query:"what"`
	}
)

// applyFor sets s.What on the temporal Response when the query names the function who.
func (s *setOnTemporal) applyFor(who string, res *brio.Response) {
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
	s.applyFor("sub-dependency", res)
	return subDependency{}
}

func setInDependency(res *brio.Response, s *setOnTemporal, _ subDependency) dependency {
	s.applyFor("dependency", res)
	return dependency{}
}

// setters are the values of the query parameter by.
var setters = []string{"sub-dependency", "dependency", "handler"}

// ends are the rows of the table: how the handler ends, and the status of the answer when no function sets one.
var ends = map[string]struct {
	end    func(*brio.Response) (any, error)
	status int
}{
	"a value":                      {func(*brio.Response) (any, error) { return message{"ok"}, nil }, 200},
	"the temporal Response itself": {func(res *brio.Response) (any, error) { return res, nil }, 200},
	"a Response of its own":        {func(*brio.Response) (any, error) { return response.JSON(message{"ok"}).Status(202), nil }, 202},
	"an HTTP error":                {func(*brio.Response) (any, error) { return nil, brio.Error(409, nil) }, 409},
	"a validation error": {func(*brio.Response) (any, error) {
		return nil, &brio.ValidationError{}
	}, 422},
	"another error": {func(*brio.Response) (any, error) { return nil, errors.New("secret") }, 500},
	"a panic":       {func(*brio.Response) (any, error) { panic("secret") }, 500},
}

// newMergeApp returns an app with a route for each row, below /off and, with MergeAlways, below /on.
func newMergeApp() *brio.App {
	app := brio.New(testkit.Quiet(), brio.Provide(setInSubDependency, setInDependency))
	for _, mode := range []string{"off", "on"} {
		var opts []brio.RouterOption
		if mode == "on" {
			opts = append(opts, brio.MergeAlways())
		}
		r := brio.NewRouter(append(opts, brio.Prefix("/"+mode))...)
		for row, e := range ends {
			r.Get("/"+slug(row), func(res *brio.Response, s *setOnTemporal, _ dependency) (any, error) {
				s.applyFor("handler", res)
				return e.end(res)
			}, brio.Name(slug(row)))
		}
		app.Include(r)
	}
	return app
}

// slug is the path of a row.
func slug(row string) string { return strings.ReplaceAll(row, " ", "-") }

// The client receives the cookies, headers and statuses that the table of docs/responses.md promises. Each cell is set by each of
// three functions, with and without MergeAlways.
func TestMergeFollowsDocumentedTable(t *testing.T) {
	t.Parallel()
	table := readTable(t, "../../docs/responses.md", "| The handler ends with |")
	app := newMergeApp()
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}
	if len(table)-1 != len(ends) {
		t.Errorf("rows of the page: got %d, want %d", len(table)-1, len(ends))
	}
	columns := table[0][1:]
	if want := "cookies, appended headers, single-valued headers, status"; strings.Join(columns, ", ") != want {
		t.Fatalf("columns: got %q, want %s", columns, want)
	}
	for _, row := range table[1:] {
		e, ok := ends[row[0]]
		if !ok {
			t.Errorf("row %q of the page is not in ends", row[0])
			continue
		}
		for i, what := range columns {
			for _, who := range setters {
				for mode, survives := range readCell(t, row[i+1]) {
					name := fmt.Sprintf("%s/%s/%s/MergeAlways %s", row[0], what, who, mode)
					t.Run(name, func(t *testing.T) {
						target := "/" + mode + "/" + slug(row[0]) + "?by=" + who + "&what=" + strings.ReplaceAll(what, " ", "+")
						w := testkit.Get(app, target)
						wantSurvivor(t, w, what, who, e.status, survives)
					})
				}
			}
		}
	}
}

// wantSurvivor fails the test when the answer has another status, cookie or header than survives says. It compares all of them,
// because a cookie must not arrive as another header, for example.
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
	testkit.WantStatus(t, w, status)
	testkit.WantHeader(t, w, "Set-Cookie", want["cookies"]...)
	testkit.WantHeader(t, w, "X-Multi", want["appended headers"]...)
	testkit.WantHeader(t, w, "ETag", want["single-valued headers"]...)
	if strings.Contains(w.Body.String(), "secret") {
		t.Errorf("the body has the text of an internal error: %s", w.Body)
	}
}

// A validation error of a parameter comes before the handler. What dependencies have set by then follows the row of validation errors.
func TestMergeBeforeHandlerFollowsValidationErrorRow(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"off", "on"} {
		var opts []brio.AppOption
		if mode == "on" {
			opts = append(opts, brio.MergeAlways())
		}
		app := brio.New(append(opts, brio.Provide(setInSubDependency, setInDependency))...)
		app.Get("/{id}", func(dependency, *struct {
			ID int `path:"id"`
		}) message {
			return message{}
		})
		for _, what := range []string{"cookies", "appended headers", "single-valued headers", "status"} {
			for _, who := range setters[:2] {
				w := testkit.Get(app, "/x?by="+who+"&what="+strings.ReplaceAll(what, " ", "+"))
				wantSurvivor(t, w, what, who, 422, mode == "on" && what != "status")
			}
		}
	}
}

// readCell returns whether the client receives the value of a cell, for MergeAlways off and on.
func readCell(t *testing.T, text string) map[string]bool {
	t.Helper()
	switch text {
	case "yes":
		return map[string]bool{"off": true, "on": true}
	case "MergeAlways":
		return map[string]bool{"off": false, "on": true}
	case "no":
		return map[string]bool{"off": false, "on": false}
	}
	t.Fatalf("cell: got %q, want yes, no or MergeAlways", text)
	return nil
}

// readTable returns the cells of the table of a page whose first line begins with head, without the line of dashes.
func readTable(t *testing.T, page, head string) [][]string {
	t.Helper()
	text, err := os.ReadFile(page)
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
