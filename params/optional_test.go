package params_test

import (
	"encoding/json"
	"testing"

	"github.com/brio-go/brio/params"
)

func TestOptional(t *testing.T) {
	for _, c := range []struct {
		o                   params.Optional[int]
		set, null, zero, ok bool
		or                  int
		text                string
		inner               any
	}{
		{params.Optional[int]{}, false, false, true, false, 9, "null", nil},
		{params.Null[int](), true, true, false, false, 9, "null", nil},
		{params.Some(0), true, false, false, true, 0, "0", 0},
		{params.Some(7), true, false, false, true, 7, "7", 7},
	} {
		_, ok := c.o.Get()
		text, err := json.Marshal(c.o)
		if c.o.IsSet() != c.set || c.o.IsNull() != c.null || c.o.IsZero() != c.zero || ok != c.ok || c.o.Or(9) != c.or || string(text) != c.text || err != nil || c.o.ValidatorValue() != c.inner {
			t.Errorf("%+v: %s %v, want %+v", c.o, text, err, c)
		}
	}
	o := params.Some(7)
	if err := json.Unmarshal([]byte(`"x"`), &o); err == nil || o != params.Some(7) {
		t.Errorf("%v, %+v: a failed read changes the Optional", err, o)
	}
	if err := json.Unmarshal([]byte(`null`), &o); err != nil || o != params.Null[int]() {
		t.Errorf("%v, %+v, want null", err, o)
	}
}
