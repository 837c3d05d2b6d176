package main

import "time"

// seed fills the store with two users and three items.
func seed(store *Store, passwords *Passwords) error {
	start := time.Date(2026, time.January, 2, 9, 0, 0, 0, time.UTC)
	for _, u := range []struct {
		name, email, password string
		admin                 bool
	}{
		{"Ada", "ada@example.com", "engine-no-1", true},
		{"Bob", "bob@example.com", "hunter-two-2", false},
	} {
		hash, err := passwords.Hash(u.password)
		if err != nil {
			return err
		}
		store.AddUser(&User{Name: u.name, Email: u.email, PasswordHash: hash, Admin: u.admin, JoinedAt: start})
	}
	text := "First flush, from the north side of the hill"
	for i, item := range []*Item{
		{SKU: "TEA-001", Name: "Green tea", Description: &text, Price: 1250, Cost: 480, Stock: 10},
		{SKU: "TEA-002", Name: "Black tea", Price: 990, Cost: 310, Stock: 25},
		{SKU: "POT-001", Name: "Teapot", Price: 4900, Cost: 2100, Stock: 0},
	} {
		item.AddedAt = start.AddDate(0, i, 0)
		store.AddItem(item)
	}
	return nil
}
