package main

import (
	"testing"

	"github.com/brio-go/brio/docs/howto/ports/compare"
	"github.com/brio-go/brio/docs/howto/ports/fiber/original"
)

func TestPort(t *testing.T) {
	const ann = "X-User: ann"
	compare.Run(t, original.New(), newApp(), []compare.Request{
		// region same
		{Send: "GET /api/todos", Both: `200 [{"id":1,"text":"tea"}]`},
		{Send: "GET /api/todos/1", Both: `200 {"id":1,"text":"tea"}`},
		{Send: "GET /api/todos/7", Both: `404 {"detail":"No such todo"}`},
		{Send: `POST /api/todos {"text":"milk"}`, Both: `403 {"detail":"Guests only read"}`},
		{Send: `POST /api/todos {"text":"milk"}`, Header: ann, Both: `201 {"id":2,"text":"milk"}`},
		{Send: "DELETE /api/todos", Both: `405 {"detail":"Method Not Allowed"}`},
		{Send: "GET /nothing", Both: `404 {"detail":"Not Found"}`},
		// endregion
		// region differs
		{
			Send:     "GET /api/todos/x",
			Original: `404 {"detail":"No such todo"}`,
			Port:     `422 {"detail":[{"type":"int_parsing","loc":["path","id"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"x"}]}`,
		},
		{
			Send: `POST /api/todos {"text":""}`, Header: ann,
			Original: `400 {"detail":"text is required"}`,
			Port:     `422 {"detail":[{"type":"string_too_short","loc":["body","text"],"msg":"String should have at least 1 character","input":"","ctx":{"min_length":1}}]}`,
		},
		{Send: "GET /api/todos/", Original: `200 [{"id":1,"text":"tea"},{"id":2,"text":"milk"}]`, Port: "307"},
		{Send: "GET /API/todos", Original: `200 [{"id":1,"text":"tea"},{"id":2,"text":"milk"}]`, Port: `404 {"detail":"Not Found"}`},
		// endregion
	})
}
