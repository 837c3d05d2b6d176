package main

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/brio-go/brio"
)

func TestOrders(t *testing.T) {
	url, store := shop(t)
	a, b := ada(t, url), bob(t, url)
	placed := b.do("POST", "/api/orders", `{"lines":[{"sku":"TEA-001","quantity":2},{"sku":"TEA-002"}]}`).
		want(201, "").wantHeader("Location", "/api/orders/3")

	// The response model filters the customer and the items inside of the order.
	const lines = `"lines":[{"item":{"sku":"TEA-001","name":"Green tea","price":"12.50"},"quantity":2},{"item":{"sku":"TEA-002","name":"Black tea","price":"9.90"},"quantity":1}],"total":"34.90"`
	at := fmt.Sprintf(`"placed_at":%q}`, store.Order(3).PlacedAt.Format("2006-01-02T15:04:05Z07:00"))
	const customer = `"customer":{"id":2,"name":"Bob","email":"bob@example.com","joined_at":"2026-01-02T09:00:00Z"},`
	placed.want(201, `{"id":3,`+customer+lines+`,"note":null,`+at)
	b.get("/api/orders/3").want(200, `{"id":3,`+customer+lines+","+at)                           // ExcludeNone
	b.get("/api/orders").want(200, `{"items":[{"id":3,`+lines+`,"note":null,`+at+`],"total":1}`) // ResponseExclude

	// What was bought stays what it was.
	a.do("PATCH", "/api/admin/items/TEA-001", `{"name":"Sencha","price":"99"}`).want(200, "")
	a.do("DELETE", "/api/admin/items/TEA-002", "").want(204, "")
	b.get("/api/orders/3").want(200, `{"id":3,`+customer+lines+","+at)

	a.get("/api/orders").want(200, `{"items":[],"total":0}`)
	a.get("/api/orders/3").want(404, `{"detail":"You have no such order"}`)
	a.do("DELETE", "/api/orders/3", "").want(404, "")
	b.do("DELETE", "/api/orders/3", "").want(204, "")
	b.do("DELETE", "/api/orders/3", "").want(404, "")
	if got := store.Item("TEA-001").Stock; got != 10 {
		t.Errorf("stock is %d after the order was cancelled, want 10", got)
	}
}

func TestOrderErrorsSayWhere(t *testing.T) {
	url, _ := shop(t)
	b := bob(t, url)
	b.do("POST", "/api/orders", `{"lines":[{"sku":"TEA-001","quantity":0},{"sku":"tea"},{},7],"note":8}`).want(422, `{"detail":[`+
		`{"type":"greater_than_equal","loc":["body","lines",0,"quantity"],"msg":"Input should be greater than or equal to 1","input":0,"ctx":{"ge":1}},`+
		`{"type":"string_pattern_mismatch","loc":["body","lines",1,"sku"],"msg":"String should match pattern '^[A-Z]{3}-[0-9]{3}$'","input":"tea","ctx":{"pattern":"^[A-Z]{3}-[0-9]{3}$"}},`+
		`{"type":"missing","loc":["body","lines",2,"sku"],"msg":"Field required","input":{}},`+
		`{"type":"model_attributes_type","loc":["body","lines",3],"msg":"Input should be a valid dictionary or object to extract fields from","input":7},`+
		`{"type":"string_type","loc":["body","note"],"msg":"Input should be a valid string","input":8}]}`)
	b.do("POST", "/api/orders", `{"lines":[]}`).want(422, `{"detail":[{"type":"too_short","loc":["body","lines"],"msg":"List should have at least 1 item after validation, not 0","input":[],"ctx":{"actual_length":0,"field_type":"List","min_length":1}}]}`)
	b.get("/api/orders/0").want(422, `{"detail":[{"type":"greater_than_equal","loc":["path","id"],"msg":"Input should be greater than or equal to 1","input":"0","ctx":{"ge":1}}]}`)
}

// However a request fails, what its transaction did is taken back.
func TestTransactionRollsBack(t *testing.T) {
	app, store := testApp(t)
	var kept *Tx
	begin := func(tx *Tx) {
		kept = tx
		if _, err := tx.Take("TEA-001", 4); err != nil {
			t.Error(err)
		}
		tx.PutBack("TEA-002", 5)
		tx.AddOrder(&Order{Customer: store.User(1)})
		if store.Item("TEA-001").Stock != 6 || store.Item("TEA-002").Stock != 30 || len(store.OrdersOf(store.User(1))) != 1 {
			t.Error("the transaction does nothing")
		}
	}
	app.Post("/test/error", func(tx *Tx) error { begin(tx); return errors.New("the disk is full") })
	app.Post("/test/http-error", func(tx *Tx) error { begin(tx); return brio.Error(418, "tea") })
	app.Post("/test/panic", func(tx *Tx) { begin(tx); panic("a mistake") })
	app.Post("/test/unwritable", func(tx *Tx) float64 { begin(tx); return math.NaN() })
	app.Post("/test/fine", func(tx *Tx) { begin(tx) })
	log := quiet(t)
	url := serve(t, app)
	b := bob(t, url)

	const internal = `{"detail":"Internal Server Error"}`
	tests := []struct {
		name, path, body string
		status           int
		want, logged     string
	}{
		{"error", "/test/error", "", 500, internal, "the disk is full"},
		{"HTTP error", "/test/http-error", "", 418, `{"detail":"tea"}`, ""},
		{"panic", "/test/panic", "", 500, internal, "panic: a mistake"},
		{"result that cannot be written", "/test/unwritable", "", 500, internal, "unhandled error"},
		{"second item is missing", "/api/orders", `{"lines":[{"sku":"TEA-001","quantity":4},{"sku":"TEA-002"},{"sku":"TEA-999"}]}`, 404, `{"detail":"There is no item TEA-999"}`, ""},
		{"second item is sold out", "/api/orders", `{"lines":[{"sku":"TEA-001","quantity":4},{"sku":"POT-001"}]}`, 409, `{"detail":"There are 0 pieces of POT-001"}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			log.Reset()
			b.do("POST", tt.path, tt.body).want(tt.status, tt.want)
			if one, two := store.Item("TEA-001").Stock, store.Item("TEA-002").Stock; one != 10 || two != 25 {
				t.Errorf("the stock is %d and %d, want 10 and 25", one, two)
			}
			for _, u := range store.Users() {
				if orders := store.OrdersOf(u); len(orders) != 0 {
					t.Errorf("%s has %d orders", u.Name, len(orders))
				}
			}
			if !strings.Contains(log.String(), tt.logged) || tt.logged == "" && log.Len() > 0 {
				t.Errorf("%q is not in the log:\n%s", tt.logged, log)
			}
		})
	}
	if kept == nil || kept.undo != nil {
		t.Error("a transaction is still open")
	}
	b.do("POST", "/test/fine", "").want(204, "")
	if store.Item("TEA-001").Stock != 6 {
		t.Error("a transaction without an error was rolled back")
	}
}

// 32 customers want the last 10 pieces, each after another item that the others' orders must not lose.
func TestBuyRefusesMissingItem(t *testing.T) {
	url, store := shop(t)
	b := bob(t, url)
	var sold, refused, worst atomic.Int64
	var buyers, readers sync.WaitGroup
	done := make(chan struct{})
	for range 2 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				for _, i := range store.Items() {
					if int64(i.Stock) < worst.Load() {
						worst.Store(int64(i.Stock))
					}
				}
				b.get("/api/items").want(200, "").wantNot(`"stock":-`)
				b.get("/api/orders").want(200, "").wantNot("pbkdf2")
			}
		})
	}
	for range 32 {
		buyers.Go(func() {
			switch a := b.do("POST", "/api/orders", `{"lines":[{"sku":"TEA-002"},{"sku":"TEA-001"}]}`); a.status {
			case 201:
				sold.Add(1)
			case 409:
				refused.Add(1)
			default:
				t.Errorf("%d %s", a.status, a.body)
			}
		})
	}
	buyers.Wait()
	close(done)
	readers.Wait()
	if sold.Load() != 10 || refused.Load() != 22 {
		t.Errorf("%d were sold and %d refused, want 10 and 22", sold.Load(), refused.Load())
	}
	if one, two := store.Item("TEA-001").Stock, store.Item("TEA-002").Stock; one != 0 || two != 15 || worst.Load() < 0 {
		t.Errorf("the stock is %d and %d (least: %d), want 0 and 15", one, two, worst.Load())
	}

	// All cancel everything, several at once: each order is put back once.
	var cancelled atomic.Int64
	for range 3 {
		for _, o := range store.OrdersOf(store.User(2)) {
			buyers.Go(func() {
				if b.do("DELETE", fmt.Sprintf("/api/orders/%d", o.ID), "").status == 204 {
					cancelled.Add(1)
				}
			})
		}
	}
	buyers.Wait()
	if one := store.Item("TEA-001").Stock; one != 10 || cancelled.Load() != 10 {
		t.Errorf("the stock is %d after %d orders were cancelled, want 10 and 10", one, cancelled.Load())
	}
}
