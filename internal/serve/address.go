package serve

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strings"
	"syscall"
)

// Address is where a server listens: "host:port", "http://host:port", "unix:/path", "systemd" or "systemd:name".
type Address struct {
	Text  string
	Place string // file:line of the program, or the name of the environment variable or flag
}

// Mode is the file mode of unix sockets.
type Mode = fs.FileMode

// forms are the legal addresses, for reports.
const forms = `"host:port", as in ":8000" or "127.0.0.1:8000"; "http://host:port" for a port without TLS beside others with it; "unix:/path"; "systemd" or "systemd:name"`

var errForm = errors.New("it has no known form")

// isPlain reports whether the address has no TLS though the server may have it.
func (a Address) isPlain() bool { return strings.HasPrefix(a.Text, "http://") }

// open returns the listeners of the address. Only "systemd" may have several. An error says what would be legal.
func (a Address) open(mode *Mode) ([]net.Listener, error) {
	switch form, rest, _ := strings.Cut(a.Text, ":"); {
	case form == "unix" && rest == "":
		return nil, a.refused(errForm, forms)
	case form == "unix":
		l, err := listenUnix(rest, mode)
		if err != nil {
			return nil, a.refused(err, unixCure(rest, err))
		}
		return []net.Listener{l}, nil
	case form == "systemd":
		list, err := activated(rest)
		if err != nil {
			return nil, a.refused(err, "a socket unit of systemd that starts this program; or an address, as in \":8000\", when it is started without one")
		}
		return list, nil
	}
	hostPort := strings.TrimPrefix(a.Text, "http://")
	if _, _, err := net.SplitHostPort(hostPort); err != nil || strings.Contains(hostPort, "/") {
		return nil, a.refused(errForm, forms)
	}
	l, err := net.Listen("tcp", hostPort)
	if err != nil {
		return nil, a.refused(err, tcpCure(err))
	}
	return []net.Listener{l}, nil
}

// refused is the error of an address that cannot be listened on.
func (a Address) refused(err error, cure string) error {
	return startError(a.Place, fmt.Sprintf("cannot listen on %q", a.Text), err, cure)
}

// startError is a start-up error of what the program found on its machine. It reads as a mistake of the start-up report, and wraps err.
func startError(place, found string, err error, cure string) error {
	if place != "" {
		found = place + ": " + found
	}
	return fmt.Errorf("brio: %s: %w\n\tlegal: %s", found, err, cure)
}

// tcpCure says what to do about an error of net.Listen.
func tcpCure(err error) string {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return "a port that no other process listens on; port 0 is a free one"
	case errors.Is(err, fs.ErrPermission):
		return "a port above 1023; or the capability CAP_NET_BIND_SERVICE; or a socket of systemd, \"systemd\""
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return "an address of this machine; without a host, as in \":8000\", all of them"
	}
	return forms
}
