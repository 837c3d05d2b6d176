package settings

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/brio-go/brio/response"
)

// located reports an error with a message of its own.
type located struct {
	N    uint   `env:"N"`
	Text string `env:"TEXT" envDefault:"x"`
	File string `env:"TEXT_FILE,file" envDefault:""`
}

func (l *located) Validate(context.Context) error {
	switch l.N {
	case 1:
		return &response.ErrorDetail{Type: "odd", Msg: "one is too few"}
	case 2:
		var none *response.ErrorDetail
		return none
	}
	return nil
}

// TestReadOfUnusualValues: integers are as wide as Go's, a default stands in for an empty variable, an empty number without one is refused, and an ErrorDetail says its message.
func TestReadOfUnusualValues(t *testing.T) {
	p := compile(t, reflect.TypeFor[located]())
	folder := t.TempDir()
	file := filepath.Join(folder, "secret")
	if err := os.WriteFile(file, []byte("s"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		environment map[string]string
		want        located
		wrong       string
	}{
		"wide":         {map[string]string{"N": "18446744073709551615", "TEXT": "", "TEXT_FILE": file}, located{18446744073709551615, "x", "s"}, ""},
		"empty number": {map[string]string{"N": ""}, located{}, "N: it is empty"},
		"too wide":     {map[string]string{"N": "18446744073709551616"}, located{}, "N: it is no uint: value out of range"},
		"negative":     {map[string]string{"N": "-1"}, located{}, "N: it is no uint: invalid syntax"},
		"a folder":     {map[string]string{"N": "3", "TEXT_FILE": folder}, located{}, "TEXT_FILE: it names a file that cannot be read"},
		"a message":    {map[string]string{"N": "1"}, located{}, "one is too few"},
		"a nil detail": {map[string]string{"N": "2"}, located{2, "x", ""}, ""},
	} {
		v, err := p.Read(t.Context(), c.environment)
		switch {
		case c.wrong != "":
			if err == nil || !strings.Contains(err.Error(), c.wrong) {
				t.Errorf("%s: got %v, want %s", name, err, c.wrong)
			}
		case err != nil:
			t.Errorf("%s: %v", name, err)
		case v.Interface().(located) != c.want:
			t.Errorf("%s: got %+v, want %+v", name, v, c.want)
		}
	}
}
