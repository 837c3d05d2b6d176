package params

// Page is a parameter struct that says which rows of a list the client wants: at most Limit of them, after the first Offset ones. A
// handler takes it as a parameter, or embeds it in its own:
//
//	app.Get("/items", func(page params.Page) response.Page[Item] {
//		return response.OffsetPage(items.List(page.Limit+1, page.Offset), page.Limit, page.Offset)
//	})
//
// The names are those of SQL and of FastAPI's tutorial (LimitOffsetParams of fastapi-pagination). A client that changes the limit stays
// at its row, which a page number and a size do not give.
//
// A route has other bounds if its struct declares the parameter itself. In Go and in the request the outer field hides the embedded one:
//
//	type ListItems struct {
//		params.Page
//		Limit int `query:"limit" default:"20" validate:"min=1,max=500"`
//	}
//
// A database reads and drops Offset rows, so the cost of a page grows with its offset. Rows that other clients insert or delete between
// two pages move the following ones: a row may come twice, or not at all. [Cursor] has neither fault.
type Page struct {
	Limit  int `query:"limit" default:"50" validate:"min=1,max=100" doc:"How many rows the page has at most"`
	Offset int `query:"offset" default:"0" validate:"min=0,max=1000000" doc:"How many rows come before the page"`
}
