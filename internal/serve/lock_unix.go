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
