package lists_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/sqlpages"
	_ "modernc.org/sqlite"
)

type thing struct {
	ID    int64   `json:"id"`
	Name  string  `json:"name"`
	Price float64 `json:"price" db:"price_eur"`
	Rank  int64   `json:"rank"`
	Note  *string `json:"note"`
}

type thingFilters struct {
	Shop  int64                  `path:"shop"`
	Name  params.Filter[string]  `query:"name" filter:"eq,ne,in,not_in,contains,prefix"`
	Price params.Filter[float64] `query:"price" filter:"lt,lte,gt,gte"`
	Note  params.Filter[string]  `query:"note" filter:"null"`
	Sort  params.Sort            `query:"sort" sort:"name,-name,price,-price,rank,-rank,id,-id"`
}

type listThings struct {
	params.Cursor
	thingFilters
}

type pageThings struct {
	params.Page
	thingFilters
}

func newCodec(t testing.TB, first byte) *cookies.Codec {
	t.Helper()
	codec, err := cookies.NewCodec(cookies.Key{Sign: bytes.Repeat([]byte{first}, 32)})
	if err != nil {
		t.Fatal(err)
	}
	return codec
}

// newThings returns an app over a database in memory, with the routes /shops/{shop}/things by cursor and /shops/{shop}/pages by offset.
func newThings(t testing.TB, codec *cookies.Codec) (*brio.App, *sql.DB) {
	t.Helper()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() })
	exec(t, db, `CREATE TABLE things (id INTEGER PRIMARY KEY, shop INTEGER NOT NULL, name TEXT NOT NULL, price_eur REAL NOT NULL, rank INTEGER NOT NULL, note TEXT)`)
	config := sqlpages.Config{Key: "id", Codec: codec}
	byCursor, err := sqlpages.New[thing, listThings](config)
	if err != nil {
		t.Fatal(err)
	}
	byOffset, err := sqlpages.New[thing, pageThings](config)
	if err != nil {
		t.Fatal(err)
	}
	list := func(ctx context.Context, in listThings) (response.Page[thing], error) {
		return byCursor.Page(ctx, db, in, "FROM things WHERE shop = ? AND", in.Shop)
	}
	app := brio.New()
	app.Get("/shops/{shop}/things", list)
	app.Get("/shops/{shop}/others", list)
	app.Get("/shops/{shop}/pages", func(ctx context.Context, in pageThings) (page response.Page[thing], err error) {
		total, err := byOffset.Count(ctx, db, in, "FROM things WHERE shop = ? AND", in.Shop)
		if err != nil {
			return page, err
		}
		page, err = byOffset.Page(ctx, db, in, "FROM things WHERE shop = ? AND", in.Shop)
		return page.WithTotal(total), err
	})
	return app, db
}

func exec(t testing.TB, db *sql.DB, text string, args ...any) {
	t.Helper()
	if _, err := db.Exec(text, args...); err != nil {
		t.Fatal(err)
	}
}

// insert adds a random row to shop 1. Few values occur, so that most rows have others of equal values.
func insert(t testing.TB, db *sql.DB, rnd *rand.Rand) {
	t.Helper()
	names := []string{"", "a", "A", "a%", "a_", "a!", "é", "\xff", "\xfe", "b'; --", "z"}
	var note any
	if rnd.IntN(2) == 0 {
		note = "n"
	}
	exec(t, db, "INSERT INTO things (id, shop, name, price_eur, rank, note) VALUES (?, 1, ?, ?, ?, ?)",
		rnd.Int64N(1<<60), names[rnd.IntN(len(names))], float64(rnd.IntN(5))/3, rnd.Int64N(3)+1<<55, note)
}

// condition is a filter as a client sends it, and as SQL.
type condition struct{ query, sql string }

// conditions returns filters that are written by hand in SQL: the judge of those that the package makes.
func conditions() []condition {
	return []condition{
		{"", "1"},
		{"name=a", "name = 'a'"},
		{"name__ne=a", "name <> 'a'"},
		{"name__in=a&name__in=z", "name IN ('a', 'z')"},
		{"name__not_in=a&name__not_in=A", "name NOT IN ('a', 'A')"},
		{"name__contains=%25", "instr(name, '%') > 0"},
		{"name__contains=!", "instr(name, '!') > 0"},
		{"name__prefix=a_", "substr(name, 1, 2) = 'a_'"},
		{"name=" + url.QueryEscape("b'; --"), "name = 'b''; --'"},
		{"price__lt=1", "price_eur < 1"},
		{"price__gte=0.5&price__lte=1", "price_eur >= 0.5 AND price_eur <= 1"},
		{"price__gt=0&note__null=true", "price_eur > 0 AND note IS NULL"},
		{"note__null=false", "note IS NOT NULL"},
	}
}

// ids returns the identifiers of a query.
func ids(t testing.TB, db *sql.DB, text string) (all []int64) {
	t.Helper()
	rows, err := db.Query(text)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		all = append(all, id)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// get returns the page of a target.
func get(t testing.TB, app *brio.App, target string) (page response.Page[thing]) {
	t.Helper()
	w := testkit.Get(app, target)
	if w.Code != 200 {
		t.Fatalf("%s: %d %s", target, w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil {
		t.Fatal(err)
	}
	return page
}

// walk follows the cursors from a target in one direction, and calls between before each further page.
func walk(t testing.TB, app *brio.App, target string, backward bool, between func()) (seen []int64, last response.Page[thing]) {
	t.Helper()
	for at := target; ; between() {
		last = get(t, app, at)
		page := make([]int64, 0, len(last.Items))
		for _, item := range last.Items {
			page = append(page, item.ID)
		}
		cursor := last.Next
		if backward {
			seen, cursor = append(page, seen...), last.Prev
		} else {
			seen = append(seen, page...)
		}
		if cursor == "" {
			return seen, last
		}
		at = target + "&cursor=" + url.QueryEscape(cursor)
	}
}

// randomSort returns orders that a client may ask for, and their ORDER BY with the key.
func randomSort(rnd *rand.Rand) (query, order string) {
	var terms, columns []string
	last := ""
	for _, name := range []string{"name", "price", "rank", "id"} {
		if rnd.IntN(2) == 0 {
			continue
		}
		terms = append(terms, []string{"", "-"}[rnd.IntN(2)]+name)
	}
	rnd.Shuffle(len(terms), func(i, j int) { terms[i], terms[j] = terms[j], terms[i] })
	for _, term := range terms {
		name, descending := strings.CutPrefix(term, "-")
		last = map[bool]string{true: " DESC", false: ""}[descending]
		columns = append(columns, map[string]string{"name": "name", "price": "price_eur", "rank": "rank", "id": "id"}[name]+last)
	}
	return strings.Join(terms, ","), strings.Join(append(columns, "id"+last), ", ")
}

// TestKeysetPagesAreExact: with inserts and deletes between the pages of any filter, order and size, no row comes twice, and none is
// missing that was there from the first page to the last. Without changes the pages are the list, forwards and backwards.
func TestKeysetPagesAreExact(t *testing.T) {
	t.Parallel()
	app, db := newThings(t, newCodec(t, 1))
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 1))
	for range 80 {
		insert(t, db, rnd)
	}
	exec(t, db, "INSERT INTO things (shop, name, price_eur, rank) VALUES (2, 'a', 1, 1)")
	pages := 0
	for range 60 {
		c := conditions()[rnd.IntN(len(conditions()))]
		sort, order := randomSort(rnd)
		target := fmt.Sprintf("/shops/1/things?limit=%d&sort=%s&%s", 1+rnd.IntN(25), sort, c.query)
		if sort == "" {
			target = strings.Replace(target, "&sort=", "", 1)
		}
		list := fmt.Sprintf("SELECT id FROM things WHERE shop = 1 AND (%s) ORDER BY %s", c.sql, order)

		want := ids(t, db, list)
		got, last := walk(t, app, target, false, func() { pages++ })
		if !slices.Equal(got, want) {
			t.Fatalf("%s: got\n%v\nwant\n%v", target, got, want)
		}
		if last.Prev != "" { // back from the last page: all rows before it
			back, _ := walk(t, app, target+"&cursor="+url.QueryEscape(last.Prev), true, func() { pages++ })
			if whole := want[:len(want)-len(last.Items)]; !slices.Equal(back, whole) {
				t.Fatalf("%s, backwards: got\n%v\nwant\n%v", target, back, whole)
			}
		}

		always := map[int64]bool{}
		for _, id := range want {
			always[id] = true
		}
		got, _ = walk(t, app, target, false, func() {
			pages++
			for range 1 + rnd.IntN(3) {
				insert(t, db, rnd)
				exec(t, db, "DELETE FROM things WHERE shop = 1 AND id = (SELECT id FROM things WHERE shop = 1 LIMIT 1 OFFSET ?)", rnd.IntN(80))
			}
			now := map[int64]bool{}
			for _, id := range ids(t, db, list) {
				now[id] = true
			}
			for id := range always {
				always[id] = always[id] && now[id]
			}
		})
		seen := map[int64]bool{}
		for _, id := range got {
			if seen[id] {
				t.Fatalf("%s: row %d came twice", target, id)
			}
			seen[id] = true
		}
		for id, there := range always {
			if there && !seen[id] {
				t.Fatalf("%s: row %d is missing", target, id)
			}
		}
	}
	t.Logf("%d pages", pages)
}

// TestOffsetPagesAreExact: the pages by offset are the list, with its total and links.
func TestOffsetPagesAreExact(t *testing.T) {
	t.Parallel()
	app, db := newThings(t, newCodec(t, 1))
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		insert(t, db, rnd)
	}
	for _, c := range conditions() {
		sort, order := randomSort(rnd)
		if sort != "" {
			sort = "&sort=" + sort
		}
		want := ids(t, db, fmt.Sprintf("SELECT id FROM things WHERE shop = 1 AND (%s) ORDER BY %s", c.sql, order))
		var got []int64
		for target := "/shops/1/pages?limit=7&" + c.query + sort; target != ""; {
			page := get(t, app, target)
			if page.Total == nil || *page.Total != int64(len(want)) {
				t.Fatalf("%s: total %v, want %d", target, page.Total, len(want))
			}
			for _, item := range page.Items {
				got = append(got, item.ID)
			}
			links := testkit.Get(app, target).Header().Get("Link")
			target = ""
			for link := range strings.SplitSeq(links, ", ") {
				if next, ok := strings.CutSuffix(link, `>; rel="next"`); ok {
					target = strings.TrimPrefix(next, "<http://example.com")
				}
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got\n%v\nwant\n%v", c.query, got, want)
		}
	}
}

// TestCursorRefusesHostile: a cursor that was changed, cut, made elsewhere or for another order is a 422 with its location, never a 500.
func TestCursorRefusesHostile(t *testing.T) {
	t.Parallel()
	codec := newCodec(t, 1)
	app, db := newThings(t, codec)
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 10 {
		insert(t, db, rnd)
	}
	for range 3 {
		exec(t, db, "INSERT INTO things (shop, name, price_eur, rank) VALUES (2, 'a', 1, 1)")
	}
	target := "/shops/1/things?limit=2&sort=name"
	good := get(t, app, target).Next
	refused := func(name, target, cursor string) {
		t.Helper()
		w := testkit.Get(app, target+"&cursor="+url.QueryEscape(cursor))
		if w.Code != 422 || !strings.Contains(w.Body.String(), `"type":"value_error","loc":["query","cursor"]`) {
			t.Errorf("%s: got %d %s, want 422", name, w.Code, w.Body)
		}
	}
	get(t, app, target+"&cursor="+url.QueryEscape(good))
	get(t, app, "/shops/1/things?limit=9&sort=name&cursor="+url.QueryEscape(good)) // the size may change
	for i := range len(good) {
		refused("cut", target, good[:i+1][:i]+strings.Repeat("A", 1))
		changed := []byte(good)
		changed[i] ^= 1
		if i < len(good)-2 { // the last characters of base64 may have unused bits
			refused("changed", target, string(changed))
		}
	}
	for name, cursor := range map[string]string{
		"garbage": "x", "null byte": "\x00", "no UTF-8": "\xff\xfe", "long": strings.Repeat("A", 100_000), "SQL": "' OR 1=1 --", "JSON": `{"l":"","v":["i1"]}`,
	} {
		refused(name, target, cursor)
	}
	refused("other route", "/shops/1/others?limit=2&sort=name", good)
	refused("other path value", "/shops/2/things?limit=2&sort=name", good)
	refused("other order", "/shops/1/things?limit=2&sort=-name", good)
	refused("no order", "/shops/1/things?limit=2", good)
	refused("other filter", target+"&price__lt=100", good)

	foreign, _ := newThings(t, newCodec(t, 2))
	if w := testkit.Get(foreign, target+"&cursor="+url.QueryEscape(good)); w.Code != 422 {
		t.Errorf("a cursor of other keys: %d %s", w.Code, w.Body)
	}
	rotated, err := cookies.NewCodec(cookies.Key{Sign: bytes.Repeat([]byte{9}, 32), Encrypt: bytes.Repeat([]byte{9}, 32)}, cookies.Key{Sign: bytes.Repeat([]byte{1}, 32)})
	if err != nil {
		t.Fatal(err)
	}
	after, _ := newThings(t, rotated)
	if w := testkit.Get(after, target+"&cursor="+url.QueryEscape(good)); w.Code != 200 {
		t.Errorf("after a rotation of keys: %d %s", w.Code, w.Body)
	}
}

// TestPageReturnsErrorsOfDatabase: a statement that the database refuses, and a column that its field cannot hold, are errors of Page and
// Count, and no page with fewer rows.
func TestPageReturnsErrorsOfDatabase(t *testing.T) {
	_, db := newThings(t, newCodec(t, 1))
	exec(t, db, "INSERT INTO things (id, shop, name, price_eur, rank) VALUES (1, 1, 'a', 'dear', 1)")
	table, err := sqlpages.New[thing, pageThings](sqlpages.Config{Key: "id"})
	if err != nil {
		t.Fatal(err)
	}
	in := pageThings{Page: params.Page{Limit: 5}}
	for from, want := range map[string]string{"FROM no_table WHERE": "no such table: no_table", "FROM things WHERE": `converting driver.Value type string ("dear") to a float64`} {
		if page, err := table.Page(t.Context(), db, in, from); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v and the error %v, want %q", from, page, err, want)
		}
	}
	if n, err := table.Count(t.Context(), db, in, "FROM things WHERE"); n != 1 || err != nil {
		t.Errorf("Count: got %d and the error %v", n, err)
	}
	if n, err := table.Count(t.Context(), db, in, "FROM no_table WHERE"); err == nil || !strings.Contains(err.Error(), "no such table: no_table") {
		t.Errorf("Count of no table: got %d and the error %v", n, err)
	}
}
