package static_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/tests/internal/contract"
)

func TestMain(m *testing.M) { contract.Main(m, nil) }

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
			err = os.Chtimes(name, testkit.FileTime, testkit.FileTime)
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
