package main

import (
	"testing"

	"github.com/brio-go/brio/docs/howto/ports/compare"
	"github.com/brio-go/brio/docs/howto/ports/gin/original"
)

func TestPort(t *testing.T) {
	const root = "Authorization: Basic cm9vdDpzZWNyZXQ="
	compare.Run(t, original.New(), newApp(), []compare.Request{
		// region same
		{Send: "GET /users", Both: `200 [{"name":"ann","age":30}]`},
		{Send: "GET /users?limit=1", Both: `200 [{"name":"ann","age":30}]`},
		{Send: `POST /admin/users {"name":"bob","age":7}`, Header: root, Both: `201 {"name":"bob","age":7}`},
		{Send: `POST /admin/users {"name":"eve"}`, Header: root, Both: `201 {"name":"eve","age":0}`},
		{Send: "GET /admin/me", Header: root, Both: `200 {"user":"root"}`},
		// endregion
		// region differs
		{Send: "GET /admin/me", Original: "401", Port: `401 {"detail":"Not authenticated"}`},
		{
			Send:     "GET /users?limit=0",
			Original: `400 {"error":"Key: 'Search.Limit' Error:Field validation for 'Limit' failed on the 'min' tag"}`,
			Port:     `422 {"detail":[{"type":"greater_than_equal","loc":["query","limit"],"msg":"Input should be greater than or equal to 1","input":"0","ctx":{"ge":1}}]}`,
		},
		{
			Send:     "GET /users?limit=many",
			Original: `400 {"error":"strconv.ParseInt: parsing \"many\": invalid syntax"}`,
			Port:     `422 {"detail":[{"type":"int_parsing","loc":["query","limit"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"many"}]}`,
		},
		{
			Send: `POST /admin/users {"name":"","age":200}`, Header: root,
			Original: `400 {"error":"Key: 'User.Name' Error:Field validation for 'Name' failed on the 'required' tag\nKey: 'User.Age' Error:Field validation for 'Age' failed on the 'lte' tag"}`,
			Port:     `422 {"detail":[{"type":"string_too_short","loc":["body","name"],"msg":"String should have at least 2 characters","input":"","ctx":{"min_length":2}},{"type":"less_than_equal","loc":["body","age"],"msg":"Input should be less than or equal to 150","input":200,"ctx":{"le":150}}]}`,
		},
		{Send: "GET /nothing", Original: "404 404 page not found", Port: `404 {"detail":"Not Found"}`},
		{Send: "DELETE /users", Original: "404 404 page not found", Port: `405 {"detail":"Method Not Allowed"}`},
		{Send: "GET /users/", Original: `301 <a href="/users">Moved Permanently</a>.`, Port: "307"},
		// endregion
	})
}
