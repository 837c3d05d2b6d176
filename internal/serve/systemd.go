package serve

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
)

// firstActivated is the first file descriptor that systemd passes: SD_LISTEN_FDS_START of sd_listen_fds(3).
const firstActivated = 3

// activated returns the listeners that systemd has passed to this process, in the protocol of sd_listen_fds(3): those with a name
// (FileDescriptorName= of the socket unit), all of them if name is "". A listener is passed once: a second call does not find it.
func activated(name string) (list []net.Listener, err error) {
	if pid := os.Getenv("LISTEN_PID"); pid != strconv.Itoa(os.Getpid()) {
		return nil, fmt.Errorf("systemd has passed no socket to this process: LISTEN_PID is %q, the process is %d", pid, os.Getpid())
	}
	n, err := strconv.Atoi(os.Getenv("LISTEN_FDS"))
	if err != nil || n < 1 {
		return nil, fmt.Errorf("systemd has passed no socket: LISTEN_FDS is %q", os.Getenv("LISTEN_FDS"))
	}
	defer func() {
		if err != nil {
			for _, l := range list {
				_ = l.Close()
			}
			list = nil
		}
	}()
	names := strings.Split(os.Getenv("LISTEN_FDNAMES"), ":")
	for i := range n {
		var own string
		if i < len(names) {
			own = names[i]
		}
		if name != "" && own != name {
			continue
		}
		f := os.NewFile(firstActivated+uintptr(i), own)
		if f == nil {
			return list, errors.New("a file descriptor that systemd has passed is not open")
		}
		l, err := net.FileListener(f) // a copy, which children do not inherit
		_ = f.Close()
		if err != nil {
			return list, fmt.Errorf("file descriptor %d of systemd, %q: %w", firstActivated+i, own, err)
		}
		list = append(list, l)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("systemd has passed no socket of the name %q: LISTEN_FDNAMES is %q", name, os.Getenv("LISTEN_FDNAMES"))
	}
	return list, nil
}
