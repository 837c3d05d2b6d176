// Package sqlpages makes SQL of the pages, filters and sorts that a parameter struct declares, over database/sql.
//
// A [Table] is compiled once, from the struct of a row and the parameter struct of a route:
//
//	type Item struct {
//		ID    int64   `json:"id"`
//		Name  string  `json:"name"`
//		Price float64 `json:"price" db:"price_eur"`
//	}
//
//	type ListItems struct {
//		params.Cursor
//		Price params.Filter[float64] `query:"price" filter:"lt,gte"`
//		Sort  params.Sort            `query:"sort" sort:"name,-price"`
//	}
//
//	items, err := sqlpages.New[Item, ListItems](sqlpages.Config{Placeholders: sqlpages.Dollar, Key: "id", Codec: codec})
//
// A handler calls [Table.Page], which runs the statement and returns the page with its cursors. Programs that scan rows themselves, or
// have another library for it, use [Table.Query].
//
// Values reach the database as arguments of placeholders only. Names of columns come from the struct of the row only. So nothing of a
// request is part of a statement's text.
//
// The package reads types as internal/model reads them for requests. It knows no driver and no routes.
package sqlpages
