package frontend_test

import (
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/tests/internal/contract"
)

func TestMain(m *testing.M) { contract.Main(m, nil) }

// html is the Accept header of a browser's navigation.
var html = []string{"Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}

// modified is the time of the files of tree.
var modified = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// tree makes a file system of name, content pairs.
func tree(pairs ...string) fs.FS {
	files := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		files[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1]), ModTime: modified}
	}
	return files
}

// appOf returns an app with one Frontend of all paths.
func appOf(files fs.FS, opts ...brio.StaticOption) *brio.App {
	app := brio.New(testkit.Quiet())
	app.Frontend("/", files, opts...)
	return app
}
