//go:build unix && !solaris && !aix

package serve

import (
	"errors"
	"os"
	"syscall"
)

// lockDirectory waits for the lock of a directory. A file system without locks grants it at once.
func lockDirectory(dir string) (unlock func(), err error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
		if !errors.Is(err, syscall.EINTR) {
			return func() { _ = f.Close() }, nil // closing the file ends the lock
		}
	}
}

// limitMode sets the mode of a unix socket before it has a file. Linux makes the file with the permissions of the socket that the umask
// leaves, so at no time it has more than the mode. Other systems refuse this: the file then has the mode when it is set.
func limitMode(c syscall.RawConn, mode Mode) error {
	return c.Control(func(fd uintptr) { _ = syscall.Fchmod(int(fd), uint32(mode.Perm())) })
}
