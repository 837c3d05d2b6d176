package serve

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

var (
	errNoSocket = errors.New("the file there is no socket")
	errInUse    = fmt.Errorf("a process accepts connections there: %w", syscall.EADDRINUSE)
)

// maxUnixPath is how many bytes the path of a unix socket may have: sun_path has 108 in Linux and 104 elsewhere, one of them a zero.
const maxUnixPath = 103

// listenUnix listens on a unix socket. It removes a socket file that an ended process has left. A path that begins with "@" is a name in
// Linux's abstract namespace, which has no file. The directory is locked meanwhile, so that of several processes one gets the path.
func listenUnix(path string, mode *Mode) (net.Listener, error) {
	if strings.HasPrefix(path, "@") {
		return net.Listen("unix", path)
	}
	unlock, err := lockDirectory(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := removeStale(path); err != nil {
		return nil, err
	}
	var config net.ListenConfig
	if mode != nil {
		config.Control = func(_, _ string, c syscall.RawConn) error { return limitMode(c, *mode) }
	}
	l, err := config.Listen(context.Background(), "unix", path)
	if err != nil {
		return nil, err
	}
	if mode != nil { // the umask may have removed some of its permissions
		if err := os.Chmod(path, *mode); err != nil {
			_ = l.Close()
			return nil, err
		}
	}
	return l, nil
}

// removeStale removes a socket that nothing listens on. Another file, and a socket that a process accepts from, stay, and are an error.
func removeStale(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode().Type() != fs.ModeSocket {
		return errNoSocket
	}
	c, err := net.DialTimeout("unix", path, time.Second)
	if err == nil {
		_ = c.Close()
		return errInUse
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return err
	}
	return os.Remove(path)
}

// unixCure says what to do about an error of listenUnix.
func unixCure(path string, err error) string {
	switch {
	case errors.Is(err, errNoSocket):
		return "a path where there is nothing, or a socket; remove the file if no program needs it"
	case errors.Is(err, errInUse):
		return "another path, or the end of that process"
	case errors.Is(err, fs.ErrNotExist):
		return "a path in a directory that exists"
	case errors.Is(err, fs.ErrPermission):
		return "a path in a directory in which the user of this process may write"
	case len(path) > maxUnixPath:
		return fmt.Sprintf("a path of at most %d bytes; this one has %d", maxUnixPath, len(path))
	}
	return forms
}
