package argument_test

import (
	"testing"
	"time"

	"github.com/brio-go/brio/internal/argument"
)

func TestSwitchIsOnUnlessFalse(t *testing.T) {
	for _, c := range []struct {
		name        string
		on          []bool
		want, wrong bool
	}{
		{"no argument", nil, true, false},
		{"true", []bool{true}, true, false},
		{"false", []bool{false}, false, false},
		{"two arguments", []bool{false, true}, false, true},
	} {
		if on, wrong := argument.Switch("Debug", c.on); on != c.want || wrong.Wrong() != c.wrong {
			t.Errorf("%s: got %v, %+v; want %v, a mistake: %v", c.name, on, wrong, c.want, c.wrong)
		}
	}
}

func TestLimitIsPositiveOrNoLimit(t *testing.T) {
	for _, c := range []struct {
		n            int
		isSet, wrong bool
	}{{1, true, false}, {argument.NoLimit, true, false}, {0, false, false}, {-2, false, true}} {
		if isSet, wrong := argument.Limit("MaxPairs", c.n); isSet != c.isSet || wrong.Wrong() != c.wrong {
			t.Errorf("%d: got %v, %+v; want %v, a mistake: %v", c.n, isSet, wrong, c.isSet, c.wrong)
		}
	}
	if _, wrong := argument.Limit("ReadTimeout", -time.Second); wrong.Found != "ReadTimeout is -1s" {
		t.Errorf("got %q, want the option and its argument", wrong.Found)
	}
}
