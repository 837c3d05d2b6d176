//go:build unix

package brio_test

import (
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// browse opens a page in a headless Chromium until the test ends. sse_browser_test.go needs it until it moves to
// contrib/browsertest, whose openTab does the same. The root line of make browser goes with it.
func browse(t *testing.T, url string) {
	t.Helper()
	if os.Getenv("BRIO_BROWSER") == "" {
		t.Skip("BRIO_BROWSER is not set; make browser does it")
	}
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("scripts/chromium.sh installs the browser: ", err)
	}
	cmd := exec.Command(chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
		"--user-data-dir="+t.TempDir(), "--remote-debugging-port=0", url)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // it has children
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait()
	})
}
