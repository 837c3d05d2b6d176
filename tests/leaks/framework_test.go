package leaks_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/hub"
	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/httpwriter"
	"github.com/brio-go/brio/internal/pathtree"
	"github.com/brio-go/brio/internal/settings"
	"github.com/brio-go/brio/internal/socket"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/jobs"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/responsemodel"
	"github.com/brio-go/brio/routing"
	"github.com/brio-go/brio/websocket"
)

// constructors make the errors of the framework, with the canary in a wrapped error or in their fields.
// TestFrameworkErrorsNeverReachClients fails when one is missing.
var constructors = map[string]func() error{
	"exchange.ErrWritten":    func() error { return fmt.Errorf("%w: %w", exchange.ErrWritten, errLeak) },
	"exchange.ErrConnection": func() error { return fmt.Errorf("%w: %w", exchange.ErrConnection, errLeak) },
	"exchange.ErrTooLarge":   func() error { return fmt.Errorf("%w: %w", exchange.ErrTooLarge, errLeak) },
	"exchange.ErrRead":       func() error { return fmt.Errorf("%w: %w", exchange.ErrRead, errLeak) },
	"exchange.ErrStalled":    func() error { return fmt.Errorf("%w: %w", exchange.ErrStalled, errLeak) },
	"exchange.Refused":       func() error { return fmt.Errorf("%w: %w", &exchange.Refused{Status: 412}, errLeak) },
	"exchange.FormError": func() error {
		return fmt.Errorf("%w: %w", &exchange.FormError{Detail: "shown"}, errLeak)
	},
	"params.ErrTooComplex": func() error { return fmt.Errorf("%w: %w", params.ErrTooComplex, errLeak) },
	"params.ErrTooDeep":    func() error { return fmt.Errorf("%w: %w", params.ErrTooDeep, errLeak) },
	"params.ErrEncoding":   func() error { return fmt.Errorf("%w: %w", params.ErrEncoding, errLeak) },
	"exchange.ErrEncoding": func() error { return fmt.Errorf("%w: %w", exchange.ErrEncoding, errLeak) },
	"exchange.ErrPairs":    func() error { return fmt.Errorf("%w: %w", exchange.ErrPairs, errLeak) },
	"exchange.LimitError": func() error {
		return fmt.Errorf("%w: %w", &exchange.LimitError{Kind: "shown", Msg: "shown", Cause: exchange.ErrTooLarge}, errLeak)
	},
	"params.ErrMediaType":   func() error { return fmt.Errorf("%w: %w", params.ErrMediaType, errLeak) },
	"exchange.ErrMediaType": func() error { return fmt.Errorf("%w: %w", exchange.ErrMediaType, errLeak) },
	"exchange.MediaTypeError": func() error {
		return fmt.Errorf("%w: %w", &exchange.MediaTypeError{Accepted: "application/json"}, errLeak)
	},
	"exchange.HeaderError": func() error {
		return fmt.Errorf("%w: %w", &exchange.HeaderError{Header: "shown", Kind: "shown", Msg: "shown"}, errLeak)
	},
	"params.ConflictError": func() error {
		return fmt.Errorf("%w: %w", &params.ConflictError{Errors: []params.ErrorDetail{{Msg: "shown"}}}, errLeak)
	},
	"params.ValidationError": func() error {
		return &params.ValidationError{Errors: []params.ErrorDetail{{Msg: "shown"}}, Body: []byte(testkit.Canary)}
	},
	"response.ErrorDetail": func() error {
		return fmt.Errorf("%w: %w", &response.ErrorDetail{Type: testkit.Canary, Msg: testkit.Canary}, errLeak)
	},
	"jobs.ErrFull":     func() error { return fmt.Errorf("%w: %w", jobs.ErrFull, errLeak) },
	"jobs.ErrKeyTaken": func() error { return fmt.Errorf("%w: %w", jobs.ErrKeyTaken, errLeak) },
	"jobs.ErrNotFound": func() error { return fmt.Errorf("%w: %w", jobs.ErrNotFound, errLeak) },
	"jobs.ArgsError": func() error {
		return &jobs.ArgsError{Kind: testkit.Canary, Errors: []params.ErrorDetail{{Msg: testkit.Canary}}}
	},
	"hub.ErrClosed":                func() error { return fmt.Errorf("%w: %w", hub.ErrClosed, errLeak) },
	"hub.ErrSlow":                  func() error { return fmt.Errorf("%w: %w", hub.ErrSlow, errLeak) },
	"websocket.Error":              func() error { return fmt.Errorf("%w: %w", &websocket.Error{Code: 4000, Reason: "shown"}, errLeak) },
	"socket.Closed":                func() error { return &socket.Closed{Code: 1001, Reason: "shown", Cause: errLeak} },
	"response.HTTPError":           func() error { return brio.Error(400, "shown").WithCause(errLeak) },
	"panics.PanicError":            func() error { return &dependencies.PanicError{Value: testkit.Canary, Stack: []byte(testkit.Canary)} },
	"routing.ErrShutdown":          func() error { return fmt.Errorf("%w: %w", routing.ErrShutdown, errLeak) },
	"exchange.ErrEnded":            func() error { return fmt.Errorf("%w: %w", exchange.ErrEnded, errLeak) },
	"params.ErrTooLarge":           func() error { return fmt.Errorf("%w: %w", params.ErrTooLarge, errLeak) },
	"params.ErrBroken":             func() error { return fmt.Errorf("%w: %w", params.ErrBroken, errLeak) },
	"background.ErrNoQueue":        func() error { return fmt.Errorf("%w: %w", background.ErrNoQueue, errLeak) },
	"cookies.ErrInvalid":           func() error { return fmt.Errorf("%w: %w", cookies.ErrInvalid, errLeak) },
	"encode.MismatchError":         func() error { return &responsemodel.MismatchError{Path: testkit.Canary, Text: testkit.Canary} },
	"middleware.ErrTimeout":        func() error { return fmt.Errorf("%w: %w", middleware.ErrTimeout, errLeak) },
	"pathtree.ConflictError":       func() error { return &pathtree.ConflictError{Example: testkit.Canary} },
	"constraint.TagError":          func() error { return &constraint.TagError{Tag: testkit.Canary, Reason: testkit.Canary} },
	"routing.Report":               func() error { return routing.Report{{Found: testkit.Canary}} },
	"middleware.ErrSessionChanged": func() error { return fmt.Errorf("%w: %w", middleware.ErrSessionChanged, errLeak) },
	"middleware.ErrSessionEnded":   func() error { return fmt.Errorf("%w: %w", middleware.ErrSessionEnded, errLeak) },
	"middleware.ErrIdempotencyLost": func() error {
		return fmt.Errorf("%w: %w", middleware.ErrIdempotencyLost, errLeak)
	},
	"httpwriter.ErrHeld": func() error { return fmt.Errorf("%w: %w", httpwriter.ErrHeld, errLeak) },
	"settings.Error":     func() error { return &settings.Error{Lines: []string{testkit.Canary}} },
	"constraint.Failure": func() error { return &constraint.Failure{Type: testkit.Canary, Msg: testkit.Canary} },
}

// A handler may return an error that it got from the framework. Clients see the texts that the error has for them, and nothing
// that it wraps.
func TestFrameworkErrorsNeverReachClients(t *testing.T) {
	t.Parallel()
	for name := range exportedErrors(t) {
		if constructors[name] == nil {
			t.Errorf("%s: constructors has no function for this error", name)
		}
	}
	log := &testkit.Log{}
	for format, build := range newApps(log) {
		app := build()
		var err error
		app.Get("/", func() error { return err })
		for name, construct := range constructors {
			err = construct()
			log.Reset()
			if w := getRoot(app); strings.Contains(seen(w), testkit.Canary) || w.Code < 400 {
				t.Errorf("%s, %s: the client sees %s", format, name, seen(w))
			}
			own := name == "params.ValidationError" || strings.HasPrefix(name, "exchange.") || strings.HasPrefix(name, "params.") || strings.Contains(name, "socket.") || name == "routing.ErrShutdown"
			if !own && !strings.Contains(log.String(), testkit.Canary) {
				t.Errorf("%s, %s: not in the log: %s", format, name, log)
			}
		}
	}
}

// exportedErrors returns the names of the error values and error types that packages export, internal ones too.
func exportedErrors(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for _, pattern := range []string{"../../*/*.go", "../../internal/*/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || filepath.Base(filepath.Dir(file)) == "testkit" { // testkit is in no program
				continue
			}
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			f, err := parser.ParseFile(token.NewFileSet(), file, src, 0)
			if err != nil {
				t.Fatal(err)
			}
			maps.Insert(out, maps.All(errorsOf(f)))
		}
	}
	return out
}

// errorsOf returns the names, with their package, of the exported error values and error types of a file.
func errorsOf(f *ast.File) map[string]bool {
	out := map[string]bool{}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				if v, ok := spec.(*ast.ValueSpec); ok && strings.HasPrefix(v.Names[0].Name, "Err") {
					out[f.Name.Name+"."+v.Names[0].Name] = true
				}
			}
		case *ast.FuncDecl:
			results := d.Type.Results
			if d.Name.Name != "Error" || d.Recv == nil || results == nil || types.ExprString(results.List[0].Type) != "string" {
				continue
			}
			recv := d.Recv.List[0].Type
			if star, ok := recv.(*ast.StarExpr); ok {
				recv = star.X
			}
			if id, ok := recv.(*ast.Ident); ok && id.IsExported() {
				out[f.Name.Name+"."+id.Name] = true
			}
		}
	}
	return out
}
