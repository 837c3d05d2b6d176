package frontend_test

import (
	"io/fs"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/tests/internal/contract"
)

func TestMain(m *testing.M) { contract.Main(m, nil) }

// html is the Accept header of a browser's navigation.
var html = []string{"Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}

// appOf returns an app with one Frontend of all paths.
func appOf(files fs.FS, opts ...brio.StaticOption) *brio.App {
	app := brio.New(testkit.Quiet())
	app.Frontend("/", files, opts...)
	return app
}
