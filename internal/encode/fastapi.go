package encode

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// FastAPI writes values without a model through its jsonable_encoder. Times and durations that lie openly in maps and lists
// are not written there as in models; a model among them writes itself, with all that is inside of it. The two nodes here are
// for clients that expect that.

// Jsonable says whether values without a model are written so. It is called before the Compiler is used.
func (c *Compiler) Jsonable(on bool) {
	if c.free &^= jsonable; on {
		c.free |= jsonable
	}
}

// inModel is the builder for what is inside of a struct, which writes itself.
func (b *builder) inModel() *builder {
	if b.flags&jsonable == 0 {
		return b
	}
	if b.models == nil {
		inside := *b
		inside.flags, inside.memo = b.flags&^jsonable, map[pair]node{}
		inside.problems, inside.later = nil, nil
		b.models = &inside
	}
	return b.models
}

type (
	isoNode     struct{} // time.Time as Python's isoformat: microseconds, and no Z
	secondsNode struct{} // time.Duration as a float of seconds
)

// form is the node that writes what n does, as the flags want it.
func (f flags) form(n node) node {
	if f&jsonable != 0 {
		switch n.(type) {
		case timeNode:
			return isoNode{}
		case spanNode:
			return secondsNode{}
		}
	}
	return n
}

func (isoNode) append(dst []byte, p ptr, _ int) ([]byte, error) {
	t := load[time.Time](p)
	if _, err := t.AppendText(nil); err != nil {
		return dst, err // a year that has no form
	}
	layout := `"2006-01-02T15:04:05-07:00"`
	if t.Nanosecond() >= 1000 {
		layout = `"2006-01-02T15:04:05.000000-07:00"`
	}
	return t.AppendFormat(dst, layout), nil
}

func (secondsNode) append(dst []byte, p ptr, _ int) ([]byte, error) {
	seconds, format := load[time.Duration](p).Seconds(), byte('f')
	if seconds != 0 && math.Abs(seconds) < 1e-4 {
		format = 'e' // as Python's repr
	}
	text := strconv.FormatFloat(seconds, format, -1, 64)
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return append(dst, text...), nil
}
