package serve

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

// TestLimitModeHoldsFromTheStart: the file of a unix socket never has more permissions than SocketMode, also before its mode is set.
func TestLimitModeHoldsFromTheStart(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the system sets the mode after the file is there")
	}
	path := filepath.Join(t.TempDir(), "s")
	config := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error { return limitMode(c, 0o600) }}
	l, err := config.Listen(context.Background(), "unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm()&^0o600 != 0 {
		t.Errorf("the mode is %v, %v", info.Mode(), err)
	}
}
