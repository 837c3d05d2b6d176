package settings

import (
	"context"
	"errors"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/model"
)

type level string

func (level) Values() []level { return []level{"debug", "info"} }

type database struct {
	URL      *url.URL `env:"URL" validate:"required"`
	MaxConns int      `envDefault:"4" validate:"gte=1,lte=100"`
	Password string   `env:"PASSWORD"`
}

type window struct {
	From int
	To   int `validate:"gtfield=From"`
}

func (w *window) Validate(context.Context) error {
	if w.From == 13 {
		return errors.New("it begins with 13")
	}
	return nil
}

type config struct {
	AppName  string        `envDefault:"brio"`
	Port     uint16        `env:"PORT" validate:"gte=1"`
	Big      int64         `envDefault:"9007199254740993"`
	Timeout  time.Duration `env:"HTTP_TIMEOUT" envDefault:"5s"`
	Hosts    []string      `envDefault:"a,b" validate:"dive,hostname"`
	Labels   map[string]int
	Level    level `envDefault:"info"`
	Peer     netip.Addr
	Proxy    *url.URL
	Debug    *bool
	Note     string   `validate:"omitempty,max=3"`
	Secret   string   `env:"SECRET_FILE,file" envDefault:""`
	Address  string   `envDefault:"${APP_NAME}:${PORT}" env:",expand"`
	Code     string   `pattern:"^[a-z]+$" envDefault:"abc"`
	Database database `envPrefix:"DB_"`
	window
	Window  window `envPrefix:"W_"`
	Skipped func() `env:"-"`
}

func compile(t *testing.T, typ reflect.Type) *Plan {
	t.Helper()
	p, problems := Compile(typ, model.NewReader(constraint.New()))
	for _, problem := range problems {
		t.Errorf("%v: %+v", typ, problem)
	}
	return p
}

func environment(pairs ...string) map[string]string {
	m := map[string]string{
		"PORT": "8000", "LABELS": "a:1,b:2", "PEER": "::1", "DB_URL": "postgres://u:p@db/x", "DB_PASSWORD": "hunter2", "W_FROM": "1", "W_TO": "2",
		"HOST": "elsewhere", "SCHEME": "wrong",
	}
	for i := 0; i < len(pairs); i += 2 {
		if m[pairs[i]] = pairs[i+1]; pairs[i+1] == "-" {
			delete(m, pairs[i])
		}
	}
	return m
}

func TestReadFillsFields(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("s3cret"), 0o600); err != nil {
		t.Fatal(err)
	}
	v, err := compile(t, reflect.TypeFor[config]()).Read(t.Context(), environment("HTTP_TIMEOUT", "1m", "DEBUG", "true", "SECRET_FILE", secret))
	if err != nil {
		t.Fatal(err)
	}
	got := v.Interface().(config)
	if got.AppName != "brio" || got.Port != 8000 || got.Big != 9007199254740993 || got.Timeout != time.Minute || len(got.Hosts) != 2 ||
		got.Labels["b"] != 2 || got.Level != "info" || got.Peer != netip.IPv6Loopback() || got.Proxy != nil || !*got.Debug || got.Secret != "s3cret" {
		t.Errorf("got %+v", got)
	}
	if got.Address != "brio:8000" {
		t.Errorf("expanded default: got %q", got.Address)
	}
	if got.Database.URL.String() != "postgres://u:p@db/x" || got.Database.MaxConns != 4 || got.Database.Password != "hunter2" || got.Window.To != 2 {
		t.Errorf("structs inside: got %+v, %v", got.Database, got.Window)
	}
}

// Every variable that is missing or wrong has one line. No line has a value: every variable may be a secret.
func TestReadReportsAllVariables(t *testing.T) {
	p := compile(t, reflect.TypeFor[config]())
	const secret = "hunter2"
	_, err := p.Read(t.Context(), environment("PORT", "-", "BIG", secret, "HTTP_TIMEOUT", secret, "HOSTS", "fine,"+secret+"_!", "LABELS", secret, "LEVEL", secret,
		"PEER", secret, "PROXY", "http://u:"+secret+"@[", "DEBUG", secret, "NOTE", secret, "SECRET_FILE", "/"+secret, "CODE", secret,
		"DB_URL", "-", "DB_MAX_CONNS", "101", "W_FROM", ""))
	if err == nil {
		t.Fatal("no error")
	}
	want := `15 environment variables are wrong
	PORT: it is not set
	BIG: it is no int64: invalid syntax
	HTTP_TIMEOUT: it is no time.Duration
	HOSTS[1]: must satisfy hostname
	LABELS: it is no map[string]int
	LEVEL: Input should be 'debug' or 'info'
	PEER: it is no netip.Addr
	PROXY: it is no *url.URL
	DEBUG: it is no *bool: invalid syntax
	NOTE: String should have at most 3 characters
	SECRET_FILE: it names a file that cannot be read: no such file or directory
	CODE: String should match pattern '^[a-z]+$'
	DB_URL: it is not set
	DB_MAX_CONNS: Input should be less than or equal to 100
	W_FROM: it is empty`
	if got := err.Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if strings.Contains(err.Error(), secret) {
		t.Errorf("the error has a value:\n%v", err)
	}
}

// Rules about other fields and Validate methods of structs are checked when each field is legal.
func TestReadChecksStructs(t *testing.T) {
	p := compile(t, reflect.TypeFor[config]())
	for name, tt := range map[string]struct{ from, to, want string }{
		"fields":   {"5", "4", "W_TO: must satisfy gtfield=From"},
		"validate": {"13", "14", "window: it begins with 13"},
	} {
		_, err := p.Read(t.Context(), environment("W_FROM", tt.from, "W_TO", tt.to))
		if err == nil || !strings.HasSuffix(err.Error(), "\t"+tt.want) {
			t.Errorf("%s: got %v, want %s", name, err, tt.want)
		}
	}
}

func TestCompileReportsMistakes(t *testing.T) {
	type recursive struct{ Inner []struct{ N int } }
	for name, tt := range map[string]struct {
		typ         reflect.Type
		field, text string
	}{
		"no struct":      {reflect.TypeFor[int](), "int", "it is no struct"},
		"pointer":        {reflect.TypeFor[*config](), "*settings.config", "it is no struct"},
		"no field":       {reflect.TypeFor[struct{ private int }](), "", "it has no exported field"},
		"function":       {reflect.TypeFor[struct{ F func() }](), ".F", "no text becomes a func()"},
		"list of struct": {reflect.TypeFor[recursive](), "recursive.Inner", "no text becomes a []struct { N int }"},
		"option": {reflect.TypeFor[struct {
			A string `env:"A,requird"`
		}](), ".A", `there is no option "requird"`},
		"default": {reflect.TypeFor[struct {
			A string `default:"x"`
		}](), ".A", `nothing reads default:"x"`},
		"wrong default": {reflect.TypeFor[struct {
			A int `envDefault:"x"`
		}](), ".A", `envDefault:"x": it is no int`},
		"low default": {reflect.TypeFor[struct {
			A int `envDefault:"1" validate:"gte=2"`
		}](), ".A", `envDefault:"1": Input should be greater than or equal to 2`},
		"rule": {reflect.TypeFor[struct {
			A int `validate:"email"`
		}](), ".A", "email"},
		"struct tag": {reflect.TypeFor[struct {
			A database `env:"A"`
		}](), ".A", "it has the tag env"},
	} {
		_, problems := Compile(tt.typ, model.NewReader(constraint.New()))
		if len(problems) != 1 || !strings.HasSuffix(problems[0].Field, tt.field) || !strings.Contains(problems[0].Found, tt.text) || problems[0].Legal == "" {
			t.Errorf("%s: got %+v", name, problems)
		}
	}
}
