// Package mail sends mails.
package mail

import (
	"context"
	"log/slog"
)

// Mail is a mail of plain text.
type Mail struct{ To, Subject, Text string }

// Send sends a mail. It may send one twice: a job that fails half-way runs again.
type Send func(ctx context.Context, m Mail) error

// Log writes mails to the log. Replace it in app.go by a function that reaches your mail service.
func Log(ctx context.Context, m Mail) error {
	slog.InfoContext(ctx, "mail", "subject", m.Subject)
	return nil
}
