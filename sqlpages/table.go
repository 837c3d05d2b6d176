package sqlpages

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
)

// Placeholders is how a database writes the place of an argument.
type Placeholders uint8

const (
	Question Placeholders = iota // ?, of SQLite and MySQL
	Dollar                       // $1, of PostgreSQL
)

// Config is what a Table needs beside its types.
type Config struct {
	// Placeholders are those of the database, ? by default.
	Placeholders Placeholders

	// Key is the JSON name of a column that is unique and never NULL, such as the primary key. It is the last column of every order, so
	// that no two rows have the same place.
	Key string

	// Codec signs the cursors. Its keys are the same on all servers; its MaxAge is how long a client may wait with the next page. It is
	// needed if the parameter struct has a params.Cursor.
	Codec *cookies.Codec
}

// Table makes statements for one struct of rows and one parameter struct. It never changes and is safe for concurrent use.
type Table[Row, In any] struct {
	config  Config
	columns []column // of Row, in order of declaration
	byName  map[string]int
	fields  []*model.Field // of In
	filters []filter
	sort    []int // index of the params.Sort; nil: none
	limit   []int // index of the parameter limit
	offset  []int // index of the parameter offset; nil: none
	cursor  []int // index of the params.Position; nil: none
}

// column is a column and the field of a row that has its value.
type column struct {
	name  string // in SQL
	index []int
	goes  string // Go name, for messages
	null  bool   // it may be NULL
}

// filter is one comparison that clients may ask for.
type filter struct {
	column string
	op     string
	param  *model.Field // of the parameter struct, with the value
}

// New compiles a Table. Columns are the fields of Row by their JSON names; the tag db gives a column another name in SQL, and db:"-"
// leaves a field out. In has a params.Page or a params.Cursor, and may have filters and a sort, whose names are JSON names of Row.
//
// An error lists each mistake of the declaration with its cure, and begins with file and line of the call. In the order of a
// params.Cursor no column may be NULL: comparisons with NULL are never true, so rows would be missing.
func New[Row, In any](config Config) (*Table[Row, In], error) {
	t := &Table[Row, In]{config: config, byName: map[string]int{}}
	reader := model.NewReader(constraint.New())
	var mistakes []string
	report := func(format string, args ...any) { mistakes = append(mistakes, fmt.Sprintf(format, args...)) }
	t.readRow(reader.Type(reflect.TypeFor[Row]()), report)
	in, _ := reader.Params(reflect.TypeFor[In]()) // the app reports the problems of tags and rules, which may be its own
	t.readParams(in, report)
	if len(mistakes) > 0 {
		return nil, fmt.Errorf("%s: sqlpages.New[%v, %v]: %s", funcname.Caller(1), reflect.TypeFor[Row](), reflect.TypeFor[In](), strings.Join(mistakes, "; "))
	}
	return t, nil
}

// columnName is a column, with the name of its table if it needs one. It needs no quotes in any dialect.
var columnName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$`)

// readRow reads the columns of Row, and the key.
func (t *Table[Row, In]) readRow(row *model.Type, report func(string, ...any)) {
	if row.Kind != model.Struct {
		report("the rows are of type %s; take a struct with a field for each column", row)
		return
	}
	for _, f := range row.Fields {
		name, _, _ := strings.Cut(f.Tag.Get("db"), ",")
		if name == "-" {
			continue
		}
		c := column{name: cmp.Or(name, f.Name), index: f.Index, goes: f.Go, null: isNullable(f.Type.Go)}
		switch {
		case !columnName.MatchString(c.name):
			report("%s.%s: %q is no name of a column; write db:\"name\" with letters, digits and _, or db:\"-\" for a field that is no column", row, f.Go, c.name)
			continue
		case !isScanned(f.Type.Go):
			report("%s.%s: database/sql cannot scan a %s; give the type a method Scan, or leave the field out with db:\"-\"", row, f.Go, f.Type)
			continue
		}
		t.byName[f.Name] = len(t.columns)
		t.columns = append(t.columns, c)
	}
	key, ok := t.byName[t.config.Key]
	switch {
	case t.config.Key == "":
		report("Config.Key is empty; give it the JSON name of a unique column, as in \"id\"")
	case !ok:
		report("Config.Key is %q, and %s has no column of that name; legal are %s", t.config.Key, row, t.names())
	case t.columns[key].null:
		report("Config.Key is %q, and %s.%s may be NULL; take a column that is not", t.config.Key, row, t.columns[key].goes)
	}
}

// readParams reads the parameters of In.
func (t *Table[Row, In]) readParams(in *model.Type, report func(string, ...any)) {
	t.fields = in.Fields
	for _, f := range in.Fields {
		switch {
		case f.Filter != nil:
			at, ok := t.byName[f.Filter.Name]
			if !ok {
				report("%s.%s: the filter %q is no column; legal are %s", in, f.Go, f.Filter.Name, t.names())
				continue
			}
			if _, err := argumentOf(reflect.New(valueType(f.Type)).Elem()); err != nil {
				report("%s.%s: a %s is no argument of a statement; give it a method Value or MarshalText", in, f.Go, valueType(f.Type))
			}
			t.filters = append(t.filters, filter{t.columns[at].name, f.Filter.Op, f})
		case f.Type.Go == reflect.TypeFor[params.Sort]():
			t.sort = f.Index
		case f.Type.Go == reflect.TypeFor[params.Position]():
			t.cursor = f.Index
		case f.Parameter() == "query limit" && f.Type.Kind == model.Int:
			t.limit = f.Index
		case f.Parameter() == "query offset" && f.Type.Kind == model.Int:
			t.offset = f.Index
		}
	}
	switch {
	case t.limit == nil || (t.cursor == nil) == (t.offset == nil):
		report("%s has neither or both of params.Page and params.Cursor; embed one of them", in)
	case t.cursor != nil && t.config.Codec == nil:
		report("%s has a params.Cursor, and Config.Codec is nil; make one with cookies.NewCodec", in)
	}
	for _, f := range in.Fields {
		if f.Type.Go == reflect.TypeFor[params.Sort]() {
			t.checkSort(in, f, report)
		}
	}
}

// checkSort checks the names of the tag sort.
func (t *Table[Row, In]) checkSort(in *model.Type, f *model.Field, report func(string, ...any)) {
	for _, text := range f.Sort {
		name := strings.TrimPrefix(text, "-")
		at, ok := t.byName[name]
		switch {
		case !ok:
			report("%s.%s: the sort %q is no column; legal are %s", in, f.Go, text, t.names())
		case t.cursor != nil && t.columns[at].null:
			report("%s.%s: the sort %q is of a column that may be NULL, as its field is nullable, and pages by cursor would miss rows; make the column NOT NULL, take it out of the sort, or use params.Page", in, f.Go, text)
		}
	}
}

// names returns the JSON names of the columns, for messages.
func (t *Table[Row, In]) names() string {
	return strings.Join(slices.Sorted(maps.Keys(t.byName)), ", ")
}

// valueType returns the type that an operator compares with: that of an element of in and not_in.
func valueType(t *model.Type) reflect.Type {
	b := t.Base()
	if b.Kind == model.List {
		b = b.Elem
	}
	return b.Go
}

var (
	scannerType = reflect.TypeFor[sql.Scanner]()
	timeType    = reflect.TypeFor[time.Time]()
	bytesType   = reflect.TypeFor[[]byte]()
)

// isNullable reports whether a field of the type may have been scanned from NULL: a pointer, sql.Null and its like.
func isNullable(t reflect.Type) bool {
	switch {
	case t.Kind() == reflect.Pointer, t.Kind() == reflect.Interface:
		return true
	case t.Kind() != reflect.Struct || t == timeType:
		return false
	}
	valuer, ok := reflect.New(t).Elem().Interface().(driver.Valuer)
	if !ok {
		return false
	}
	v, err := valuer.Value()
	return err == nil && v == nil
}

// isScanned reports whether database/sql scans a column into a field of the type.
func isScanned(t reflect.Type) bool {
	if reflect.PointerTo(t).Implements(scannerType) || t == timeType || t == bytesType {
		return true
	}
	switch t.Kind() {
	case reflect.Pointer:
		return isScanned(t.Elem())
	case reflect.Bool, reflect.String, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64:
		return true
	}
	return t == reflect.TypeFor[any]()
}

// Querier runs statements. *sql.DB, *sql.Tx and *sql.Conn are such.
type Querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Page runs SELECT for the columns of Row and returns the page that in asks for. from is the rest of the statement up to the conditions,
// with its own arguments, which come first. It ends with WHERE, or with AND after conditions of the program. An OR among these stands in
// parentheses:
//
//	items.Page(ctx, db, in, "FROM items WHERE shop = $1 AND", shop)
//
// A cursor that is not one of this list, order and filters is a *params.ValidationError, which a handler returns: the client gets a 422.
// So is a filter with a null byte in the style Dollar: no text of PostgreSQL has one, and the statement would fail.
// Other errors are those of the database, and those of rows whose place no cursor can hold: longer than about 3000 bytes, or NULL.
func (t *Table[Row, In]) Page(ctx context.Context, db Querier, in In, from string, args ...any) (page response.Page[Row], err error) {
	q, err := t.Query(in)
	if err != nil {
		return page, err
	}
	text, all, err := q.SQL("SELECT "+t.Columns()+" "+from, args...)
	if err != nil {
		return page, err
	}
	rows, err := db.QueryContext(ctx, text, all...)
	if err != nil {
		return page, err
	}
	list, err := t.scan(rows)
	if err != nil {
		return page, err
	}
	return q.Page(list)
}

// Count runs SELECT COUNT(*) with the filters of in and returns the number of rows on all pages, for [response.Page.WithTotal]. from and
// args are those of Page, and so is the error of a filter. The database reads all of these rows, or an index of them.
func (t *Table[Row, In]) Count(ctx context.Context, db Querier, in In, from string, args ...any) (n int64, err error) {
	s, err := t.statement("SELECT COUNT(*) "+from, args)
	if err != nil {
		return 0, err
	}
	if err := t.writeFilters(s, reflect.ValueOf(&in).Elem()); err != nil {
		return 0, err
	}
	rows, err := db.QueryContext(ctx, s.String(), s.args...)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	if rows.Next() {
		err = rows.Scan(&n)
	}
	return n, errors.Join(err, rows.Err())
}

// Columns returns the columns of Row for a SELECT, separated by commas, in the order of the fields.
func (t *Table[Row, In]) Columns() string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return strings.Join(names, ", ")
}

// scan reads all rows of a SELECT of Columns, and closes them.
func (t *Table[Row, In]) scan(rows *sql.Rows) (list []Row, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	into := make([]any, len(t.columns))
	for rows.Next() {
		var row Row
		for i, c := range t.columns {
			into[i] = model.FieldOf(reflect.ValueOf(&row).Elem(), c.index).Addr().Interface()
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		list = append(list, row)
	}
	return list, rows.Err()
}
