package main

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Store keeps everything in memory. It is safe for concurrent use.
//
// What is in it never changes: to change an item is to put a changed copy in its place. So what a method has returned
// can be read and written as JSON by anyone for as long as they like, with no lock.
type Store struct {
	mu     sync.RWMutex
	users  map[int]*User
	items  map[string]*Item // by SKU
	orders map[int]*Order
	audit  []*AuditEntry
	lastID int
}

func newStore() *Store {
	return &Store{users: map[int]*User{}, items: map[string]*Item{}, orders: map[int]*Order{}}
}

// Paging is a group of parameters: a parameter struct that embeds it has its fields.
type Paging struct {
	Limit  int `query:"limit" default:"20" validate:"min=1,max=100" doc:"How many at most"`
	Offset int `query:"offset" default:"0" validate:"min=0" doc:"How many to skip"`
}

// Page is a part of a list.
type Page[T any] struct {
	Items []T `json:"items"`
	Total int `json:"total" doc:"How many there are in all"`
}

func (p Paging) start(total int) int { return min(p.Offset, total) }
func (p Paging) end(total int) int   { return min(p.start(total)+p.Limit, total) }

func pageOf[T any](all []T, p Paging) *Page[T] {
	return &Page[T]{all[p.start(len(all)):p.end(len(all))], len(all)}
}

// nextID is called with the lock held.
func (s *Store) nextID() int {
	s.lastID++
	return s.lastID
}

// AddUser gives the user an ID; false when another has the same address.
func (s *Store) AddUser(u *User) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.users {
		if strings.EqualFold(o.Email, u.Email) {
			return false
		}
	}
	u.ID = s.nextID()
	s.users[u.ID] = u
	return true
}

// User is nil when there is none.
func (s *Store) User(id int) *User {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.users[id]
}

// UserByEmail is nil when there is none.
func (s *Store) UserByEmail(email string) *User {
	for _, u := range s.Users() {
		if strings.EqualFold(u.Email, email) {
			return u
		}
	}
	return nil
}

// Users are sorted by ID.
func (s *Store) Users() []*User {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.SortedFunc(maps.Values(s.users), func(a, b *User) int { return a.ID - b.ID })
}

// AddItem is false when the SKU is taken.
func (s *Store) AddItem(i *Item) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.items[i.SKU] != nil {
		return false
	}
	s.items[i.SKU] = i
	return true
}

// Item is nil when there is none.
func (s *Store) Item(sku string) *Item {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.items[sku]
}

// Items are sorted by SKU.
func (s *Store) Items() []*Item {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.SortedFunc(maps.Values(s.items), func(a, b *Item) int { return strings.Compare(a.SKU, b.SKU) })
}

// Newest is nil when there are no items.
func (s *Store) Newest() *Item {
	all := s.Items()
	if len(all) == 0 {
		return nil
	}
	return slices.MaxFunc(all, func(a, b *Item) int { return a.AddedAt.Compare(b.AddedAt) })
}

// ChangeItem gives change a copy of the item to change, and returns the item as it is then; nil when there is none.
func (s *Store) ChangeItem(sku string, change func(*Item)) *Item {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.items[sku]
	if old == nil {
		return nil
	}
	item := *old
	item.Reviews = slices.Clone(old.Reviews)
	change(&item)
	s.items[sku] = &item
	return &item
}

// RemoveItem is false when there is none.
func (s *Store) RemoveItem(sku string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.items[sku]
	delete(s.items, sku)
	return ok
}

// Order is nil when there is none.
func (s *Store) Order(id int) *Order {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.orders[id]
}

// OrdersOf are the user's, sorted by ID.
func (s *Store) OrdersOf(u *User) []*Order {
	s.mu.RLock()
	defer s.mu.RUnlock()
	all := slices.SortedFunc(maps.Values(s.orders), func(a, b *Order) int { return a.ID - b.ID })
	return slices.DeleteFunc(all, func(o *Order) bool { return o.Customer.ID != u.ID })
}

// AuditEntry is what an administrator did.
type AuditEntry struct {
	At      time.Time `json:"at"`
	Who     string    `json:"who"`
	What    string    `json:"what"`
	Outcome string    `json:"outcome"`
}

// maxAudit is how many entries are kept.
const maxAudit = 1000

// AddAudit keeps the entry, and forgets the oldest when there are too many.
func (s *Store) AddAudit(e *AuditEntry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.audit = append(s.audit, e)
	if len(s.audit) > maxAudit {
		s.audit = slices.Delete(s.audit, 0, 1)
	}
}

// Audit is newest first.
func (s *Store) Audit() []*AuditEntry {
	s.mu.RLock()
	defer s.mu.RUnlock()
	all := slices.Clone(s.audit)
	slices.Reverse(all)
	return all
}
