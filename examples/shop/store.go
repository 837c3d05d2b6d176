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
// Stored values never change: a change of an item stores a changed copy. So callers may keep and encode what a method has returned,
// without a lock.
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

// Paging is a group of parameters. A parameter struct that embeds it has its fields.
type Paging struct {
	Limit  int `query:"limit" default:"20" validate:"min=1,max=100" doc:"How many at most"`
	Offset int `query:"offset" default:"0" validate:"min=0" doc:"How many to skip"`
}

// Page is a part of a list.
type Page[T any] struct {
	Items []T `json:"items"`
	Total int `json:"total" doc:"The number of all items"`
}

func (p Paging) start(total int) int { return min(p.Offset, total) }
func (p Paging) end(total int) int   { return min(p.start(total)+p.Limit, total) }

func pageOf[T any](all []T, p Paging) *Page[T] {
	return &Page[T]{all[p.start(len(all)):p.end(len(all))], len(all)}
}

// nextID returns a new ID. The caller holds the lock.
func (s *Store) nextID() int {
	s.lastID++
	return s.lastID
}

// AddUser stores a user and gives it an ID. It returns false if another user has the address.
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

// User returns the user with that ID, or nil.
func (s *Store) User(id int) *User {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.users[id]
}

// UserByEmail returns the user with that address, or nil.
func (s *Store) UserByEmail(email string) *User {
	for _, u := range s.Users() {
		if strings.EqualFold(u.Email, email) {
			return u
		}
	}
	return nil
}

// Users returns all users, sorted by ID.
func (s *Store) Users() []*User {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.SortedFunc(maps.Values(s.users), func(a, b *User) int { return a.ID - b.ID })
}

// AddItem stores an item. It returns false if another item has the SKU.
func (s *Store) AddItem(i *Item) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.items[i.SKU] != nil {
		return false
	}
	s.items[i.SKU] = i
	return true
}

// Item returns the item with that SKU, or nil.
func (s *Store) Item(sku string) *Item {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.items[sku]
}

// Items returns all items, sorted by SKU.
func (s *Store) Items() []*Item {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.SortedFunc(maps.Values(s.items), func(a, b *Item) int { return strings.Compare(a.SKU, b.SKU) })
}

// Newest returns the item that was added last, or nil if there is no item.
func (s *Store) Newest() *Item {
	all := s.Items()
	if len(all) == 0 {
		return nil
	}
	return slices.MaxFunc(all, func(a, b *Item) int { return a.AddedAt.Compare(b.AddedAt) })
}

// ChangeItem calls change with a copy of an item, stores the copy and returns it. It returns nil if there is no such item.
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

// RemoveItem removes an item. It returns false if there is no such item.
func (s *Store) RemoveItem(sku string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.items[sku]
	delete(s.items, sku)
	return ok
}

// Order returns the order with that ID, or nil.
func (s *Store) Order(id int) *Order {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.orders[id]
}

// OrdersOf returns the user's orders, sorted by ID.
func (s *Store) OrdersOf(u *User) []*Order {
	s.mu.RLock()
	defer s.mu.RUnlock()
	all := slices.SortedFunc(maps.Values(s.orders), func(a, b *Order) int { return a.ID - b.ID })
	return slices.DeleteFunc(all, func(o *Order) bool { return o.Customer.ID != u.ID })
}

// AuditEntry records a request of an administrator.
type AuditEntry struct {
	At      time.Time `json:"at"`
	Who     string    `json:"who"`
	What    string    `json:"what"`
	Outcome string    `json:"outcome"`
}

// maxAudit is how many entries are kept.
const maxAudit = 1000

// AddAudit stores an entry, and removes the oldest one if there are more than maxAudit.
func (s *Store) AddAudit(e *AuditEntry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.audit = append(s.audit, e)
	if len(s.audit) > maxAudit {
		s.audit = slices.Delete(s.audit, 0, 1)
	}
}

// Audit returns all entries, newest first.
func (s *Store) Audit() []*AuditEntry {
	s.mu.RLock()
	defer s.mu.RUnlock()
	all := slices.Clone(s.audit)
	slices.Reverse(all)
	return all
}
