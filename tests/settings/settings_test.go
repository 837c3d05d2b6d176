package settings

import (
	"context"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/internal/testkit"
)

// Config is the one of FastAPI's chapter about settings, with a secret.
type Config struct {
	AppName      string `envDefault:"Awesome API"`
	AdminEmail   string `validate:"email"`
	ItemsPerUser int    `envDefault:"50" validate:"gte=1"`
	DatabaseURL  string `env:"DB_URL" envDefault:"memory"`
}

type info struct {
	AppName      string `json:"app_name"`
	AdminEmail   string `json:"admin_email"`
	ItemsPerUser int    `json:"items_per_user"`
	Database     string `json:"database"`
}

type database struct{ url string }

func openDatabase(ctx context.Context) (*database, func(context.Context) error, error) {
	c, err := brio.Supplied[Config](ctx)
	return &database{c.DatabaseURL}, nil, err
}

func newApp(opts ...brio.AppOption) *brio.App {
	app := brio.New(append([]brio.AppOption{testkit.Quiet(), brio.Settings[Config](), brio.SupplyFunc(openDatabase)}, opts...)...)
	app.Get("/info", func(c Config, db *database) info {
		return info{c.AppName, c.AdminEmail, c.ItemsPerUser, db.url}
	})
	return app
}

// wantStartError starts an app and returns the text of its error.
func wantStartError(t *testing.T, app *brio.App) string {
	t.Helper()
	err := app.Start(t.Context())
	if err == nil {
		t.Fatal("the app started")
	}
	return err.Error()
}

func TestSettingsReadEnvironment(t *testing.T) {
	t.Setenv("ADMIN_EMAIL", "deadpool@example.com")
	t.Setenv("ITEMS_PER_USER", "100")
	t.Setenv("DB_URL", "postgres://db")
	testkit.WantBody(t, testkit.Get(newApp(), "/info"),
		`{"app_name":"Awesome API","admin_email":"deadpool@example.com","items_per_user":100,"database":"postgres://db"}`)
}

// The app does not start when variables are missing or wrong. The error has all names, the place of the option, and no value.
// Check reads no variable.
func TestSettingsMistakesAreStartErrors(t *testing.T) {
	t.Setenv("ADMIN_EMAIL", "hunter2")
	t.Setenv("ITEMS_PER_USER", "hunter2")
	app := newApp()
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}
	text := wantStartError(t, app)
	testkit.WantContains(t, text, "settings_test.go:", "Config", "2 environment variables are wrong",
		"\n\tADMIN_EMAIL: value is not a valid email address", "\n\tITEMS_PER_USER: it is no int: invalid syntax")
	if strings.Contains(text, "hunter2") {
		t.Errorf("the error has a value: %s", text)
	}
}

// Names are those of the declaration: pydantic's BaseSettings ignores their case, and so could take a variable of another program.
func TestSettingsNamesAreExact(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the names of variables have no case")
	}
	t.Setenv("admin_email", "a@example.com")
	testkit.WantContains(t, wantStartError(t, newApp()), "ADMIN_EMAIL: it is not set")
}

// A test gives the settings that it wants. The environment is then not read, and values that are made of the settings get them too.
func TestSettingsOverride(t *testing.T) {
	c := briotest.New(t, newApp(), briotest.Supply(Config{AppName: "test", AdminEmail: "a@b.c", ItemsPerUser: 1, DatabaseURL: "fake"}))
	c.Get("/info").Status(200).Body(`{"app_name":"test","admin_email":"a@b.c","items_per_user":1,"database":"fake"}`)
}

// A file .env is read in development only, and the process goes before it.
func TestSettingsReadDotEnvInDevelopment(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile(".env", []byte("# local\nexport ADMIN_EMAIL='dev@example.com'\nITEMS_PER_USER=7\nDB_URL=\"file\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	testkit.WantContains(t, wantStartError(t, newApp()), "ADMIN_EMAIL: it is not set")
	t.Setenv("ITEMS_PER_USER", "8")
	want := `{"app_name":"Awesome API","admin_email":"dev@example.com","items_per_user":8,"database":"file"}`
	testkit.WantBody(t, testkit.Get(newApp(brio.Debug()), "/info"), want)
	t.Setenv("BRIO_ENV", "development")
	testkit.WantBody(t, testkit.Get(newApp(), "/info"), want)
	t.Setenv("BRIO_ENV", "production")
	testkit.WantContains(t, wantStartError(t, newApp()), "ADMIN_EMAIL: it is not set")

	if err := os.WriteFile(".env", []byte("PASSWORD=\"hunter2\nADMIN_EMAIL"), 0o600); err != nil {
		t.Fatal(err)
	}
	text := wantStartError(t, newApp(brio.Debug()))
	testkit.WantContains(t, text, "the file .env is malformed")
	if strings.Contains(text, "hunter2") {
		t.Errorf("the error has a value: %s", text)
	}
}

// Rules of RegisterValidation are known. Mistakes of the declaration are in the error of Check.
func TestSettingsAreCheckedAtStartUp(t *testing.T) {
	type odd struct {
		N int `validate:"odd"`
	}
	rule := brio.RegisterValidation("odd", func(v any, _ string) bool { return v.(int)%2 == 1 })
	t.Setenv("N", "2")
	testkit.WantContains(t, wantStartError(t, brio.New(testkit.Quiet(), rule, brio.Settings[odd]())), "N: ", "odd")

	text := testkit.ErrorText(brio.New(testkit.Quiet(), brio.Settings[odd](), brio.Settings[*Config]()).Check())
	testkit.WantContains(t, text, "settings_test.go:", "Settings: odd.N: ", "Settings: *settings.Config: it is no struct")
}

// Supplied says why it has no value.
func TestSuppliedErrors(t *testing.T) {
	t.Setenv("ADMIN_EMAIL", "a@example.com")
	if _, err := brio.Supplied[Config](t.Context()); err == nil {
		t.Error("a context of no app: no error")
	}
	early := brio.New(testkit.Quiet(), brio.SupplyFunc(openDatabase), brio.Settings[Config]())
	testkit.WantContains(t, wantStartError(t, early), "the value of type settings.Config is not built yet", "settings_test.go:")
	none := brio.New(testkit.Quiet(), brio.SupplyFunc(openDatabase))
	testkit.WantContains(t, wantStartError(t, none), "settings.Config", "settings_test.go:")
	lifespan := func(ctx context.Context) (func(context.Context) error, error) {
		db, err := brio.Supplied[*database](ctx)
		if err == nil && db.url != "memory" {
			t.Errorf("got %v", db)
		}
		return nil, err
	}
	if err := newApp(brio.Lifespan(lifespan)).Start(t.Context()); err != nil {
		t.Error(err)
	}
}
