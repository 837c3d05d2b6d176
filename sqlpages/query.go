package sqlpages

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
)

// Query is one page that a client asks for. It is for one request.
type Query[Row, In any] struct {
	table  *Table[Row, In]
	in     reflect.Value // the In, addressable
	limit  int
	order  []term
	place  place // of the cursor
	moved  bool  // the client sent a cursor
	filter string
}

// term is one column of an order.
type term struct {
	column
	descending bool
}

// place is what a cursor holds: the row next to the page, by its values in the columns of the order.
type place struct {
	List     string   `json:"l"` // the fingerprint of order, filters and other parameters
	Backward bool     `json:"b,omitempty"`
	Values   []string `json:"v"` // see writeValue
}

// Query reads the cursor, the filters and the order of in. Page describes its error.
func (t *Table[Row, In]) Query(in In) (*Query[Row, In], error) {
	q := &Query[Row, In]{table: t, in: reflect.ValueOf(&in).Elem()}
	q.limit = max(1, int(q.in.FieldByIndex(t.limit).Int()))
	q.order = t.order(q.in)
	if t.cursor == nil {
		return q, nil
	}
	var err error
	if q.filter, err = q.fingerprint(); err != nil {
		return nil, err
	}
	position := q.position()
	if q.moved, err = position.Read(t.config.Codec, &q.place); err != nil {
		return nil, err
	}
	if q.moved && (q.place.List != q.filter || len(q.place.Values) != len(q.order)) {
		return nil, position.Refuse("the cursor is one of another order, or of other filters; ask for the first page")
	}
	for _, text := range q.place.Values {
		if _, err := readValue(text); err != nil {
			return nil, position.Refuse("the cursor has no place in this list; ask for the first page")
		}
	}
	return q, nil
}

// position returns the cursor that the client sent.
func (q *Query[Row, In]) position() params.Position {
	return q.in.FieldByIndex(q.table.cursor).Interface().(params.Position)
}

// order returns the columns of the order that in asks for. The key is the last one. Columns behind the key decide nothing.
func (t *Table[Row, In]) order(in reflect.Value) (order []term) {
	key := t.byName[t.config.Key]
	if t.sort != nil {
		for _, s := range in.FieldByIndex(t.sort).Interface().(params.Sort).Terms() {
			at, ok := t.byName[s.Name]
			if !ok {
				continue // the rule of the tag has refused other names
			}
			order = append(order, term{t.columns[at], s.Descending})
			if at == key {
				return order
			}
		}
	}
	// The direction of the last column holds for the key too, so that one index serves both.
	descending := len(order) > 0 && order[len(order)-1].descending
	return append(order, term{t.columns[key], descending})
}

// fingerprint returns what tells the list of the request from others: the values of all parameters but limit and cursor. A cursor of
// /shops/1/items is none of /shops/2/items, and one of sort=name none of sort=price.
func (q *Query[Row, In]) fingerprint() (string, error) {
	hash := sha256.New()
	for _, f := range q.table.fields {
		if !f.Source.IsText() || slices.Equal(f.Index, q.table.limit) || slices.Equal(f.Index, q.table.cursor) {
			continue
		}
		value, err := json.Append(nil, q.in.FieldByIndex(f.Index).Interface())
		if err != nil {
			return "", fmt.Errorf("sqlpages: %s: %w", f.Go, err)
		}
		fmt.Fprintf(hash, "%q %q;", f.Parameter(), value)
	}
	for _, t := range q.order {
		_, _ = io.WriteString(hash, t.name+strconv.FormatBool(t.descending)+";")
	}
	return base64.RawURLEncoding.EncodeToString(hash.Sum(nil)[:12]), nil
}

// statement is the text of a statement that is being written, with its arguments.
type statement struct {
	strings.Builder
	args  []any
	style Placeholders
}

// statement begins a statement with a text that ends with WHERE or AND.
func (t *Table[Row, In]) statement(head string, args []any) (*statement, error) {
	words := strings.Fields(head)
	if len(words) == 0 || !strings.EqualFold(words[len(words)-1], "WHERE") && !strings.EqualFold(words[len(words)-1], "AND") {
		return nil, fmt.Errorf("sqlpages: the statement %q must end with WHERE or AND, as the conditions follow", head)
	}
	s := &statement{style: t.config.Placeholders, args: slices.Clone(args)}
	s.WriteString(head)
	return s, nil
}

// add writes a placeholder for a value.
func (s *statement) add(v any) {
	s.args = append(s.args, v)
	if s.style == Dollar {
		s.WriteString("$" + strconv.Itoa(len(s.args)))
	} else {
		s.WriteByte('?')
	}
}

// SQL returns a statement and its arguments: head, which ends with WHERE or AND, the conditions of the filters and of the cursor,
// ORDER BY and LIMIT. args are those of head, whose placeholders are numbered from 1 in the style Dollar. The statement asks for one row
// more than the page has, which tells whether there is a next one.
func (q *Query[Row, In]) SQL(head string, args ...any) (string, []any, error) {
	s, err := q.table.statement(head, args)
	if err != nil {
		return "", nil, err
	}
	if err := q.table.writeFilters(s, q.in); err != nil {
		return "", nil, err
	}
	if q.moved {
		s.WriteString(" AND ")
		q.writePlace(s)
	}
	s.WriteString(" ORDER BY ")
	for i, t := range q.order {
		if i > 0 {
			s.WriteString(", ")
		}
		s.WriteString(t.name)
		if t.descending != q.place.Backward {
			s.WriteString(" DESC")
		}
	}
	s.WriteString(" LIMIT ")
	s.add(q.limit + 1)
	if q.table.offset != nil {
		s.WriteString(" OFFSET ")
		s.add(max(0, int(q.in.FieldByIndex(q.table.offset).Int())))
	}
	return s.String(), s.args, nil
}

// writePlace writes the condition for the rows behind the cursor. With one direction it compares rows, which databases look up in an
// index. With several it writes a > ? OR a = ? AND (b < ? …), and repeats the first column in front for the index.
func (q *Query[Row, In]) writePlace(s *statement) {
	values := make([]any, len(q.order))
	for i, text := range q.place.Values {
		values[i], _ = readValue(text) // Query has read it
	}
	sign := func(t term) string {
		if t.descending != q.place.Backward {
			return " < "
		}
		return " > "
	}
	first := q.order[0]
	if len(q.order) == 1 {
		s.WriteString(first.name + sign(first))
		s.add(values[0])
		return
	}
	if !slices.ContainsFunc(q.order, func(t term) bool { return t.descending != first.descending }) {
		names := make([]string, len(q.order))
		for i, t := range q.order {
			names[i] = t.name
		}
		s.WriteString("(" + strings.Join(names, ", ") + ")" + sign(first) + "(")
		for i, v := range values {
			if i > 0 {
				s.WriteString(", ")
			}
			s.add(v)
		}
		s.WriteByte(')')
		return
	}
	s.WriteString("(" + first.name + strings.TrimSuffix(sign(first), " ") + "= ")
	s.add(values[0])
	s.WriteString(" AND (")
	for i, t := range q.order {
		s.WriteString(t.name + sign(t))
		s.add(values[i])
		if i < len(q.order)-1 {
			s.WriteString(" OR " + t.name + " = ")
			s.add(values[i])
			s.WriteString(" AND (")
		}
	}
	s.WriteString(strings.Repeat(")", len(q.order)+1))
}

// Page returns the page of the rows that the statement of SQL has selected, in their order, with cursors for its neighbours.
func (q *Query[Row, In]) Page(rows []Row) (page response.Page[Row], err error) {
	if q.table.cursor == nil {
		return response.OffsetPage(rows, q.limit, int(q.in.FieldByIndex(q.table.offset).Int())), nil
	}
	more := len(rows) > q.limit
	rows = slices.Clone(rows[:min(len(rows), q.limit)])
	hasPrev, hasNext := q.moved, more
	if q.place.Backward {
		slices.Reverse(rows)
		hasPrev, hasNext = more, true
	}
	var next, prev string
	if hasNext && len(rows) > 0 {
		if next, err = q.cursorAt(rows[len(rows)-1], false); err != nil {
			return page, err
		}
	}
	if hasPrev && len(rows) > 0 {
		if prev, err = q.cursorAt(rows[0], true); err != nil {
			return page, err
		}
	}
	return response.CursorPage(rows, next, prev), nil
}

// cursorAt returns the cursor of the page behind a row, or before it.
func (q *Query[Row, In]) cursorAt(row Row, backward bool) (string, error) {
	at := place{List: q.filter, Backward: backward, Values: make([]string, len(q.order))}
	for i, t := range q.order {
		v, err := argumentOf(model.FieldOf(reflect.ValueOf(&row).Elem(), t.index))
		if err != nil {
			return "", fmt.Errorf("sqlpages: column %s: %w", t.name, err)
		}
		if at.Values[i], err = writeValue(v); err != nil {
			return "", fmt.Errorf("sqlpages: column %s: %w", t.name, err)
		}
	}
	return q.position().Write(q.table.config.Codec, at)
}
