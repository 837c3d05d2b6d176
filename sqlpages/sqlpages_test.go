package sqlpages_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/sqlpages"
)

type row struct {
	ID      int64     `json:"id"`
	Name    string    `json:"name"`
	Price   float64   `json:"price" db:"i.price_eur"`
	Created time.Time `json:"created"`
	Note    *string   `json:"note"`
	Cache   []int     `json:"cache" db:"-"`
}

type filters struct {
	Name  params.Filter[string]  `query:"name" filter:"eq,ne,in,not_in,contains,prefix"`
	Price params.Filter[float64] `query:"price" filter:"lt,lte,gt,gte"`
	Note  params.Filter[string]  `query:"note" filter:"null"`
	Sort  params.Sort            `query:"sort" sort:"name,-name,-price,-created,id"`
}

type cursorParams struct {
	params.Cursor
	filters
}

type pageParams struct {
	params.Page
	filters
}

func newCodec(t testing.TB) *cookies.Codec {
	t.Helper()
	codec, err := cookies.NewCodec(cookies.Key{Sign: bytes.Repeat([]byte{1}, 32)})
	if err != nil {
		t.Fatal(err)
	}
	return codec
}

// TestQueryWritesPlaceholders: no value of a request is in the text of a statement, in both styles.
func TestQueryWritesPlaceholders(t *testing.T) {
	t.Parallel()
	var all filters
	evil := "x' OR 1=1"
	all.Name = params.Filter[string]{
		Eq: params.Some(evil), Ne: params.Some(evil), In: []string{evil, "b"}, NotIn: []string{evil}, Contains: params.Some("50%_!"), Prefix: params.Some("p"),
	}
	all.Price = params.Filter[float64]{Lt: params.Some(1.0), Lte: params.Some(2.0), Gt: params.Some(3.0), Gte: params.Some(4.0)}
	all.Note.Null = params.Some(true)
	all.Sort = params.Sort{"name", "-price", "-name"}
	in := pageParams{params.Page{Limit: 10, Offset: 20}, all}
	const head = "SELECT id FROM i WHERE shop = 7 AND"
	for style, want := range map[sqlpages.Placeholders]string{
		sqlpages.Question: head + ` 1 = 1 AND name = ? AND name <> ? AND name IN (?, ?) AND name NOT IN (?) AND name LIKE ? ESCAPE '!' AND name LIKE ? ESCAPE '!'` +
			` AND i.price_eur < ? AND i.price_eur <= ? AND i.price_eur > ? AND i.price_eur >= ? AND note IS NULL ORDER BY name, i.price_eur DESC, id DESC LIMIT ? OFFSET ?`,
		sqlpages.Dollar: head + ` 1 = 1 AND name = $2 AND name <> $3 AND name IN ($4, $5) AND name NOT IN ($6) AND name LIKE $7 ESCAPE '!' AND name LIKE $8 ESCAPE '!'` +
			` AND i.price_eur < $9 AND i.price_eur <= $10 AND i.price_eur > $11 AND i.price_eur >= $12 AND note IS NULL ORDER BY name, i.price_eur DESC, id DESC LIMIT $13 OFFSET $14`,
	} {
		table, err := sqlpages.New[row, pageParams](sqlpages.Config{Placeholders: style, Key: "id"})
		if err != nil {
			t.Fatal(err)
		}
		q, err := table.Query(in)
		if err != nil {
			t.Fatal(err)
		}
		text, args, err := q.SQL(head, "own")
		if err != nil || text != want {
			t.Errorf("got %v\n%s\nwant\n%s", err, text, want)
		}
		if got, want := fmt.Sprint(args), fmt.Sprint([]any{"own", evil, evil, evil, "b", evil, "%50!%!_!!%", "p%", 1.0, 2.0, 3.0, 4.0, 11, 20}); got != want {
			t.Errorf("arguments: got %s, want %s", got, want)
		}
		for _, head := range []string{"", "SELECT id FROM i", "SELECT id FROM i WHERE a = 1"} {
			if _, _, err := q.SQL(head); err == nil || !strings.Contains(err.Error(), "must end with WHERE or AND") {
				t.Errorf("head %q: %v", head, err)
			}
		}
	}
}

// TestQueryComparesRows: rows behind a cursor are found by one comparison of rows where the directions allow it.
func TestQueryComparesRows(t *testing.T) {
	t.Parallel()
	table, err := sqlpages.New[row, cursorParams](sqlpages.Config{Placeholders: sqlpages.Dollar, Key: "id", Codec: newCodec(t)})
	if err != nil {
		t.Fatal(err)
	}
	at := row{ID: 1<<60 + 1, Name: "n\xff", Price: 0.1, Created: time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)}
	for sort, want := range map[string]struct{ next, prev, args string }{
		"":            {"id > $1 ORDER BY id LIMIT $2", "id < $1 ORDER BY id DESC LIMIT $2", "[1152921504606846977 2]"},
		"name":        {"(name, id) > ($1, $2) ORDER BY name, id LIMIT $3", "(name, id) < ($1, $2) ORDER BY name DESC, id DESC LIMIT $3", "[n\xff 1152921504606846977 2]"},
		"-created":    {"(created, id) < ($1, $2) ORDER BY created DESC, id DESC LIMIT $3", "(created, id) > ($1, $2) ORDER BY created, id LIMIT $3", "[2026-01-02 03:04:05.000000006 +0000 UTC 1152921504606846977 2]"},
		"id,name":     {"id > $1 ORDER BY id LIMIT $2", "id < $1 ORDER BY id DESC LIMIT $2", "[1152921504606846977 2]"},
		"name,-price": {"(name >= $1 AND (name > $2 OR name = $3 AND (i.price_eur < $4 OR i.price_eur = $5 AND (id < $6)))) ORDER BY name, i.price_eur DESC, id DESC LIMIT $7", "(name <= $1 AND (name < $2 OR name = $3 AND (i.price_eur > $4 OR i.price_eur = $5 AND (id > $6)))) ORDER BY name DESC, i.price_eur, id LIMIT $7", "[n\xff n\xff n\xff 0.1 0.1 1152921504606846977 2]"},
	} {
		wantArgs := want.args
		in := cursorParams{Cursor: params.Cursor{Limit: 1}}
		if sort != "" {
			in.Sort = strings.Split(sort, ",")
		}
		first, err := table.Query(in)
		if err != nil {
			t.Fatal(err)
		}
		page, err := first.Page([]row{at, at})
		if err != nil || page.Next == "" || page.Prev != "" || len(page.Items) != 1 {
			t.Fatalf("%s: first page %v, %v", sort, page, err)
		}
		if err := in.Position.UnmarshalText([]byte(page.Next)); err != nil {
			t.Fatal(err)
		}
		check := func(direction, want string) string {
			q, err := table.Query(in)
			if err != nil {
				t.Fatal(err)
			}
			text, args, err := q.SQL("WHERE")
			if err != nil || text != "WHERE 1 = 1 AND "+want {
				t.Errorf("%s %s: %v got\n%s\nwant\n%s", direction, sort, err, text, want)
			}
			if got := fmt.Sprint(args); got != wantArgs {
				t.Errorf("%s %s: arguments %s, want %s", direction, sort, got, wantArgs)
			}
			page, err := q.Page([]row{at})
			if err != nil {
				t.Fatal(err)
			}
			return page.Prev
		}
		prev := check("next", want.next)
		if err := in.Position.UnmarshalText([]byte(prev)); err != nil {
			t.Fatal(err)
		}
		if check("prev", want.prev) != "" {
			t.Errorf("%s: the first page has a previous one", sort)
		}
	}
}

// TestNewRefusesDeclarations: mistakes have the place of the call and a cure.
func TestNewRefusesDeclarations(t *testing.T) {
	t.Parallel()
	codec := newCodec(t)
	config := sqlpages.Config{Key: "id", Codec: codec}
	for name, tt := range map[string]struct {
		make func() error
		want string
	}{
		"no key":      {func() error { return errOf(sqlpages.New[row, cursorParams](sqlpages.Config{Codec: codec})) }, `Config.Key is empty`},
		"unknown key": {func() error { return errOf(sqlpages.New[row, cursorParams](sqlpages.Config{Codec: codec, Key: "uid"})) }, `legal are created, id, name, note, price`},
		"nullable key": {func() error {
			return errOf(sqlpages.New[row, cursorParams](sqlpages.Config{Codec: codec, Key: "note"}))
		}, `row.Note may be NULL`},
		"no codec": {func() error { return errOf(sqlpages.New[row, cursorParams](sqlpages.Config{Key: "id"})) }, `make one with cookies.NewCodec`},
		"no page": {func() error {
			return errOf(sqlpages.New[row, struct {
				Sort params.Sort `query:"sort" sort:"id"`
			}](config))
		}, `embed one of them`},
		"both": {func() error {
			return errOf(sqlpages.New[row, struct {
				params.Cursor
				Offset int `query:"offset" default:"0"`
			}](config))
		}, `embed one of them`},
		"unknown filter": {func() error {
			return errOf(sqlpages.New[row, struct {
				params.Page
				F params.Filter[int] `query:"size" filter:"eq"`
			}](config))
		}, `the filter "size" is no column`},
		"unknown sort": {func() error {
			return errOf(sqlpages.New[row, struct {
				params.Page
				S params.Sort `query:"sort" sort:"id,-size"`
			}](config))
		}, `the sort "-size" is no column`},
		"NULL in the order": {func() error {
			return errOf(sqlpages.New[row, struct {
				params.Cursor
				S params.Sort `query:"sort" sort:"-note"`
			}](config))
		}, `the sort "-note" is of a column that may be NULL`},
		"no argument": {func() error {
			return errOf(sqlpages.New[row, struct {
				params.Page
				F params.Filter[readOnly] `query:"name" filter:"eq"`
			}](config))
		}, `is no argument of a statement`},
		"column name": {func() error {
			return errOf(sqlpages.New[struct {
				ID   int `json:"id"`
				Name int `json:"na me"`
			}, cursorParams](config))
		}, `"na me" is no name of a column`},
		"no scan": {func() error {
			return errOf(sqlpages.New[struct {
				ID   int   `json:"id"`
				List []int `json:"list"`
			}, cursorParams](config))
		}, `database/sql cannot scan a []int`},
		"no struct": {func() error { return errOf(sqlpages.New[int, cursorParams](config)) }, `take a struct with a field for each column`},
	} {
		err := tt.make()
		if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "sqlpages_test.go:") {
			t.Errorf("%s: got %v, want %s with the place", name, err, tt.want)
		}
	}
}

// TestNewAdmitsNullableColumns: columns that may be NULL have filters, and an order by offset.
func TestNewAdmitsNullableColumns(t *testing.T) {
	t.Parallel()
	type nullable struct {
		ID   int              `json:"id"`
		A    *int             `json:"a"`
		B    sql.Null[string] `json:"b"`
		Addr net.IP           `json:"addr" db:"-"`
	}
	table, err := sqlpages.New[nullable, struct {
		params.Page
		A params.Filter[int] `query:"a" filter:"null,eq"`
		S params.Sort        `query:"sort" sort:"a,b"`
	}](sqlpages.Config{Key: "id"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := table.Columns(), "id, a, b"; got != want {
		t.Errorf("columns: got %s, want %s", got, want)
	}
}

// TestPageRefusesNullPlace: a row that is NULL in the order, against its declaration, is an error and no page with missing rows.
func TestPageRefusesNullPlace(t *testing.T) {
	t.Parallel()
	type raw struct {
		ID   int    `json:"id"`
		Data []byte `json:"data"`
	}
	table, err := sqlpages.New[raw, struct {
		params.Cursor
		S params.Sort `query:"sort" sort:"data" default:"data"`
	}](sqlpages.Config{Key: "id", Codec: newCodec(t)})
	if err != nil {
		t.Fatal(err)
	}
	var in struct {
		params.Cursor
		S params.Sort `query:"sort" sort:"data" default:"data"`
	}
	in.S, in.Limit = params.Sort{"data"}, 1
	q, err := table.Query(in)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := q.Page([]raw{{1, nil}, {2, nil}}); err == nil || !strings.Contains(err.Error(), "NOT NULL") {
		t.Errorf("a NULL: %v", err)
	}
	if _, err := q.Page([]raw{{1, bytes.Repeat([]byte("x"), 5000)}, {2, nil}}); err == nil || !strings.Contains(err.Error(), "write a cursor") {
		t.Errorf("a long value: %v", err)
	}
}

// mood is a text that fails for "bad": a value that its type cannot write.
type mood string

func (m mood) MarshalText() ([]byte, error) {
	if m == "bad" {
		return nil, errors.New("a bad mood has no text")
	}
	return []byte(m), nil
}

func (m *mood) UnmarshalText(text []byte) error { *m = mood(text); return nil }

// TestQueryFailsWithValues: an error of a value's own method is one of the statement, with the column, and not a statement without the value.
func TestQueryFailsWithValues(t *testing.T) {
	t.Parallel()
	type person struct {
		ID   int  `json:"id"`
		Mood mood `json:"mood"`
	}
	type byPage struct {
		params.Page
		Mood params.Filter[mood] `query:"mood" filter:"eq,in"`
	}
	type byCursor struct {
		params.Cursor
		Mood params.Filter[mood] `query:"mood" filter:"eq"`
		Sort params.Sort         `query:"sort" sort:"mood"`
	}
	pages, err := sqlpages.New[person, byPage](sqlpages.Config{Key: "id"})
	if err != nil {
		t.Fatal(err)
	}
	cursors, err := sqlpages.New[person, byCursor](sqlpages.Config{Key: "id", Codec: newCodec(t)})
	if err != nil {
		t.Fatal(err)
	}
	sqlOf := func(f params.Filter[mood]) (string, []any, error) {
		q, err := pages.Query(byPage{Page: params.Page{Limit: 1}, Mood: f})
		if err != nil {
			t.Fatal(err)
		}
		return q.SQL("WHERE")
	}
	text, args, err := sqlOf(params.Filter[mood]{Eq: params.Some(mood("good")), In: []mood{"fine"}})
	if err != nil || fmt.Sprint(args) != "[good fine 2 0]" {
		t.Errorf("got %s with %v and the error %v", text, args, err)
	}
	for name, f := range map[string]params.Filter[mood]{"eq": {Eq: params.Some(mood("bad"))}, "in": {In: []mood{"good", "bad"}}} {
		if text, _, err := sqlOf(f); text != "" || err == nil || err.Error() != "sqlpages: filter of mood: a bad mood has no text" {
			t.Errorf("%s: got %q and the error %v", name, text, err)
		}
		if n, err := pages.Count(t.Context(), nil, byPage{Mood: f}, "FROM people WHERE"); n != 0 || err == nil || !strings.Contains(err.Error(), "filter of mood") {
			t.Errorf("Count, %s: got %d and the error %v", name, n, err)
		}
		if _, err := pages.Page(t.Context(), nil, byPage{Mood: f}, "FROM people WHERE"); err == nil || !strings.Contains(err.Error(), "filter of mood") {
			t.Errorf("Page, %s: got the error %v", name, err)
		}
	}
	if _, err := pages.Count(t.Context(), nil, byPage{}, "FROM people"); err == nil || !strings.Contains(err.Error(), "must end with WHERE or AND") {
		t.Errorf("Count of a head without WHERE: %v", err)
	}
	in := byCursor{Cursor: params.Cursor{Limit: 1}, Mood: params.Filter[mood]{Eq: params.Some(mood("bad"))}}
	if _, err := cursors.Query(in); err == nil || !strings.Contains(err.Error(), "a bad mood has no text") {
		t.Errorf("a cursor of such a filter: %v", err)
	}
	in.Mood, in.Sort = params.Filter[mood]{}, params.Sort{"mood"}
	q, err := cursors.Query(in)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := q.Page([]person{{1, "bad"}, {2, "good"}}); err == nil || !strings.Contains(err.Error(), "sqlpages: column mood: a bad mood has no text") {
		t.Errorf("a row of such a value: %v", err)
	}
}

func errOf[T any](_ T, err error) error { return err }

// readOnly is read from a text and has no text of its own.
type readOnly struct{}

func (*readOnly) UnmarshalText([]byte) error { return nil }

// TestQueryRefusesNullBytes: PostgreSQL has no text with a null byte, so a filter with one is an error of the client. Other databases have such texts.
func TestQueryRefusesNullBytes(t *testing.T) {
	t.Parallel()
	type secretParams struct {
		params.Page
		Name params.Filter[string] `query:"name" filter:"eq" secret:"true"`
	}
	const text = "a\x00b"
	for _, style := range []sqlpages.Placeholders{sqlpages.Dollar, sqlpages.Question} {
		config := sqlpages.Config{Placeholders: style, Key: "id"}
		pages, err := sqlpages.New[row, pageParams](config)
		if err != nil {
			t.Fatal(err)
		}
		secrets, err := sqlpages.New[row, secretParams](config)
		if err != nil {
			t.Fatal(err)
		}
		in := map[string]filters{
			"name": {Name: params.Filter[string]{Eq: params.Some(text)}}, "name__in": {Name: params.Filter[string]{In: []string{"a", text}}},
			"name__prefix": {Name: params.Filter[string]{Prefix: params.Some(text)}},
		}
		for name, f := range in {
			_, err := pages.Page(t.Context(), failing{}, pageParams{filters: f}, "FROM rows WHERE")
			wantRefusal(t, err, style, name, text)
			_, err = pages.Count(t.Context(), failing{}, pageParams{filters: f}, "FROM rows WHERE")
			wantRefusal(t, err, style, name, text)
		}
		_, err = secrets.Page(t.Context(), failing{}, secretParams{Name: params.Filter[string]{Eq: params.Some(text)}}, "FROM rows WHERE")
		wantRefusal(t, err, style, "name", nil)
	}
}

// wantRefusal wants that a statement was refused for a parameter with the style Dollar, and run with another.
func wantRefusal(t *testing.T, err error, style sqlpages.Placeholders, name string, input any) {
	t.Helper()
	var refused *params.ValidationError
	switch is := errors.As(err, &refused); {
	case style != sqlpages.Dollar && err != errRun:
		t.Errorf("%s: got %v, want that the statement runs", name, err)
	case style != sqlpages.Dollar:
	case !is || len(refused.Errors) != 1 || fmt.Sprint(refused.Errors[0].Loc) != fmt.Sprint([]any{"query", name}) || refused.Errors[0].Input != input:
		t.Errorf("%s: got %#v, want an error at the parameter with the input %q", name, err, input)
	}
}

var errRun = errors.New("the statement runs")

// failing is a Querier whose statements fail.
type failing struct{}

func (failing) QueryContext(context.Context, string, ...any) (*sql.Rows, error) { return nil, errRun }
