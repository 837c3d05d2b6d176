package main

import (
	"testing"

	"github.com/brio-go/brio/briotest"
)

// region test
func TestOrders(t *testing.T) {
	ws := briotest.New(t, newApp()).WebSocket("/orders?name=Ann")
	ws.Send(`{"tea":"green","cups":2}`).Expect(`{"to":"Ann","price":6}`)
	ws.Send(Order{Tea: "coffee", Cups: 1}).Closed(4000, "no coffee")
}

// endregion

// region mistakes
func TestWrongMessage(t *testing.T) {
	ws := briotest.New(t, newApp()).WebSocket("/orders?name=Ann")
	ws.Send(`{"tea":"green","cups":10}`).Closed(1008, "body.cups: Input should be less than or equal to 9")
}

// endregion
