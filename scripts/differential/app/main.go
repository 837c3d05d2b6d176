// App is the program under test: an app with bodies, parameters and answers of every kind, once for each set of options. It serves each on
// a socket in a folder, and ends with its standard input.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"os"
	"path/filepath"

	"github.com/brio-go/brio"
)

// modes are the options of the apps.
var modes = []struct {
	name string
	opts []brio.AppOption
}{
	{"plain", nil},
	{"fastapi", []brio.AppOption{brio.FastAPICompat()}},
	{"problem", []brio.AppOption{brio.ProblemDetails(), brio.MergeAlways(), brio.DecodedPaths(), brio.ContentTypeErrors()}},
	{"options", []brio.AppOption{brio.LaxText(), brio.LaxJSON(), brio.ExcludeNone(), brio.AutoETag(), brio.HeaderFieldNames(), brio.PlainServerErrors(),
		brio.RedirectSlashes(false), brio.TrustProxies("*"), brio.RootPath("/root"), brio.ValidateResponses(), brio.AbsoluteRedirects()}},
}

func main() {
	log.SetFlags(0)
	for _, m := range modes {
		opts := append([]brio.AppOption{
			brio.Logger(slog.New(slog.DiscardHandler)), brio.Title("Differential"), brio.DocComments(nil),
			brio.RegisterValidation("even", func(v any, _ string) bool { s, ok := v.(string); return ok && len(s)%2 == 0 }),
		}, m.opts...)
		app := brio.New(opts...)
		b, p, a := brio.NewRouter(brio.Prefix("/bodies")), brio.NewRouter(brio.Prefix("/parameters")), brio.NewRouter(brio.Prefix("/answers"))
		bodies(b)
		parameters(p)
		answers(a)
		app.Include(b)
		app.Include(p)
		app.Include(a)
		l, err := net.Listen("unix", filepath.Join(os.Args[1], m.name))
		if err != nil {
			log.Fatal(err)
		}
		go func() { log.Fatalf("%s: %v", m.name, app.Serve(context.Background(), l)) }()
	}
	fmt.Println("ready")
	_, _ = io.Copy(io.Discard, os.Stdin)
}
