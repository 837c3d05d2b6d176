//go:build unix

package briosql_test

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/sqlpages"
)

// amount is a numeric of PostgreSQL with all of its digits.
type amount struct{ digits string }

var amountText = regexp.MustCompile(`^(-?[0-9]{1,60}(\.[0-9]{1,60})?|NaN|-?Infinity)$`)

func (a amount) MarshalText() ([]byte, error) { return []byte(a.digits), nil }
func (a amount) Value() (driver.Value, error) { return a.digits, nil }

func (a *amount) UnmarshalText(text []byte) error {
	if !amountText.Match(text) {
		return errors.New("no number")
	}
	a.digits = string(text)
	return nil
}

func (a *amount) Scan(v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("the numeric is a %T", v)
	}
	return a.UnmarshalText([]byte(text))
}

// entry is a row with a column of each kind that PostgreSQL orders in a way of its own.
type entry struct {
	ID     int64      `json:"id"`
	Name   string     `json:"name"`
	Title  string     `json:"title"`  // by the rules of a language
	Folded string     `json:"folded"` // "a" and "A" are equal
	Price  amount     `json:"price" db:"price_eur"`
	Ratio  float64    `json:"ratio"`
	Part   float32    `json:"part"`
	At     time.Time  `json:"at"`    // with a zone
	Clock  time.Time  `json:"clock"` // without
	Hash   []byte     `json:"hash"`
	Done   bool       `json:"done"`
	Rank   int16      `json:"rank"`
	Note   *string    `json:"note"`
	Due    *time.Time `json:"due"`
}

const createEntries = `
	CREATE COLLATION folding (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
	CREATE TABLE entries (id bigint PRIMARY KEY, shop bigint NOT NULL, name text NOT NULL, title varchar(20) COLLATE "de-x-icu" NOT NULL,
		folded text COLLATE folding NOT NULL, price_eur numeric NOT NULL, ratio double precision NOT NULL, part real NOT NULL,
		at timestamptz NOT NULL, clock timestamp NOT NULL, hash bytea NOT NULL, done boolean NOT NULL, rank smallint NOT NULL,
		note text, due timestamptz)`

// sorts are the columns that clients order by, by their JSON names.
var sorts = []string{"id", "name", "title", "folded", "price", "ratio", "part", "at", "clock", "hash", "done", "rank"}

type entryFilters struct {
	Shop   int64                    `path:"shop"`
	Name   params.Filter[string]    `query:"name" filter:"eq,ne,in,not_in,contains,prefix"`
	Title  params.Filter[string]    `query:"title" filter:"lt,gte"`
	Folded params.Filter[string]    `query:"folded" filter:"eq,not_in"`
	Price  params.Filter[amount]    `query:"price" filter:"eq,lt,gte"`
	Ratio  params.Filter[float64]   `query:"ratio" filter:"eq,gt"`
	At     params.Filter[time.Time] `query:"at" filter:"eq,gte,lt"`
	Done   params.Filter[bool]      `query:"done" filter:"eq"`
	Rank   params.Filter[int16]     `query:"rank" filter:"ne,in"`
	Note   params.Filter[string]    `query:"note" filter:"null,ne,not_in"`
	Due    params.Filter[time.Time] `query:"due" filter:"null,lt"`
	Sort   params.Sort              `query:"sort" sort:"id,-id,name,-name,title,-title,folded,-folded,price,-price,ratio,-ratio,part,-part,at,-at,clock,-clock,hash,-hash,done,-done,rank,-rank"`
}

type listEntries struct {
	params.Cursor
	entryFilters
}

type pageEntries struct {
	params.Page
	entryFilters
}

// newEntries returns an app with the routes /shops/{shop}/entries by cursor and /shops/{shop}/pages by offset.
func newEntries(t *testing.T, db *sql.DB, secret byte) *brio.App {
	t.Helper()
	codec, err := cookies.NewCodec(cookies.Key{Sign: bytes.Repeat([]byte{secret}, 32)})
	if err != nil {
		t.Fatal(err)
	}
	config := sqlpages.Config{Placeholders: sqlpages.Dollar, Key: "id", Codec: codec}
	byCursor, err := sqlpages.New[entry, listEntries](config)
	if err != nil {
		t.Fatal(err)
	}
	byOffset, err := sqlpages.New[entry, pageEntries](config)
	if err != nil {
		t.Fatal(err)
	}
	const from = "FROM entries WHERE shop = $1 AND"
	app := brio.New()
	list := func(ctx context.Context, in listEntries) (response.Page[entry], error) {
		return byCursor.Page(ctx, db, in, from, in.Shop)
	}
	app.Get("/shops/{shop}/entries", list)
	app.Get("/shops/{shop}/others", list)
	app.Get("/shops/{shop}/pages", func(ctx context.Context, in pageEntries) (page response.Page[entry], err error) {
		total, err := byOffset.Count(ctx, db, in, from, in.Shop)
		if err != nil {
			return page, err
		}
		page, err = byOffset.Page(ctx, db, in, from, in.Shop)
		return page.WithTotal(total), err
	})
	return app
}

// connectAt connects to PostgreSQL. Times are read in a zone whose offset has seconds, as those of the 19th century have.
func connectAt(t *testing.T, url string) *sql.DB {
	t.Helper()
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	codec := &pgtype.TimestamptzCodec{ScanLocation: time.FixedZone("LMT", 53*60+28)}
	db := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(func(_ context.Context, c *pgx.Conn) error {
		c.TypeMap().RegisterType(&pgtype.Type{Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: codec})
		return nil
	}))
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func execute(t *testing.T, db *sql.DB, text string, args ...any) {
	t.Helper()
	if _, err := db.Exec(text, args...); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

// moments differ by microseconds, the smallest unit of PostgreSQL.
var moments = []string{"2026-03-29T01:59:59.999999Z", "2026-03-29T02:00:00Z", "2026-03-29T02:00:00.000001Z", "1880-01-01T00:00:00.5Z", "0001-01-01T00:00:00Z"}

// addEntry adds a random row to shop 1. Few values occur, so that most rows have others of equal values.
func addEntry(t *testing.T, db *sql.DB, rnd *rand.Rand) {
	t.Helper()
	of := func(values ...string) string { return values[rnd.IntN(len(values))] }
	text := func() string {
		return of("", "a", "A", "ä", "Ä", "a%", "a_", "a!", "z", "ß", "b'; --", "a\u0308", "😀", "a ")
	}
	price := of("0", "0.0", "-0.1", "0.10000000000000000000000000000000000001", "0.1", "123456789012345678901234567890.5", "123456789012345678901234567890.50", "NaN", "Infinity", "-Infinity")
	ratio := of("0", "-0", "0.1", "0.30000000000000004", "0.3", "5e-324", "1.7976931348623157e308", "9007199254740993")
	var note, due any
	if rnd.IntN(2) == 0 {
		note = of("n", "m")
	}
	if rnd.IntN(2) == 0 {
		due = of(moments...)
	}
	execute(t, db, `INSERT INTO entries VALUES ($1, 1, $2, $3, $4, $5::text::numeric, $6::text::float8, $7::text::real, $8::text::timestamptz, $9::text::timestamptz AT TIME ZONE 'UTC', $10, $11, $12, $13, $14::text::timestamptz)`,
		rnd.Int64(), text(), text(), text(), price, ratio, of("0.1", "16777217", "0.30000001", "-1"), of(moments...), of(moments...),
		[]byte(of("", "\x00", "\x00\x00", "\xff", "a")), rnd.IntN(2) == 0, rnd.IntN(3)-1, note, due)
}

// restrictions are filters as a client sends them, and as SQL that is written by hand.
var restrictions = [][2]string{
	{"", "true"},
	{"name=a", "name = 'a'"},
	{"name__ne=a&done=true", "name <> 'a' AND done"},
	{"name__in=a&name__in=%F0%9F%98%80", "name IN ('a', '😀')"},
	{"name__not_in=a&name__not_in=", "name NOT IN ('a', '')"},
	{"name__contains=%25", "strpos(name, '%') > 0"},
	{"name__contains=!", "strpos(name, '!') > 0"},
	{"name__prefix=a_", "starts_with(name, 'a_')"},
	{"name=" + url.QueryEscape("b'; --"), "name = 'b''; --'"},
	{"title__gte=a&title__lt=z", `title >= 'a' AND title < 'z'`},
	{"folded=A", "lower(folded COLLATE \"C\") = 'a'"},
	{"folded__not_in=%C3%84", "folded COLLATE \"C\" NOT IN ('ä', 'Ä', U&'a\\0308')"},
	{"price=0.10000000000000000000000000000000000001", "price_eur = 0.10000000000000000000000000000000000001"},
	{"price__gte=0&price__lt=NaN", "price_eur >= 0 AND price_eur < 'NaN'"},
	{"ratio__gt=0.3", "ratio > 0.3::float8"},
	{"at=2026-03-29T02:00:00.000001Z", "at = '2026-03-29T02:00:00.000001Z'"},
	{"at__gte=1880-01-01T00:53:28.5%2B00:53&at__lt=2026-03-29T02:00:00.000001Z", "at >= '1880-01-01T00:00:28.5Z' AND at < '2026-03-29T02:00:00.000001Z'"},
	{"rank__ne=0&rank__in=0&rank__in=1", "rank = 1"},
	{"note__null=true", "note IS NULL"},
	{"note__ne=n", "note <> 'n'"},
	{"note__not_in=n&due__null=false", "note NOT IN ('n') AND due IS NOT NULL"},
	{"due__lt=2026-03-29T02:00:00Z", "due < '2026-03-29T02:00:00Z'"},
}

// identifiers returns the column id of a statement's rows.
func identifiers(t *testing.T, db *sql.DB, text string) (all []int64) {
	t.Helper()
	rows, err := db.Query(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
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

// pages asks for pages and counts what it gets.
type pages struct {
	t           *testing.T
	app         *brio.App
	pages, rows int
}

// get returns the page of a target, and the identifiers of its rows.
func (p *pages) get(target string) (page response.Page[struct{ ID int64 }], ids []int64) {
	p.t.Helper()
	w := testkit.Get(p.app, target)
	if w.Code != 200 {
		p.t.Fatalf("%s: %d %s", target, w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil {
		p.t.Fatal(err)
	}
	p.pages, p.rows = p.pages+1, p.rows+len(page.Items)
	for _, item := range page.Items {
		ids = append(ids, item.ID)
	}
	return page, ids
}

// walk follows the cursors from a target in one direction, and calls between before each further page.
func (p *pages) walk(target string, backward bool, between func()) (seen []int64, last response.Page[struct{ ID int64 }]) {
	p.t.Helper()
	for at := target; ; between() {
		if len(seen) > 10_000 {
			p.t.Fatalf("%s: the pages have no end: %v", target, seen[:20])
		}
		page, ids := p.get(at)
		cursor := page.Next
		if backward {
			seen, cursor = append(ids, seen...), page.Prev
		} else {
			seen = append(seen, ids...)
		}
		if cursor == "" {
			return seen, page
		}
		at = target + "&cursor=" + url.QueryEscape(cursor)
	}
}

// randomOrder returns an order of up to four columns as a client asks for it, and its ORDER BY with the key.
func randomOrder(rnd *rand.Rand) (query, order string) {
	names := slices.Clone(sorts)
	rnd.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	var terms, columns []string
	direction := ""
	for _, name := range names[:rnd.IntN(5)] {
		direction = []string{"", " DESC"}[rnd.IntN(2)]
		terms = append(terms, map[string]string{"": "", " DESC": "-"}[direction]+name)
		if name == "price" {
			name = "price_eur"
		}
		columns = append(columns, name+direction)
	}
	if len(terms) > 0 {
		query = "&sort=" + strings.Join(terms, ",")
	}
	return query, strings.Join(append(columns, "id"+direction), ", ")
}

// With inserts and deletes between the pages of any filter, order and size, no row comes twice, and none is missing that was there from
// the first page to the last. Without changes the pages are the list, forwards, backwards and by offset.
func TestPagesOfPostgreSQLAreExact(t *testing.T) {
	db := connectAt(t, testkit.Postgres(t))
	execute(t, db, createEntries)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 1))
	for range 120 {
		addEntry(t, db, rnd)
	}
	execute(t, db, "INSERT INTO entries SELECT -1, 2, name, title, folded, price_eur, ratio, part, at, clock, hash, done, rank, note, due FROM entries LIMIT 1")
	p, lists := &pages{t: t, app: newEntries(t, db, 1)}, 0
	for end := time.Now().Add(20 * time.Second); lists < 200 && time.Now().Before(end); lists++ {
		c := restrictions[lists%len(restrictions)]
		sort, order := randomOrder(rnd)
		query := fmt.Sprintf("?limit=%d%s&%s", 1+rnd.IntN(40), sort, c[0])
		target := "/shops/1/entries" + query
		list := fmt.Sprintf("SELECT id FROM entries WHERE shop = 1 AND %s ORDER BY %s", c[1], order)

		want := identifiers(t, db, list)
		got, last := p.walk(target, false, func() {})
		if !slices.Equal(got, want) {
			t.Fatalf("%s: got\n%v\nwant\n%v", target, got, want)
		}
		if last.Prev != "" { // back from the last page: all rows before it
			back, _ := p.walk(target+"&cursor="+url.QueryEscape(last.Prev), true, func() {})
			if before := want[:len(want)-len(last.Items)]; !slices.Equal(back, before) {
				t.Fatalf("%s, backwards: got\n%v\nwant\n%v", target, back, before)
			}
		}
		offset := rnd.IntN(len(want) + 1)
		page, ids := p.get(fmt.Sprintf("/shops/1/pages%s&offset=%d", query, offset))
		if page.Total == nil || *page.Total != int64(len(want)) || !slices.Equal(ids, want[offset:offset+len(ids)]) {
			t.Fatalf("%s, offset %d: got %v of %v, want %v", target, offset, ids, page.Total, want)
		}

		always := map[int64]bool{}
		for _, id := range want {
			always[id] = true
		}
		got, _ = p.walk(target, false, func() {
			for range 1 + rnd.IntN(3) {
				addEntry(t, db, rnd)
				execute(t, db, "DELETE FROM entries WHERE id = (SELECT id FROM entries WHERE shop = 1 ORDER BY random() LIMIT 1)")
			}
			now := identifiers(t, db, list)
			for id := range always {
				always[id] = always[id] && slices.Contains(now, id)
			}
		})
		seen := map[int64]bool{}
		for _, id := range got {
			if seen[id] {
				t.Fatalf("%s: row %d came twice", target, id)
			}
			seen[id] = true
		}
		for id, isThere := range always {
			if isThere && !seen[id] {
				t.Fatalf("%s: row %d is missing", target, id)
			}
		}
	}
	t.Logf("%d lists, %d pages, %d rows", lists, p.pages, p.rows)
	if lists < len(restrictions) {
		t.Errorf("%d lists: not every filter was used", lists)
	}
}

// A cursor that was changed, cut, made elsewhere or for another list is a 422 with its location. No statement runs: the database is closed.
func TestCursorsOfPostgreSQLRefuseHostile(t *testing.T) {
	db := connectAt(t, testkit.Postgres(t))
	execute(t, db, createEntries)
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		addEntry(t, db, rnd)
	}
	app := newEntries(t, db, 1)
	const target = "/shops/1/entries?limit=2&sort=-at,name,price,hash"
	page, _ := (&pages{t: t, app: app}).get(target)
	foreign, _ := (&pages{t: t, app: newEntries(t, db, 2)}).get(target)
	_ = db.Close()
	good, refusals := page.Next, 0
	refused := func(name, target, cursor string) {
		t.Helper()
		refusals++
		w := testkit.Get(app, target+"&cursor="+url.QueryEscape(cursor))
		if w.Code != 422 || !strings.Contains(w.Body.String(), `"type":"value_error","loc":["query","cursor"]`) {
			t.Errorf("%s: got %d %s, want 422", name, w.Code, w.Body)
		}
	}
	for i := range len(good) {
		refused("cut", target, good[:i]+"A")
		if i < len(good)-2 { // the last characters of base64 may have unused bits
			changed := []byte(good)
			changed[i] ^= 1
			refused("changed", target, string(changed))
		}
	}
	for name, cursor := range map[string]string{
		"keys of another app": foreign.Next, "garbage": "x", "null byte": "\x00", "no UTF-8": "\xff\xfe", "long": strings.Repeat("A", 100_000), "SQL": "' OR 1=1 --",
	} {
		refused(name, target, cursor)
	}
	for name, other := range map[string]string{
		"route": "/shops/1/others?limit=2&sort=-at,name,price,hash", "path value": "/shops/2/entries?limit=2&sort=-at,name,price,hash",
		"order": "/shops/1/entries?limit=2&sort=at,name,price,hash", "no order": "/shops/1/entries?limit=2", "filter": target + "&done=true",
	} {
		refused("other "+name, other, good)
	}
	t.Logf("%d cursors refused", refusals)
}

// A filter with a null byte, which PostgreSQL refuses in texts, is a 422 at the parameter. Other texts and values that no row has find none.
func TestFiltersOfPostgreSQLTakeHostile(t *testing.T) {
	db := connectAt(t, testkit.Postgres(t))
	execute(t, db, createEntries)
	app := newEntries(t, db, 1)
	for query, name := range map[string]string{
		"name=%00": "name", "name__contains=a%00b": "name__contains", "name__in=a&name__in=%00": "name__in", "note__not_in=%00": "note__not_in", "title__lt=%00": "title__lt",
		"name=%ff": "", "name__prefix=%c3": "", "name=%ef%bf%bf": "", "at__lt=0000-01-01T00:00:00%2B23:59": "", "at__gte=9999-12-31T23:59:59.999999999Z": "", "ratio=1e308": "", "price=-Infinity": "",
	} {
		for _, list := range []string{"entries", "pages"} {
			w := testkit.Get(app, "/shops/1/"+list+"?"+query)
			wantStatus, wantText := 200, `"items":[]`
			if name != "" {
				wantStatus, wantText = 422, `"type":"value_error","loc":["query","`+name+`"]`
			}
			if w.Code != wantStatus || !strings.Contains(w.Body.String(), wantText) {
				t.Errorf("%s of %s: got %d %s, want %d and %s", query, list, w.Code, w.Body, wantStatus, wantText)
			}
		}
	}
}
