//go:build !unix || solaris || aix

package serve

import "syscall"

// lockDirectory does not lock: the system has no flock.
func lockDirectory(string) (unlock func(), err error) { return func() {}, nil }

// limitMode does nothing: until its mode is set, the file has the one that the umask leaves.
func limitMode(syscall.RawConn, Mode) error { return nil }
