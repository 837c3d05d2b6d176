package main

import (
	"testing"

	"github.com/brio-go/brio/docs/howto/ports/compare"
	"github.com/brio-go/brio/docs/howto/ports/huma/original"
)

func TestPort(t *testing.T) {
	compare.Run(t, original.New(), newApp(), []compare.Request{
		// region same
		{Send: "GET /reviews", Both: `200 [{"author":"ann","rating":5}]`},
		{Send: "GET /reviews?limit=1", Both: `200 [{"author":"ann","rating":5}]`},
		{Send: `POST /products/tea/reviews {"author":"bob","rating":4}`, Both: `201 {"author":"bob","rating":4}`},
		// endregion
		// region differs
		{
			Send:     `POST /products/milk/reviews {"author":"bob","rating":4}`,
			Original: `404 {"title":"Not Found","status":404,"detail":"No such product"}`,
			Port:     `404 {"type":"about:blank","title":"Not Found","status":404,"detail":"No such product"}`,
		},
		{
			Send:     `POST /products/tea/reviews {"author":"b","rating":9}`,
			Original: `422 {"title":"Unprocessable Entity","status":422,"detail":"validation failed","errors":[{"message":"expected length >= 2","location":"body.author","value":"b"},{"message":"expected number <= 5","location":"body.rating","value":9}]}`,
			Port:     `422 {"type":"about:blank","title":"Unprocessable Entity","status":422,"detail":"The request is not valid","errors":[{"type":"string_too_short","loc":["body","author"],"msg":"String should have at least 2 characters","input":"b","ctx":{"min_length":2}},{"type":"less_than_equal","loc":["body","rating"],"msg":"Input should be less than or equal to 5","input":9,"ctx":{"le":5}}]}`,
		},
		{
			Send:     `POST /products/tea/reviews {"author":"bob","rating":4,"x":1}`,
			Original: `422 {"title":"Unprocessable Entity","status":422,"detail":"validation failed","errors":[{"message":"unexpected property","location":"body.x","value":{"author":"bob","rating":4,"x":1}}]}`,
			Port:     `201 {"author":"bob","rating":4}`,
		},
		{Send: "GET /nothing", Original: "404 404 page not found", Port: `404 {"type":"about:blank","title":"Not Found","status":404}`},
		{Send: "DELETE /reviews", Original: "405 Method Not Allowed", Port: `405 {"type":"about:blank","title":"Method Not Allowed","status":405}`},
		// endregion
	})
}
