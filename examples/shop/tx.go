package main

import (
	"fmt"
	"slices"

	"github.com/brio-go/brio"
)

// Tx records the changes of one request to stock and orders, and reverts them if the request ends in an error. So no lock is held during
// a request, and a slow client does not delay others.
type Tx struct {
	store *Store
	undo  []func()
}

// openTx is a provider with a clean-up. The clean-up gets the error that ends the request, also that of a panic, or nil. Its result replaces
// that error, so it returns the error that it was given. With nil there would be neither an error nor a result, and Brio would answer 500.
// (A clean-up of type func(error) cannot replace the error.)
func openTx(store *Store) (*Tx, func(error) error) {
	tx := &Tx{store: store}
	return tx, func(err error) error {
		if err != nil {
			tx.rollBack()
		}
		return err
	}
}

func (tx *Tx) rollBack() {
	for _, undo := range slices.Backward(tx.undo) {
		undo()
	}
	tx.undo = nil
}

// Take removes n pieces of an item from the stock.
func (tx *Tx) Take(sku string, n int) (*Item, error) {
	var enough bool
	item := tx.store.ChangeItem(sku, func(i *Item) {
		if enough = i.Stock >= n; enough {
			i.Stock -= n
		}
	})
	switch {
	case item == nil:
		return nil, brio.Error(404, fmt.Sprintf("There is no item %s", sku))
	case !enough:
		return nil, brio.Error(409, fmt.Sprintf("There are %d pieces of %s", item.Stock, sku))
	}
	tx.undo = append(tx.undo, func() { tx.store.ChangeItem(sku, func(i *Item) { i.Stock += n }) })
	return item, nil
}

// PutBack returns n pieces to the stock. It does nothing for an item that is no longer sold.
func (tx *Tx) PutBack(sku string, n int) {
	if tx.store.ChangeItem(sku, func(i *Item) { i.Stock += n }) != nil {
		tx.undo = append(tx.undo, func() { tx.store.ChangeItem(sku, func(i *Item) { i.Stock -= n }) })
	}
}

// AddOrder stores an order and gives it an ID.
func (tx *Tx) AddOrder(o *Order) {
	s := tx.store
	s.mu.Lock()
	defer s.mu.Unlock()
	o.ID = s.nextID()
	s.orders[o.ID] = o
	tx.undo = append(tx.undo, func() { tx.RemoveOrder(o) })
}

// RemoveOrder removes an order. It returns false if another request has removed the order.
func (tx *Tx) RemoveOrder(o *Order) bool {
	s := tx.store
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.orders[o.ID] == nil {
		return false
	}
	delete(s.orders, o.ID)
	tx.undo = append(tx.undo, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.orders[o.ID] = o
	})
	return true
}
