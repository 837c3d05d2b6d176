package main

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/brio-go/brio"
)

// User is a row of users. PublicUser is what clients see of it.
type User struct {
	ID       int
	Name     string
	Password string // the hash
	Scopes   []string
	Disabled bool
}

// PublicUser is the response model of a User.
type PublicUser struct {
	Name   string   `json:"name"`
	Scopes []string `json:"scopes"`
}

// Users is the repository.
type Users struct{ db *sql.DB }

func newUsers(db *sql.DB) *Users { return &Users{db} }

// Add makes a user. One of the name is a 409.
func (r *Users) Add(ctx context.Context, u *User) error {
	err := r.db.QueryRowContext(ctx, `insert into users (name, password, scopes) values (?, ?, ?) on conflict do nothing returning id`,
		u.Name, u.Password, strings.Join(u.Scopes, " ")).Scan(&u.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return brio.Error(409, "The name is taken")
	}
	return err
}

// ByName finds a user; nil when there is none.
func (r *Users) ByName(ctx context.Context, name string) (*User, error) {
	return scan(r.db.QueryRowContext(ctx, `select id, name, password, scopes, disabled from users where name = ?`, name))
}

// ByID finds a user; nil when there is none.
func (r *Users) ByID(ctx context.Context, id int) (*User, error) {
	return scan(r.db.QueryRowContext(ctx, `select id, name, password, scopes, disabled from users where id = ?`, id))
}

func scan(row *sql.Row) (*User, error) {
	var u User
	var scopes string
	err := row.Scan(&u.ID, &u.Name, &u.Password, &scopes, &u.Disabled)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	u.Scopes = strings.Fields(scopes)
	return &u, err
}

// Disable disables a user or enables it again. One that does not exist is a 404.
func (r *Users) Disable(ctx context.Context, name string, disabled bool) error {
	result, err := r.db.ExecContext(ctx, `update users set disabled = ? where name = ?`, disabled, name)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); n == 0 && err == nil {
		return brio.Error(404, "No such user")
	}
	return nil
}

// NewUser is the body of POST /users.
type NewUser struct {
	Name     string `json:"name" validate:"min=1,max=40"`
	Password string `json:"password" validate:"min=8,max=200" secret:"true"`
}

// signUp makes a user with the scopes that everybody has.
func signUp(ctx context.Context, in *brio.Body[NewUser], users *Users, passwords *Passwords) (*User, error) {
	u := &User{Name: in.Value.Name, Password: passwords.Hash(in.Value.Password), Scopes: []string{"me", "notes:read", "notes:write"}}
	return u, users.Add(ctx, u)
}

// disableUser needs no look at sessions: authenticate and renew refuse those of disabled users.
func disableUser(ctx context.Context, users *Users, in *struct {
	Name     string `path:"name"`
	Disabled bool   `body:"disabled"`
}) error {
	return users.Disable(ctx, in.Name, in.Disabled)
}
