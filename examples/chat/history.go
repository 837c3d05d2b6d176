package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	_ "modernc.org/sqlite" // SQLite in Go, without cgo
)

// History has the messages of all rooms. It lives as long as the app. Processes may share its file.
type History struct{ db *sql.DB }

// openHistory opens the database for the life of the app and makes its table.
func openHistory(file string) func(context.Context) (*History, func(context.Context) error, error) {
	return func(ctx context.Context) (*History, func(context.Context) error, error) {
		db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(wal)&_txlock=immediate")
		if err != nil {
			return nil, nil, fmt.Errorf("open %s: %w", file, err)
		}
		if _, err := db.ExecContext(ctx, `
			create table if not exists messages (id integer primary key autoincrement, room text not null, author text not null, text text not null);
			create index if not exists messages_room on messages (room, id)`); err != nil {
			return nil, nil, errors.Join(fmt.Errorf("create the tables of %s: %w", file, err), db.Close())
		}
		return &History{db}, func(context.Context) error { return db.Close() }, nil
	}
}

// Add stores a message and returns it with its ID.
func (h *History) Add(ctx context.Context, room, from, text string) (*Message, error) {
	m := &Message{Kind: "message", From: from, Text: text}
	err := h.db.QueryRowContext(ctx, `insert into messages (room, author, text) values (?, ?, ?) returning id`, room, from, text).Scan(&m.ID)
	return m, err
}

// Last returns the last n messages of a room, the oldest first.
func (h *History) Last(ctx context.Context, room string, n int) ([]Message, error) {
	rows, err := h.db.QueryContext(ctx, `select id, author, text from messages where room = ? order by id desc limit ?`, room, n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var messages []Message
	for rows.Next() {
		m := Message{Kind: "message"}
		if err := rows.Scan(&m.ID, &m.From, &m.Text); err != nil {
			return nil, err
		}
		messages = append(messages, m)
	}
	slices.Reverse(messages)
	return messages, rows.Err()
}
