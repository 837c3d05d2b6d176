package api

import (
	"encoding/json"
	"fmt"
	"time"
)

// OrderIn is the body of W8: times, maps, members that may be absent or null, and one of two ways to pay.
type OrderIn struct {
	Customer     string              `json:"customer" validate:"required,min=3,max=32"`
	PlacedAt     time.Time           `json:"placed_at" validate:"required"`
	DeliverAfter Optional[time.Time] `json:"deliver_after"`
	Items        map[string]int      `json:"items" validate:"min=1,max=20,dive,min=1,max=99"`
	Labels       map[string]string   `json:"labels" validate:"max=10,dive,max=50"`
	Message      Optional[string]    `json:"message" validate:"omitempty,max=200"`
	Coupon       Optional[string]    `json:"coupon" validate:"omitempty,min=4,max=16"`
	Payment      Payment             `json:"payment"`
}

// Payment is a union: one of the two is set, and the member kind of the JSON says which.
type Payment struct {
	Card     *Card     `validate:"omitempty"`
	Transfer *Transfer `validate:"omitempty"`
}

type Card struct {
	Kind    string    `json:"kind" validate:"eq=card"`
	Holder  string    `json:"holder" validate:"required,max=100"`
	Number  string    `json:"number" validate:"required,min=12,max=19"`
	Expires time.Time `json:"expires" validate:"required"`
}

type Transfer struct {
	Kind      string  `json:"kind" validate:"eq=transfer"`
	IBAN      string  `json:"iban" validate:"required,min=15,max=34"`
	Reference *string `json:"reference,omitempty" validate:"omitempty,max=35"`
}

// UnmarshalJSON is what a program writes whose framework has no unions.
func (p *Payment) UnmarshalJSON(doc []byte) error {
	var tag struct {
		Kind string `json:"kind"`
	}
	if err := json.Unmarshal(doc, &tag); err != nil {
		return err
	}
	switch tag.Kind {
	case "card":
		*p = Payment{Card: new(Card)}
		return json.Unmarshal(doc, p.Card)
	case "transfer":
		*p = Payment{Transfer: new(Transfer)}
		return json.Unmarshal(doc, p.Transfer)
	}
	return fmt.Errorf("payment.kind must be card or transfer, not %q", tag.Kind)
}

// With names the way to pay. A payment that was absent is none.
func (p *Payment) With() string {
	switch {
	case p.Card != nil:
		return "card"
	case p.Transfer != nil:
		return "transfer"
	}
	return "none"
}

// Optional tells an absent member from one that is null, for frameworks that have no such type.
type Optional[T any] struct {
	Value T
	Sent  bool
	Null  bool
}

func (o *Optional[T]) UnmarshalJSON(doc []byte) error {
	*o = Optional[T]{Sent: true}
	if string(doc) == "null" {
		o.Null = true
		return nil
	}
	return json.Unmarshal(doc, &o.Value)
}

// Pointer returns the value, or nil when there is none.
func (o *Optional[T]) Pointer() *T {
	if !o.Sent || o.Null {
		return nil
	}
	return &o.Value
}

// Order is the internal record: it holds how it was paid and who did what, which must not leave the server.
type Order struct {
	ID           int
	Customer     string
	PlacedAt     time.Time
	DeliverAfter *time.Time
	Items        map[string]int
	Labels       map[string]string
	Message      *string
	Coupon       *string
	Payment      Payment
	PaidWith     string
	Events       []Event
}

type Event struct {
	At      time.Time
	Kind    string
	Clerk   string
	Details map[string]string
}

// OrderOut is the public shape of an order, which W8 and W9 answer.
type OrderOut struct {
	ID           int               `json:"id"`
	Customer     string            `json:"customer"`
	PlacedAt     time.Time         `json:"placed_at"`
	DeliverAfter *time.Time        `json:"deliver_after"`
	Items        map[string]int    `json:"items"`
	Labels       map[string]string `json:"labels"`
	Message      *string           `json:"message"`
	Coupon       *string           `json:"coupon"`
	PaidWith     string            `json:"paid_with"`
	Events       []EventOut        `json:"events"`
}

type EventOut struct {
	At      time.Time         `json:"at"`
	Kind    string            `json:"kind"`
	Details map[string]string `json:"details"`
}

func (o *Order) Public() OrderOut {
	return OrderOut{o.ID, o.Customer, o.PlacedAt, o.DeliverAfter, o.Items, o.Labels, o.Message, o.Coupon, o.PaidWith, PublicEvents(o.Events)}
}

func PublicEvents(es []Event) []EventOut {
	out := make([]EventOut, len(es))
	for i := range es {
		out[i] = EventOut{es[i].At, es[i].Kind, es[i].Details}
	}
	return out
}

func PublicOrders(list []Order) []OrderOut {
	out := make([]OrderOut, len(list))
	for i := range list {
		out[i] = list[i].Public()
	}
	return out
}

var (
	welcome       = "WELCOME"
	placedDetails = map[string]string{"source": "api"}
)

// Place stands for storing an order. A customer who sends no coupon has the first one; null is none.
func Place(in *OrderIn) Order {
	coupon := in.Coupon.Pointer()
	if !in.Coupon.Sent {
		coupon = &welcome
	}
	return Order{5001, in.Customer, in.PlacedAt, in.DeliverAfter.Pointer(), in.Items, in.Labels, in.Message.Pointer(), coupon, in.Payment, in.Payment.With(),
		[]Event{{in.PlacedAt, "placed", "clerk-0", placedDetails}}}
}

var Orders = makeOrders(25)

func makeOrders(n int) []Order {
	list := make([]Order, n)
	start := time.Date(2026, time.November, 2, 8, 15, 30, 0, time.UTC)
	for i := range list {
		placed := start.Add(time.Duration(i) * 7 * time.Hour)
		message, later := fmt.Sprintf("Please ring twice, door %d", i+1), placed.Add(48*time.Hour)
		o := Order{
			ID: 4001 + i, Customer: fmt.Sprintf("customer%03d", i+1), PlacedAt: placed,
			Items:  map[string]int{fmt.Sprintf("sku-%d", 1000+i): 1 + i%3, fmt.Sprintf("sku-%d", 2000+i): 2, "gift-box": 1},
			Labels: map[string]string{"channel": "web", "campaign": "advent-2026"}, Payment: Payment{Card: &Card{Number: "4111111111111111"}}, PaidWith: "card",
		}
		if i%2 == 0 {
			o.Message, o.DeliverAfter = &message, &later
		}
		for n, kind := range []string{"placed", "paid", "sent"} {
			o.Events = append(o.Events, Event{placed.Add(time.Duration(n)*95*time.Minute + time.Duration(n*123)*time.Millisecond), kind, "clerk-7",
				map[string]string{"source": "shop", "reference": fmt.Sprintf("ref-%d-%d", i, n)}})
		}
		list[i] = o
	}
	return list
}
