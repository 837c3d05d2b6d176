package main

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/brio-go/brio"
)

// User is a row of users. Clients see a PublicUser.
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

// Add stores a user. The error is a 409 if another user has the name.
func (r *Users) Add(ctx context.Context, u *User) error {
	err := r.db.QueryRowContext(ctx, `insert into users (name, password, scopes) values (?, ?, ?) on conflict do nothing returning id`,
		u.Name, u.Password, strings.Join(u.Scopes, " ")).Scan(&u.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return brio.Error(409, "The name is taken")
	}
	return err
}

// ByName returns the user with that name, or nil.
func (r *Users) ByName(ctx context.Context, name string) (*User, error) {
	return scan(r.db.QueryRowContext(ctx, `select id, name, password, scopes, disabled from users where name = ?`, name))
}

// ByID returns the user with that id, or nil.
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

// Disable disables a user or enables it again. The error is a 404 if there is no such user.
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

// signUp adds a user with the scopes of all new users.
func signUp(ctx context.Context, in *brio.Body[NewUser], users *Users, passwords *Passwords) (*User, error) {
	u := &User{Name: in.Value.Name, Password: passwords.Hash(in.Value.Password), Scopes: []string{"me", "notes:read", "notes:write"}}
	return u, users.Add(ctx, u)
}

// disableUser disables a user or enables it again. The sessions of a disabled user stay, but authenticate and renew refuse them.
func disableUser(ctx context.Context, users *Users, in *struct {
	Name     string `path:"name"`
	Disabled bool   `body:"disabled"`
}) error {
	return users.Disable(ctx, in.Name, in.Disabled)
}
