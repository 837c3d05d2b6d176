package startup_test

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// counted is an enum that counts how often a compiler asks for its values.
type counted string

var countedReads atomic.Int64

func (counted) Values() []counted {
	countedReads.Add(1)
	return []counted{"a", "b"}
}

// An app is compiled once by Run, Serve and Start, also when values of SupplyFunc are built in between: what serves is what was
// checked.
func TestAppIsCompiledOnce(t *testing.T) {
	errStop := errors.New("stop")
	reads := func(use func(*brio.App) error) int64 {
		t.Helper()
		app := brio.New(testkit.Quiet(),
			brio.SupplyFunc(func(context.Context) (*int, func(context.Context) error, error) { return new(int), nil, nil }),
			brio.Lifespan(func(context.Context) (func(context.Context) error, error) { return nil, errStop }))
		app.Get("/{e}", func(*int, *struct {
			E counted `path:"e"`
		}) {
		})
		before := countedReads.Load()
		if err := use(app); err != nil && !errors.Is(err, errStop) {
			t.Fatal(err)
		}
		return countedReads.Load() - before
	}
	once := reads((*brio.App).Check)
	if once == 0 {
		t.Fatal("Check does not read the enum")
	}
	for name, use := range map[string]func(*brio.App) error{
		"Start": func(app *brio.App) error { return app.Start(t.Context()) },
		"Run":   func(app *brio.App) error { return app.Run("127.0.0.1:0") },
		"Serve": func(app *brio.App) error {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			return app.Serve(t.Context(), l)
		},
	} {
		if got := reads(use); got != once {
			t.Errorf("%s reads the enum %d times, want %d as Check", name, got, once)
		}
	}
}
