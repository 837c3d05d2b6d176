package soak_test

import (
	"log/slog"
	"os"
	"os/signal"
	"syscall"
)

// limitFiles has writes fail with EFBIG where a file would become larger than diskSpace. It needs no root and no file system of its own.
func limitFiles() error {
	signal.Ignore(syscall.SIGXFSZ) // which ends a Go program otherwise
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	limit.Cur = diskSpace
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit)
}

// newLog returns the logger of an app.
func newLog(w *world) *slog.Logger {
	return slog.New(handler{slog.NewTextHandler(os.Stderr, nil), w})
}
