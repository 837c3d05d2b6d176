package main

import (
	"context"
	"database/sql"

	"github.com/brio-go/brio"
)

// Note is a row of notes.
type Note struct {
	ID   int    `json:"id" readonly:"true"`
	Text string `json:"text" validate:"min=1,max=1000"`
}

// Notes is the repository of one user's notes. A function that takes it needs a signed-in user and reaches only that user's notes.
type Notes struct {
	db   *sql.DB
	user int
}

func newNotes(db *sql.DB, u *User) *Notes { return &Notes{db, u.ID} }

func listNotes(ctx context.Context, notes *Notes) ([]Note, error) {
	rows, err := notes.db.QueryContext(ctx, `select id, text from notes where user = ? order by id`, notes.user)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Note
	for rows.Next() {
		var n Note
		if err := rows.Scan(&n.ID, &n.Text); err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, rows.Err()
}

func addNote(ctx context.Context, notes *Notes, in *brio.Body[Note]) (*Note, error) {
	n := &in.Value
	return n, notes.db.QueryRowContext(ctx, `insert into notes (user, text) values (?, ?) returning id`, notes.user, n.Text).Scan(&n.ID)
}
