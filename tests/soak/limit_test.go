package soak_test

import (
	"log/slog"
	"os"
	"os/signal"
	"syscall"
)

// limitFiles has writes fail with EFBIG beyond a size of a file, in bytes. It needs no file system and no root of its own.
func limitFiles(size uint64) error {
	signal.Ignore(syscall.SIGXFSZ) // which ends a Go program otherwise
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	limit.Cur = size
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit)
}

// newLog returns the logger of an app.
func newLog(w *world) *slog.Logger {
	return slog.New(handler{slog.NewTextHandler(os.Stderr, nil), w})
}
