// Package users has the accounts of users.
package users

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
	"github.com/google/uuid"

	"example.com/app/internal/auth"
	"example.com/app/internal/jobs"
	"example.com/app/internal/mail"
	"example.com/app/internal/store"
)

// NewUser is what a client sends to sign up.
type NewUser struct {
	Email    string `json:"email" validate:"email,max=254"`
	Name     string `json:"name" validate:"min=1,max=100"`
	Password string `json:"password" validate:"min=12,max=200" secret:"true"`
}

// User is what clients see of a user.
type User struct {
	ID       uuid.UUID `json:"id"`
	Email    string    `json:"email"`
	Name     string    `json:"name"`
	Disabled bool      `json:"disabled"`
	Created  time.Time `json:"created"`
}

// Routes are the routes of users. limited bounds how often a client may sign up.
func Routes(limited brio.Option) *brio.Router {
	r := brio.NewRouter(brio.Tags("users"))
	tooMany := brio.Responds[response.Detail](429, "Too many requests")
	missing := brio.Responds[response.Detail](404, "There is no such user")
	r.Post("", signUp, limited, tooMany, brio.Status(201), brio.Responds[response.Detail](409, "The email address has an account"))
	r.Get("/me", readMe, auth.Require(auth.Me))
	r.Patch("/me", renameMe, auth.Require(auth.Me))
	r.Put("/me/password", changePassword, limited, tooMany, auth.Require(auth.Me), brio.Status(204), brio.Responds[response.Detail](409, "The old password is wrong"))
	r.Get("", listUsers, auth.Require(auth.Admin))
	r.Put("/{user_id}/disabled", disableUser, auth.Require(auth.Admin), missing)
	return r
}

// signUp adds a user. The mail to the user is a job of the same transaction: both exist or none.
func signUp(ctx context.Context, in *brio.Body[NewUser], db *sql.DB, passwords *auth.Passwords) (*User, error) {
	password, err := passwords.Hash(in.Value.Password)
	if err != nil {
		return nil, err
	}
	u := &User{ID: uuid.Must(uuid.NewV7()), Email: auth.Email(in.Value.Email), Name: in.Value.Name, Created: now()}
	return u, store.Tx(ctx, db, func(tx *sql.Tx) error {
		added, err := store.Changed(tx.ExecContext(ctx, `insert into users (id, email, name, password, scopes, created) values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
			u.ID, u.Email, u.Name, password, strings.Join(auth.UserScopes(), " "), u.Created.Unix()))
		if err != nil {
			return err
		}
		if !added {
			return brio.Error(409, "The email address has an account")
		}
		return jobs.Add(ctx, tx, Welcome, welcome{u.Email, u.Name})
	})
}

// Welcome is the kind of the job that greets a new user.
const Welcome = "welcome"

// welcome is the payload of the job.
type welcome struct{ Email, Name string }

// SendWelcome is the function of the job.
func SendWelcome(ctx context.Context, payload []byte) error {
	send, err := brio.Supplied[mail.Send](ctx)
	if err != nil {
		return err
	}
	var to welcome
	if err := json.Unmarshal(payload, &to); err != nil {
		return err
	}
	return send(ctx, mail.Mail{To: to.Email, Subject: "Welcome", Text: "Hello " + to.Name})
}

// readMe returns the account of the client.
func readMe(ctx context.Context, me *auth.User, db *sql.DB) (*User, error) {
	return find(ctx, db, me.ID)
}

// renameMe changes the name of the client.
func renameMe(ctx context.Context, me *auth.User, db *sql.DB, in *struct {
	Name string `body:"name" validate:"min=1,max=100"`
}) (*User, error) {
	if _, err := db.ExecContext(ctx, `update users set name = $1 where id = $2`, in.Name, me.ID); err != nil {
		return nil, err
	}
	return find(ctx, db, me.ID)
}

// PasswordChange has the old and the new password.
type PasswordChange struct {
	Old string `json:"old" validate:"max=200" secret:"true"`
	New string `json:"new" validate:"min=12,max=200" secret:"true"`
}

// changePassword changes the password of the client, and ends all its sessions: a thief of the old password is out.
func changePassword(ctx context.Context, me *auth.User, db *sql.DB, passwords *auth.Passwords, in *brio.Body[PasswordChange]) error {
	var old string
	if err := db.QueryRowContext(ctx, `select password from users where id = $1`, me.ID).Scan(&old); err != nil {
		return err
	}
	same, err := passwords.Matches(in.Value.Old, old)
	if err != nil {
		return err
	}
	if !same {
		return brio.Error(409, "The old password is wrong")
	}
	password, err := passwords.Hash(in.Value.New)
	if err != nil {
		return err
	}
	return store.Tx(ctx, db, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `update users set password = $1 where id = $2`, password, me.ID); err != nil {
			return err
		}
		return auth.EndAll(ctx, tx, me.ID)
	})
}

// listUsers lists a page of the users, in the order in which they signed up.
func listUsers(ctx context.Context, db *sql.DB, in *store.Page) ([]User, error) {
	return store.List(ctx, db, scan, selectUser+` where id > $1 order by id limit $2`, in.After, in.Limit)
}

// disableUser disables a user or enables it again. Sessions of a disabled user are refused.
func disableUser(ctx context.Context, db *sql.DB, in *struct {
	ID       uuid.UUID `path:"user_id"`
	Disabled bool      `body:"disabled"`
}) (*User, error) {
	if _, err := db.ExecContext(ctx, `update users set disabled = $1 where id = $2`, in.Disabled, in.ID); err != nil {
		return nil, err
	}
	return find(ctx, db, in.ID)
}

// MakeAdmin adds the scope admin to the user with an email address.
func MakeAdmin(ctx context.Context, db *sql.DB, email string) error {
	found, err := store.Changed(db.ExecContext(ctx, `update users set scopes = $1 where email = $2`,
		strings.Join(append(auth.UserScopes(), auth.Admin), " "), auth.Email(email)))
	if err == nil && !found {
		err = errors.New("no user has the email address " + email)
	}
	return err
}

const selectUser = `select id, email, name, disabled, created from users`

func find(ctx context.Context, db *sql.DB, id uuid.UUID) (*User, error) {
	u, err := scan(db.QueryRowContext(ctx, selectUser+` where id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, brio.Error(404, "There is no such user")
	}
	return u, err
}

func scan(row store.Row) (*User, error) {
	var u User
	var created int64
	err := row.Scan(&u.ID, &u.Email, &u.Name, &u.Disabled, &created)
	u.Created = time.Unix(created, 0).UTC()
	return &u, err
}

// now is the time as the database stores it.
func now() time.Time { return time.Now().UTC().Truncate(time.Second) }
