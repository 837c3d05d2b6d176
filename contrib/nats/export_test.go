package nats

import (
	"context"
	"log/slog"
	"time"
)

// Sweep is sweep at a time.
func (j *Jobs) Sweep(ctx context.Context, now time.Time, log *slog.Logger) error {
	return j.sweep(ctx, now, log)
}
