package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	_ "modernc.org/sqlite" // SQLite in Go, without cgo
)

// Passwords and refresh tokens are stored as hashes: an attacker who reads the database cannot sign in with them.
const schema = `
create table if not exists users (
	id       integer primary key,
	name     text    not null unique,
	password text    not null,           -- argon2id, in PHC's format
	scopes   text    not null,           -- the scopes that tokens of the user can have, joined with spaces
	disabled boolean not null default false
);
create table if not exists sessions (
	id      text    primary key,
	user    integer not null references users,
	scopes  text    not null,            -- requested at sign-in, and granted
	expires integer not null,            -- seconds since 1970
	ended   boolean not null default false
);
create table if not exists refresh_tokens (
	hash    blob    primary key,
	session text    not null references sessions,
	used    boolean not null default false
);
create table if not exists notes (
	id   integer primary key,
	user integer not null references users,
	text text    not null
);`

// openDB opens the database for the life of the app and makes its tables.
func openDB(file string) func(context.Context) (*sql.DB, func(context.Context) error, error) {
	return func(ctx context.Context) (*sql.DB, func(context.Context) error, error) {
		db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(wal)&_pragma=foreign_keys(1)&_txlock=immediate")
		if err != nil {
			return nil, nil, fmt.Errorf("open %s: %w", file, err)
		}
		if _, err := db.ExecContext(ctx, schema); err != nil {
			return nil, nil, errors.Join(fmt.Errorf("create the tables of %s: %w", file, err), db.Close())
		}
		return db, func(context.Context) error { return db.Close() }, nil
	}
}
