package testkit

import (
	"fmt"
	"path/filepath"
	"runtime"
)

// Place returns the place of its caller, plus lines, as startup errors and panics begin with it: "folder/file.go:12: ".
func Place(lines int) string {
	_, file, n, _ := runtime.Caller(1)
	return fmt.Sprintf("%s/%s:%d: ", filepath.Base(filepath.Dir(file)), filepath.Base(file), n+lines)
}
