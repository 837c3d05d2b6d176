package startup_test

import (
	"net/http"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/responsemodel"
	"github.com/brio-go/brio/security"
)

// A nil option is a mistake at the call that has it, and not a panic: a variable of an option type may be nil by mistake.
func TestCheckReportsNilOptions(t *testing.T) {
	for name, declare := range map[string]func() *brio.App{
		"New":       func() *brio.App { return brio.New(brio.Title("x"), nil) },
		"Options":   func() *brio.App { return brio.New(brio.Options(brio.Tags("x"), nil)) },
		"Document":  func() *brio.App { return brio.New(brio.Document("/x.json", brio.Title("x"), nil)) },
		"NewRouter": func() *brio.App { app := brio.New(); app.Include(brio.NewRouter(brio.Tags("x"), nil)); return app },
		"Include":   func() *brio.App { app := brio.New(); app.Include(brio.NewRouter(), brio.Tags("x"), nil); return app },
		"Get":       func() *brio.App { app := brio.New(); app.Get("/", func() {}, brio.Tags("x"), nil); return app },
	} {
		if err := declare().Check(); err == nil {
			t.Errorf("%s: no mistake is reported", name)
		} else {
			testkit.WantContains(t, err.Error(), "startup/nil_test.go:", "option 2 is nil\n\tlegal: an option; brio.Options() is one that changes nothing")
		}
	}
	if err := brio.New(brio.Options()).Check(); err != nil {
		t.Errorf("Options(): got error %v, want none", err)
	}
	if err := brio.New().Run("127.0.0.1:0", nil); err == nil {
		t.Error("Run: got no error")
	}
	app := brio.New(brio.Depends(security.HTTPBearer(security.Realm("x"), nil)))
	app.Get("/", func() {})
	if err := app.Check(); err == nil {
		t.Error("security: no mistake is reported")
	} else {
		testkit.WantContains(t, err.Error(), "option 2 of HTTPBearer is nil")
	}
	if _, err := responsemodel.New[int](nil); err == nil {
		t.Error("responsemodel: got no error")
	}
	if err := cookies.Check(cookies.New("n", "v", nil)); err == nil {
		t.Error("cookies: got no error")
	}
	app = brio.New(testkit.Quiet())
	app.Get("/", func() *brio.Response { return response.File("nil_test.go", nil) })
	testkit.WantStatus(t, testkit.Get(app, "/"), http.StatusInternalServerError)
}

// A nil function is a mistake at the option, and not a failure of the start or of a request.
func TestCheckReportsNilFunctions(t *testing.T) {
	for name, option := range map[string]brio.AppOption{
		"Lifespan has no function":                          brio.Lifespan(nil),
		"SupplyFunc has no function":                        brio.SupplyFunc[int](nil),
		"TransformOpenAPI has no function":                  brio.TransformOpenAPI(nil),
		`BodyDecoder("application/x") has no function`:      brio.BodyDecoder("application/x", nil),
		`BodyDecoder("x y"): this is no media type`:         brio.BodyDecoder("x y", func([]byte, any) error { return nil }),
		`BodyDecoder("application/*"): this is no media ty`: brio.BodyDecoder("application/*", func([]byte, any) error { return nil }),
		"RequireScopes has no function":                     brio.Depends(security.RequireScopes[int](nil)),
	} {
		app := brio.New(option, brio.Supply(1))
		app.Get("/", func() {})
		if err := app.Check(); err == nil {
			t.Errorf("%s: no mistake is reported", name)
		} else {
			testkit.WantContains(t, err.Error(), "startup/nil_test.go:", name, "legal: ")
		}
	}
}
