package main

import (
	"fmt"
	"slices"

	"github.com/brio-go/brio"
)

// Tx is what one request does to stock and orders: all of it or, when the request ends in an error, nothing. It does so
// by taking back what was done, so that no lock is held while a request goes on and a slow client does not delay others.
type Tx struct {
	store *Store
	undo  []func()
}

// openTx is a dependency with a clean-up. The clean-up gets the error that ends the request, also a panic's, or nil.
// It returns the error it was given, and so passes it on: to return nil would be to say that there is no error, while
// there is no result to answer with either, and Brio makes that a 500. (A func(error) only looks at the error.)
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

// Take takes n pieces of an item out of the stock.
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

// PutBack is the contrary of Take. An item that is no longer sold is not missed.
func (tx *Tx) PutBack(sku string, n int) {
	if tx.store.ChangeItem(sku, func(i *Item) { i.Stock += n }) != nil {
		tx.undo = append(tx.undo, func() { tx.store.ChangeItem(sku, func(i *Item) { i.Stock -= n }) })
	}
}

// AddOrder gives the order an ID.
func (tx *Tx) AddOrder(o *Order) {
	s := tx.store
	s.mu.Lock()
	defer s.mu.Unlock()
	o.ID = s.nextID()
	s.orders[o.ID] = o
	tx.undo = append(tx.undo, func() { tx.RemoveOrder(o) })
}

// RemoveOrder is false if another request has removed the order.
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
