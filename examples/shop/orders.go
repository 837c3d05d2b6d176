package main

import (
	"strconv"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
)

// Order is an order in the store, with the complete customer and the items as they were when the order was placed.
type Order struct {
	ID       int
	Customer *User
	Lines    []*Line
	Total    Money
	Note     *string
	PlacedAt time.Time
}

// Line is one item of an order.
type Line struct {
	Item     *Item
	Quantity int
}

// The response model of an Order filters at every depth: clients see neither the customer's password hash nor cost and stock of the items.

// PublicOrder has what clients see of an order.
type PublicOrder struct {
	ID       int          `json:"id"`
	Customer PublicUser   `json:"customer"`
	Lines    []PublicLine `json:"lines"`
	Total    Money        `json:"total"`
	Note     *string      `json:"note"`
	PlacedAt time.Time    `json:"placed_at"`
}

// PublicLine is one item of an order and its quantity.
type PublicLine struct {
	Item     SoldItem `json:"item"`
	Quantity int      `json:"quantity"`
}

// SoldItem is an item as it was when it was ordered.
type SoldItem struct {
	SKU   string `json:"sku"`
	Name  string `json:"name"`
	Price Money  `json:"price"`
}

// NewOrder has the items to order.
type NewOrder struct {
	Lines []NewLine `json:"lines" validate:"min=1,max=20"`
	Note  *string   `json:"note" validate:"max=200"`
}

// NewLine is one item to order.
type NewLine struct {
	SKU      string `json:"sku" pattern:"^[A-Z]{3}-[0-9]{3}$"`
	Quantity int    `json:"quantity" default:"1" validate:"min=1,max=1000"`
}

// noOrder documents the answer to a request for an order that the customer does not have.
var noOrder = brio.Responds[response.Detail](404, "You have no such order")

func orderRoutes() *brio.Router {
	r := brio.NewRouter(brio.Prefix("/orders"), brio.Tags("orders"), signInFirst)
	r.Post("", placeOrder, brio.Status(201), brio.ResponseModel[PublicOrder](),
		brio.Responds[response.Detail](404, "No such item"), brio.Responds[response.Detail](409, "Not enough in stock"))
	r.Get("", listOrders, brio.ResponseModel[Page[PublicOrder]](), brio.ResponseExclude("items.*.customer"))
	r.Get("/{id}", readOrder, brio.ResponseModel[PublicOrder](), brio.ExcludeNone(), noOrder)
	r.Delete("/{id}", cancelOrder, noOrder)
	return r
}

// placeOrder orders all items, or none if one of them is not available.
func placeOrder(u *User, tx *Tx, in *brio.Body[NewOrder], res *brio.Response) (*Order, error) {
	order := &Order{Customer: u, Note: in.Value.Note, PlacedAt: now()}
	for _, l := range in.Value.Lines {
		item, err := tx.Take(l.SKU, l.Quantity)
		if err != nil {
			return nil, err
		}
		order.Lines = append(order.Lines, &Line{item, l.Quantity})
		order.Total += item.Price * Money(l.Quantity)
	}
	tx.AddOrder(order)
	res.SetHeader("Location", "/api/orders/"+strconv.Itoa(order.ID))
	return order, nil
}

// listOrders lists the orders of the signed-in customer.
func listOrders(u *User, in *Paging, store *Store) *Page[*Order] {
	return pageOf(store.OrdersOf(u), *in)
}

type orderPath struct {
	ID int `path:"id" validate:"min=1"`
}

// readOrder returns one of your orders. Orders of other customers are a 404.
func readOrder(u *User, in *orderPath, store *Store) (*Order, error) {
	order := store.Order(in.ID)
	if order == nil || order.Customer.ID != u.ID {
		return nil, brio.Error(404, "You have no such order")
	}
	return order, nil
}

// cancelOrder removes one of your orders and returns its items to the stock.
func cancelOrder(u *User, tx *Tx, in *orderPath, store *Store) error {
	order, err := readOrder(u, in, store)
	if err != nil {
		return err
	}
	if !tx.RemoveOrder(order) {
		return brio.Error(404, "You have no such order")
	}
	for _, l := range order.Lines {
		tx.PutBack(l.Item.SKU, l.Quantity)
	}
	return nil
}
