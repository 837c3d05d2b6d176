package files

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// anyCase is a file system that finds names in any case and lists them as they were written, as those of macOS and Windows do.
type anyCase struct{ fstest.MapFS }

func (f anyCase) Open(name string) (fs.File, error) {
	for written := range f.MapFS {
		if strings.EqualFold(written, name) {
			name = written
		}
	}
	return f.MapFS.Open(name)
}

func (f anyCase) Stat(name string) (fs.FileInfo, error) {
	file, err := f.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return file.Stat()
}

// A name in the other case decides. A name without letters and one that is there in both cases are passed over.
func TestFindsAnyCase(t *testing.T) {
	for names, want := range map[string]bool{"a": true, "1 a": true, "B b c": true, "1 2 B b": false, "1": false, "": false} {
		files := fstest.MapFS{}
		for name := range strings.FieldsSeq(names) {
			files[name] = &fstest.MapFile{}
		}
		if findsAnyCase(files) {
			t.Errorf("%q: got true for a file system whose names have one spelling", names)
		}
		if got := findsAnyCase(anyCase{files}); got != want {
			t.Errorf("%q: got %t for a file system that finds any case, want %t", names, got, want)
		}
	}
}

// Of a file system that finds any case, clients get a file by its own spelling alone. The root is spelled right.
func TestFindNeedsSpelling(t *testing.T) {
	f := NewFolder(anyCase{fstest.MapFS{"admin": {Mode: fs.ModeDir}, "admin/x.txt": {Data: []byte("x")}, "index.html": {Data: []byte("home")}}}, Options{HTML: true})
	for path, want := range map[string]Kind{"admin/x.txt": File, "ADMIN/x.txt": Missing, "admin/X.txt": Missing, "": File} {
		found, err := f.Find(path, path == "")
		if err != nil || found.Kind != want {
			t.Errorf("%q: got kind %d, %v; want %d", path, found.Kind, err, want)
		}
		found.Close()
	}
}
