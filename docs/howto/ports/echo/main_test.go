package main

import (
	"testing"

	"github.com/brio-go/brio/docs/howto/ports/compare"
	"github.com/brio-go/brio/docs/howto/ports/echo/original"
)

func TestPort(t *testing.T) {
	const key = "X-Key: k"
	compare.Run(t, original.New(), newApp(), []compare.Request{
		// region same
		{Send: "GET /books/1", Both: `200 {"id":1,"title":"Emma"}`},
		{Send: "GET /books/7", Both: `404 {"message":"No such book"}`},
		{Send: `POST /staff/books {"title":"Dune"}`, Header: "X-Key: x", Both: `401 {"message":"Wrong key"}`},
		{Send: `POST /staff/books {"title":"Dune"}`, Header: key, Both: `201 {"id":2,"title":"Dune"}`},
		{Send: "GET /nothing", Both: `404 {"message":"Not Found"}`},
		{Send: "DELETE /books/1", Both: `405 {"message":"Method Not Allowed"}`},
		// endregion
		// region differs
		{
			Send:     "GET /books/x",
			Original: `400 {"field":"id","message":"path value"}`,
			Port:     `422 {"message":"The request is not valid","errors":[{"type":"int_parsing","loc":["path","id"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"x"}]}`,
		},
		{
			Send: `POST /staff/books {}`, Header: key,
			Original: `422 {"message":"Key: 'Book.Title' Error:Field validation for 'Title' failed on the 'required' tag"}`,
			Port:     `422 {"message":"The request is not valid","errors":[{"type":"missing","loc":["body","title"],"msg":"Field required","input":{}}]}`,
		},
		{
			Send: `POST /staff/books {"title":7}`, Header: key,
			Original: `400 {"message":"Bad Request"}`,
			Port:     `422 {"message":"The request is not valid","errors":[{"type":"string_type","loc":["body","title"],"msg":"Input should be a valid string","input":7}]}`,
		},
		{Send: "POST /staff/books {}", Original: `401 {"message":"Wrong key"}`, Port: `401 {"message":"Not authenticated"}`},
		// endregion
	})
}
