package argument

import (
	"fmt"
	"time"
)

// NoLimit is the argument of an option that removes a limit. brio.NoLimit is the same. Programs that do not import brio write -1.
const NoLimit = -1

// Mistake is a mistake in an argument, with what is legal. It is the zero value if the argument is legal.
type Mistake struct{ Found, Legal string }

// Wrong reports whether there is a mistake.
func (m Mistake) Wrong() bool { return m.Found != "" }

// Switch reads the argument of a switch: X() and X(true) are on, X(false) is off. More than one argument is a Mistake; the first
// one counts.
func Switch(name string, on []bool) (isOn bool, wrong Mistake) {
	if len(on) > 1 {
		wrong = Mistake{
			Found: fmt.Sprintf("%s has %d arguments", name, len(on)),
			Legal: fmt.Sprintf("one bool or none, as in %s(false); %s() is %s(true)", name, name, name),
		}
	}
	return len(on) == 0 || on[0], wrong
}

// Limit reads the argument of a limit. isSet is false for 0, which leaves the limit to the level outside, and for a number that is
// not legal.
func Limit[N int | int64 | time.Duration](name string, n N) (isSet bool, wrong Mistake) {
	if n >= NoLimit {
		return n != 0, Mistake{}
	}
	return false, Mistake{
		Found: fmt.Sprintf("%s is %v", name, n),
		Legal: "a positive number; NoLimit (-1) for none; 0 leaves the limit to the level outside, at last to its default",
	}
}
