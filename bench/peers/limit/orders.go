package limit

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/goccy/go-json"

	"github.com/brio-go/brio/bench/api"
)

// orderBody is what the body of an order is decoded into.
type orderBody struct {
	Customer     string            `json:"customer"`
	PlacedAt     time.Time         `json:"placed_at"`
	DeliverAfter optionalTime      `json:"deliver_after"`
	Items        map[string]int    `json:"items"`
	Labels       map[string]string `json:"labels"`
	Message      optionalText      `json:"message"`
	Coupon       optionalText      `json:"coupon"`
	Payment      payment           `json:"payment"`

	card     api.Card
	transfer api.Transfer
}

// payment has the members of both ways to pay, so that they are decoded without a first look at the kind.
type payment struct {
	Kind      string    `json:"kind"`
	Holder    string    `json:"holder"`
	Number    string    `json:"number"`
	Expires   time.Time `json:"expires"`
	IBAN      string    `json:"iban"`
	Reference *string   `json:"reference"`
}

type optionalTime api.Optional[time.Time]

func (o *optionalTime) UnmarshalJSON(doc []byte) error {
	*o = optionalTime{Sent: true, Null: string(doc) == "null"}
	if o.Null {
		return nil
	}
	return o.Value.UnmarshalJSON(doc)
}

type optionalText api.Optional[string]

func (o *optionalText) UnmarshalJSON(doc []byte) error {
	*o = optionalText{Sent: true, Null: string(doc) == "null"}
	switch {
	case o.Null:
		return nil
	case len(doc) < 2 || doc[0] != '"' || strings.IndexByte(string(doc), '\\') >= 0:
		return json.Unmarshal(doc, &o.Value)
	}
	o.Value = string(doc[1 : len(doc)-1])
	return nil
}

// reset keeps the memory of the maps for the next order.
func (b *orderBody) reset() {
	clear(b.Items)
	clear(b.Labels)
	*b = orderBody{Items: b.Items, Labels: b.Labels}
}

// into fills in, which refers to b.
func (b *orderBody) into(in *api.OrderIn) error {
	*in = api.OrderIn{Customer: b.Customer, PlacedAt: b.PlacedAt, DeliverAfter: api.Optional[time.Time](b.DeliverAfter), Items: b.Items, Labels: b.Labels,
		Message: api.Optional[string](b.Message), Coupon: api.Optional[string](b.Coupon)}
	switch p := &b.Payment; p.Kind {
	case "card":
		b.card = api.Card{Kind: p.Kind, Holder: p.Holder, Number: p.Number, Expires: p.Expires}
		in.Payment.Card = &b.card
	case "transfer":
		b.transfer = api.Transfer{Kind: p.Kind, IBAN: p.IBAN, Reference: p.Reference}
		in.Payment.Transfer = &b.transfer
	default:
		return fmt.Errorf("payment.kind must be card or transfer, not %q", p.Kind)
	}
	return nil
}

// placeOrder takes what decides on a decoded body.
func placeOrder(check func(*api.OrderIn) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s := scratches.Get().(*scratch)
		defer s.release()
		body, err := readBody(r)
		if err == nil {
			err = json.UnmarshalWithOption(body, &s.order, json.DecodeNoCopyString())
		}
		if err == nil {
			err = s.order.into(&s.orderIn)
		}
		if err == nil {
			err = check(&s.orderIn)
		}
		if err != nil {
			fail(w, s, "body", err)
			return
		}
		o := api.Place(&s.orderIn)
		s.events = s.events[:0]
		s.orderOut = s.public(&o)
		s.send(w, http.StatusCreated, &s.orderOut)
	}
}

func listOrders(w http.ResponseWriter, _ *http.Request) {
	s := scratches.Get().(*scratch)
	s.orders, s.events = s.orders[:0], s.events[:0]
	for i := range api.Orders {
		s.orders = append(s.orders, s.public(&api.Orders[i]))
	}
	s.send(w, http.StatusOK, &s.orders)
	s.release()
}

// public is Order.Public with the events in scratch memory. Events that have moved to a larger slice stay where they were.
func (s *scratch) public(o *api.Order) api.OrderOut {
	first := len(s.events)
	for i := range o.Events {
		e := &o.Events[i]
		s.events = append(s.events, api.EventOut{At: e.At, Kind: e.Kind, Details: e.Details})
	}
	return api.OrderOut{ID: o.ID, Customer: o.Customer, PlacedAt: o.PlacedAt, DeliverAfter: o.DeliverAfter, Items: o.Items, Labels: o.Labels,
		Message: o.Message, Coupon: o.Coupon, PaidWith: o.PaidWith, Events: s.events[first:len(s.events):len(s.events)]}
}
