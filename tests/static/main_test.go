package static_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/tests/internal/contract"
)

func TestMain(m *testing.M) { contract.Main(m, nil) }

// modified is the time of the files of tree and folder.
var modified = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// tree makes a file system of name, content pairs.
func tree(pairs ...string) fstest.MapFS {
	files := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		files[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1]), ModTime: modified}
	}
	return files
}

// appOf returns an app with one Static below /static.
func appOf(files fs.FS, opts ...brio.StaticOption) *brio.App {
	app := brio.New(testkit.Quiet())
	app.Static("/static", files, opts...)
	return app
}

// write writes name, content pairs as files below a folder.
func write(t testing.TB, dir string, pairs ...string) {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		name := filepath.Join(dir, filepath.FromSlash(pairs[i]))
		err := os.MkdirAll(filepath.Dir(name), 0o700)
		if err == nil {
			err = os.WriteFile(name, []byte(pairs[i+1]), 0o600)
		}
		if err == nil {
			err = os.Chtimes(name, modified, modified)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// link makes a symbolic link.
func link(t testing.TB, target, name string) {
	t.Helper()
	if err := os.Symlink(target, name); err != nil {
		t.Skip(err) // not every system and user may make links
	}
}
