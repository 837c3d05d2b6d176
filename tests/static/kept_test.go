package static_test

import (
	"io"
	"io/fs"
	"testing"

	"github.com/brio-go/brio/internal/testkit"
)

// keepingFS has files that keep the buffers that they are read into.
type keepingFS struct {
	fs.FS
	kept *[][]byte
}

type keepingFile struct {
	fs.File
	io.Seeker
	kept *[][]byte
}

func (f keepingFS) Open(name string) (fs.File, error) {
	file, err := f.FS.Open(name)
	if seeker, ok := file.(io.Seeker); ok {
		return keepingFile{file, seeker, f.kept}, err
	}
	return file, err
}

func (f keepingFile) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	if n > 0 {
		*f.kept = append(*f.kept, p[:n:n])
	}
	return n, err
}

// A file of the program that keeps the buffer of its Read sees no later answer in it.
func TestBuffersOfFilesAreNotShared(t *testing.T) {
	var kept [][]byte
	app := appOf(keepingFS{testkit.Files("a", "first", "b", "other"), &kept})
	testkit.WantBody(t, testkit.Get(app, "/static/a"), "first")
	if len(kept) == 0 {
		t.Fatal("the file was not read")
	}
	for range 20 {
		testkit.WantBody(t, testkit.Get(app, "/static/b"), "other")
	}
	if got := string(kept[0]); got != "first" {
		t.Errorf("the kept buffer has %q", got)
	}
}
