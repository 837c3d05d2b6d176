package serve

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// shutdown stops the server in phases, and logs one line for each. cause is the error of a listener; nil if ctx has ended.
func (s *server) shutdown(ctx context.Context, cause error) error {
	c := s.config
	if cause == nil {
		cause = context.Cause(ctx)
	}
	_, tasks := s.app.Counts()
	s.log(slog.LevelInfo, "shutting down", slog.String("cause", cause.Error()), slog.Duration("delay", c.Delay), slog.Duration("grace", c.Grace),
		slog.Int64("requests", s.running.Load()), slog.Int("tasks", tasks))
	s.app.CloseConnections()
	s.phase.Store(closing)
	time.Sleep(c.Delay)

	deadline, cancel := graceOf(ctx, c.Grace)
	defer cancel()
	s.phase.Store(sweeping)
	told := make(chan struct{})
	s.http.RegisterOnShutdown(func() {
		defer close(told)
		s.log(slog.LevelInfo, "listeners closed", slog.Int("listeners", len(s.bound)), slog.Int64("requests", s.running.Load()))
		s.app.Drain()
	})
	began := time.Now()
	err := s.http.Shutdown(deadline)
	<-told
	s.closeListeners()
	cut := int64(0)
	if err != nil {
		cut = s.running.Load()
		s.app.FinishTasks(deadline) // ends the contexts of tasks that are still running
		_ = s.http.Close()
		err = fmt.Errorf("brio: requests were cut off: %w", err)
	}
	streams, tasks := s.app.Counts()
	s.log(levelOf(cut > 0), "requests finished", slog.Duration("after", time.Since(began)), slog.Int64("cut", cut), slog.Int("streams_ended", streams))

	last, cancel := graceOf(ctx, c.Grace) // requests may have used up deadline
	defer cancel()
	left := s.app.FinishTasks(last)
	s.log(levelOf(left > 0), "background tasks finished", slog.Int("tasks", tasks), slog.Int("left", left))
	ended, endErr := s.app.End(last)
	s.log(levelOf(endErr != nil), "stopped", slog.Int("ended", ended))
	return errors.Join(err, endErr)
}

// closeListeners closes the listeners that http.Server has not closed, because it has not yet begun to accept from them.
func (s *server) closeListeners() {
	for _, b := range s.bound {
		_ = b.Close()
	}
}

// levelOf returns the level of a line of the shutdown: a warning where something was lost.
func levelOf(lost bool) slog.Level {
	if lost {
		return slog.LevelWarn
	}
	return slog.LevelInfo
}

func (s *server) log(level slog.Level, msg string, attrs ...slog.Attr) {
	s.config.Logger.LogAttrs(context.Background(), level, msg, attrs...)
}

// graceOf returns the context in which requests may finish. It has the values of ctx, and does not end with ctx.
func graceOf(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	if grace < 0 { // NoLimit
		return context.WithCancel(context.WithoutCancel(ctx))
	}
	return context.WithTimeout(context.WithoutCancel(ctx), grace)
}
