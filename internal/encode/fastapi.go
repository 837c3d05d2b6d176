package encode

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/brio-go/brio/internal/memory"
)

// FastAPI writes values without a model by jsonable_encoder. That writes times and durations in maps and lists otherwise than models
// do. A model among the values writes itself and all that is inside of it. The two nodes here are for clients that expect
// these forms.

// Jsonable decides whether values without a model are written as jsonable_encoder writes them. Callers call Jsonable before they use
// the Compiler.
func (c *Compiler) Jsonable(on bool) {
	if c.freeFlags &^= jsonable; on {
		c.freeFlags |= jsonable
	}
}

// forStructs returns the builder for structs: their members have the forms of models.
func (b *builder) forStructs() *builder {
	if b.flags&jsonable == 0 {
		return b
	}
	if b.inStructs == nil {
		inside := *b
		inside.flags, inside.memo = b.flags&^jsonable, map[pair]node{}
		inside.problems, inside.later = nil, nil
		b.inStructs = &inside
	}
	return b.inStructs
}

type (
	isoNode     struct{} // time.Time as Python's isoformat: microseconds, and no Z
	secondsNode struct{} // time.Duration as a float of seconds
)

// fastAPIForm returns n, or with jsonable the node of FastAPI's form.
func (f flags) fastAPIForm(n node) node {
	if f&jsonable != 0 {
		switch n.(type) {
		case timeNode:
			return isoNode{}
		case durationNode:
			return secondsNode{}
		}
	}
	return n
}

func (isoNode) append(dst []byte, p memory.Place, _ int) ([]byte, error) {
	t := memory.Load[time.Time](p)
	if _, err := t.AppendText(nil); err != nil {
		return dst, err // a year that has no form
	}
	layout := `"2006-01-02T15:04:05-07:00"`
	if t.Nanosecond() >= 1000 {
		layout = `"2006-01-02T15:04:05.000000-07:00"`
	}
	return t.AppendFormat(dst, layout), nil
}

func (secondsNode) append(dst []byte, p memory.Place, _ int) ([]byte, error) {
	seconds, format := memory.Load[time.Duration](p).Seconds(), byte('f')
	if seconds != 0 && math.Abs(seconds) < 1e-4 {
		format = 'e' // as Python's repr
	}
	text := strconv.FormatFloat(seconds, format, -1, 64)
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return append(dst, text...), nil
}
