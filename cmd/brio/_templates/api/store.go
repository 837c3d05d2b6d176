package main

import (
	"slices"
	"sync"
)

// Store has the items, in memory. A database takes its place with the same methods.
type Store struct {
	mu    sync.Mutex
	last  int // the ID of the item that was added last
	items []Item
}

// newStore makes an empty store.
func newStore() *Store { return &Store{items: []Item{}} }

// List returns at most limit items, after the first offset ones.
func (s *Store) List(offset, limit int) []Item {
	s.mu.Lock()
	defer s.mu.Unlock()
	begin := min(offset, len(s.items))
	return slices.Clone(s.items[begin : begin+min(limit, len(s.items)-begin)])
}

// Add adds an item. It reports false when the store has most items already.
func (s *Store) Add(n NewItem, most int) (Item, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.items) >= most {
		return Item{}, false
	}
	s.last++
	item := Item{s.last, n}
	s.items = append(s.items, item)
	return item, true
}

// Get returns an item. It reports false without one.
func (s *Store) Get(id int) (Item, bool) {
	return s.change(id, func(int) {})
}

// Replace replaces an item, and returns the new one. It reports false without one.
func (s *Store) Replace(id int, n NewItem) (Item, bool) {
	_, ok := s.change(id, func(i int) { s.items[i].NewItem = n })
	return Item{id, n}, ok
}

// Remove removes an item. It reports false without one.
func (s *Store) Remove(id int) (Item, bool) {
	return s.change(id, func(i int) { s.items = slices.Delete(s.items, i, i+1) })
}

// change calls f with the index of an item, and returns the item as it was before.
func (s *Store) change(id int, f func(i int)) (Item, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.items, func(item Item) bool { return item.ID == id })
	if i < 0 {
		return Item{}, false
	}
	item := s.items[i]
	f(i)
	return item, true
}
