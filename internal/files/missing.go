package files

import (
	"io/fs"
	"syscall"

	"github.com/brio-go/brio/internal/finite"
)

// IsMissing reports whether an error means that no file can have that name: it does not exist, has a file where it needs a
// folder, is too long, has a cycle of links, or leaves an os.Root. A client that chooses the name can cause all of these.
func IsMissing(err error) bool {
	for _, known := range []error{fs.ErrNotExist, fs.ErrInvalid, syscall.ENOTDIR, syscall.ENAMETOOLONG, syscall.ELOOP, syscall.EINVAL} {
		if finite.Is(err, known) {
			return true
		}
	}
	in, ok := finite.As[*fs.PathError](err)
	return ok && in.Err.Error() == "path escapes from parent" // os.Root does not export this error
}
