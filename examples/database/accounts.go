package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/brio-go/brio"
)

// Account is an account as clients see it.
type Account struct {
	Name    string `json:"name"`
	Balance int    `json:"balance"`
}

// Accounts is the repository. It lives as long as the transaction it works in.
type Accounts struct{ tx *sql.Tx }

func newAccounts(tx *sql.Tx) *Accounts { return &Accounts{tx} }

// Get returns an account. The error is a 404 if there is none.
func (a *Accounts) Get(ctx context.Context, name string) (*Account, error) {
	account := &Account{Name: name}
	err := a.tx.QueryRowContext(ctx, `select balance from accounts where name = ?`, name).Scan(&account.Balance)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, brio.Error(404, fmt.Sprintf("there is no account %q", name))
	}
	return account, err
}

// Put stores an account, or sets its balance.
func (a *Accounts) Put(ctx context.Context, account Account) error {
	_, err := a.tx.ExecContext(ctx, `insert into accounts values (?, ?) on conflict (name) do update set balance = excluded.balance`, account.Name, account.Balance)
	return err
}

// Add changes a balance.
func (a *Accounts) Add(ctx context.Context, name string, amount int) error {
	_, err := a.tx.ExecContext(ctx, `update accounts set balance = balance + ? where name = ?`, amount, name)
	return err
}

func getAccount(ctx context.Context, accounts *Accounts, in *struct {
	Name string `path:"name"`
}) (*Account, error) {
	return accounts.Get(ctx, in.Name)
}

type putAccountInput struct {
	Name string `path:"name"`
	Body struct {
		Balance int `json:"balance" validate:"min=0"`
	} `body:""`
}

func putAccount(ctx context.Context, accounts *Accounts, in *putAccountInput) (*Account, error) {
	account := Account{in.Name, in.Body.Balance}
	return &account, accounts.Put(ctx, account)
}

// Transfer moves an amount.
type Transfer struct {
	From   string `json:"from"`
	To     string `json:"to"`
	Amount int    `json:"amount" validate:"min=1"`
}

// transfer moves an amount from one account to another. It changes the first account before it looks for the second: an error rolls the
// transaction back.
func transfer(ctx context.Context, accounts *Accounts, in *brio.Body[Transfer]) (*Account, error) {
	from, err := accounts.Get(ctx, in.Value.From)
	if err != nil {
		return nil, err
	}
	if from.Balance < in.Value.Amount {
		return nil, brio.Error(409, fmt.Sprintf("%s has only %d", from.Name, from.Balance))
	}
	if err := accounts.Add(ctx, in.Value.From, -in.Value.Amount); err != nil {
		return nil, err
	}
	if _, err := accounts.Get(ctx, in.Value.To); err != nil {
		return nil, err
	}
	if err := accounts.Add(ctx, in.Value.To, in.Value.Amount); err != nil {
		return nil, err
	}
	return accounts.Get(ctx, in.Value.From)
}
