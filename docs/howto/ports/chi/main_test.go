package main

import (
	"testing"

	"github.com/brio-go/brio/docs/howto/ports/chi/original"
	"github.com/brio-go/brio/docs/howto/ports/compare"
)

func TestPort(t *testing.T) {
	const admin = "X-Role: admin"
	compare.Run(t, original.New(), newApp(), []compare.Request{
		// region same
		{Send: "GET /articles", Both: `200 [{"slug":"hi","title":"Hi"}]`},
		{Send: "GET /articles/hi", Both: `200 {"slug":"hi","title":"Hi"}`},
		{Send: "GET /articles/no", Both: `404 {"detail":"No such article"}`},
		{Send: `POST /articles {"slug":"b","title":"B"}`, Both: `403 {"detail":"Only for admins"}`},
		{Send: `POST /articles {"slug":"b","title":"B"}`, Header: admin, Both: `201 {"slug":"b","title":"B"}`},
		{Send: `PUT /articles/b {"title":"C"}`, Header: admin, Both: `200 {"slug":"b","title":"C"}`},
		// endregion
		// region differs
		{
			Send: `POST /articles {"slug":"c"}`, Header: admin,
			Original: `400 {"detail":"slug and title are required"}`,
			Port:     `422 {"detail":[{"type":"missing","loc":["body","title"],"msg":"Field required","input":{"slug":"c"}}]}`,
		},
		{
			Send: `PUT /articles/b {"title":7}`, Header: admin,
			Original: `400 {"detail":"json: cannot unmarshal number into Go struct field .title of type string"}`,
			Port:     `422 {"detail":[{"type":"string_type","loc":["body","title"],"msg":"Input should be a valid string","input":7}]}`,
		},
		{
			Send:     `PUT /articles/no {"title":"C"}`, // the guard runs first
			Original: `404 {"detail":"No such article"}`,
			Port:     `403 {"detail":"Only for admins"}`,
		},
		{Send: "GET /nothing", Original: "404 404 page not found", Port: `404 {"detail":"Not Found"}`},
		{Send: "DELETE /articles", Original: "405", Port: `405 {"detail":"Method Not Allowed"}`},
		{Send: "GET /articles/", Original: `200 [{"slug":"hi","title":"Hi"},{"slug":"b","title":"C"}]`, Port: "307"},
		// endregion
	})
}
