package encode

import (
	"bytes"
	stdjson "encoding/json"
	"fmt"
	"math"
	"math/big"
	"net"
	"net/netip"
	"reflect"
	"slices"
	"time"

	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/params"
)

// twinLeaf has the types of one scalar, and makes its values: of the source, and what a copy by hand would hold.
type twinLeaf struct {
	src, mdl, ref reflect.Type
	value         func(g *twins, secret bool) (src, ref any)
	quotable      bool // takes the option string
	absent        bool // a nil ref is no member
}

func same[T any](quotable bool, value func(*twins, bool) T) twinLeaf {
	return twinLeaf{of[T](), of[T](), of[T](), func(g *twins, secret bool) (any, any) {
		v := value(g, secret)
		return v, v
	}, quotable, false}
}

func as[S, M, R any](value func(*twins, bool) (S, R)) twinLeaf {
	return twinLeaf{of[S](), of[M](), of[R](), func(g *twins, secret bool) (any, any) {
		s, r := value(g, secret)
		return s, r
	}, false, false}
}

func pick[T any](vs ...T) func(*twins, bool) T {
	return func(g *twins, _ bool) T { return vs[g.below(len(vs))] }
}

// nulls is pick with a value that is written as null. Behind a pointer that is the pointer's default.
func nulls[T any](null T, vs ...T) func(*twins, bool) T {
	return func(g *twins, secret bool) T {
		if g.flags&excludeDefaults == 0 && g.below(3) == 0 {
			return null
		}
		return pick(vs...)(g, secret)
	}
}

func (g *twins) text(secret bool) string {
	if secret {
		return fmt.Sprint(canary, g.id())
	}
	return []string{"", "ok", "<&>", "ü€😀", "\u2028\x00\"\\\n", "long enough for words of eight bytes", "\xff", "seven77"}[g.below(8)]
}

// Types of the generated models.
type (
	stage     string // an enum
	levelEnum int
	twinUnion struct {
		params.AnyOf
		A *twinA
		B *twinB
	}
	twinA struct {
		A string `json:"a"`
	}
	twinB struct {
		B int    `json:"b,omitempty"`
		S string `json:"-"`
	}
	person   struct{ First, Last string }
	personIn struct {
		person
		Hash string
	}
	personRef struct {
		First, Last string
		Full        string `json:"full"`
	}
	isoSpan time.Duration
)

func (s isoSpan) MarshalText() ([]byte, error) {
	return model.AppendDuration(nil, time.Duration(s)), nil
}

func (stage) Values() []stage         { return []stage{"new", "done"} }
func (levelEnum) Values() []levelEnum { return []levelEnum{1, 2} }
func (p *person) Full() string        { return p.First + p.Last }
func (person) Computed() []model.ComputedField {
	return []model.ComputedField{model.Computed("full", (*person).Full, "")}
}

var twinLeaves = []twinLeaf{
	same(true, (*twins).text),
	same(true, (*twins).text),
	same(true, pick(0, 1, -5, math.MaxInt)),
	same(true, pick[int8](0, -128, 7)),
	same(true, pick[uint64](0, 1<<64-1)),
	same(true, pick(0, 0.5, -1e21, 1e-7, 3)),
	same(true, pick[float32](0, 0.1, 1e21)),
	same(true, pick(false, true)),
	as[int16, int64](func(g *twins, _ bool) (int16, int64) { v := int16(g.below(256) - 128); return v, int64(v) }),
	as[uint8, float64](func(g *twins, _ bool) (uint8, float64) { v := uint8(g.below(256)); return v, float64(v) }),
	as[string, slug](func(g *twins, s bool) (string, slug) { v := g.text(s); return v, slug(v) }),
	as[slug, string](func(g *twins, s bool) (slug, string) { v := g.text(s); return slug(v), v }),
	as[int, color](func(g *twins, _ bool) (int, color) { v := g.below(3); return v, color(v) }),
	same(false, pick[color](0, 1)),
	same(false, func(g *twins, s bool) text { return text{g.text(s), g.text(s)} }),
	same(false, nulls(jsonKind{"null"}, jsonKind{"1"}, jsonKind{` { "a" : "<" } `})),
	as[pointerM, pointerM](func(g *twins, _ bool) (pointerM, stdjson.RawMessage) {
		n := g.below(3)
		return pointerM{n}, stdjson.RawMessage(fmt.Sprintf(`{"n":%d}`, n))
	}),
	as[pointerT, pointerT](func(g *twins, _ bool) (pointerT, string) { n := g.below(3); return pointerT{n}, fmt.Sprint("t", n) }),
	same(false, pick(time.Time{}, time.Date(2026, 1, 2, 3, 4, 5, 678, time.FixedZone("", 7200)))),
	as[time.Duration, time.Duration](func(g *twins, _ bool) (time.Duration, isoSpan) {
		d := pick(0, time.Second, -90*time.Minute, 1500*time.Millisecond)(g, false)
		return d, isoSpan(d)
	}),
	same(false, func(g *twins, s bool) []byte { return []byte(g.text(s)) }),
	same(false, nulls(stdjson.RawMessage(nil), stdjson.RawMessage(` [ 1, "<" ] `), stdjson.RawMessage(`{"a":[]}`))),
	same(false, pick[stdjson.Number]("", "1", "-1.5e3", "1234567890123456789012345678901234567890.10")),
	same(false, pick(netip.AddrPort{}, netip.MustParseAddrPort("[::1]:80"))),
	as[net.HardwareAddr, net.HardwareAddr](func(g *twins, _ bool) (net.HardwareAddr, string) {
		mac := pick(nil, net.HardwareAddr{1, 2, 3, 4, 5, 0xab})(g, false)
		return mac, mac.String()
	}),
	same(false, pick(netip.Addr{}, netip.MustParseAddr("10.0.0.1"))),
	as[big.Int, big.Int](func(g *twins, _ bool) (big.Int, stdjson.Number) {
		n := pick("0", "-7", "123456789012345678901234567890")(g, false)
		i, _ := new(big.Int).SetString(n, 10)
		return *i, stdjson.Number(n)
	}),
	same(false, pick[stage]("", "new", "done")),
	same(false, pick[levelEnum](0, 2)),
	same(false, pick(zeroValue{}, zeroValue{7})),
	same(false, func(g *twins, s bool) map[textKey]string { return map[textKey]string{{2}: g.text(s), {10}: g.text(s)} }),
	as[map[int16]slug, map[int64]string](func(g *twins, s bool) (map[int16]slug, map[int64]string) {
		v := g.text(s)
		return map[int16]slug{-3: slug(v), 10: "x"}, map[int64]string{-3: v, 10: "x"}
	}),
	as[[]string, params.Set[string]](func(g *twins, s bool) ([]string, []string) {
		a, b := g.text(s)+"a", g.text(s)+"b"
		ref := []string{a, b}
		slices.SortFunc(ref, func(x, y string) int {
			p, _ := std(x)
			q, _ := std(y)
			return bytes.Compare(p[:len(p)-1], q[:len(q)-1])
		})
		return []string{b, a, b}, ref
	}),
	as[twinUnion, twinUnion](func(g *twins, s bool) (twinUnion, any) {
		if g.below(2) == 0 {
			a := &twinA{g.text(s)}
			return twinUnion{A: a}, a
		}
		b := &twinB{g.below(2), canary}
		return twinUnion{B: b}, b
	}),
	as[twinB, twinUnion](func(g *twins, _ bool) (twinB, any) { b := twinB{g.below(2), canary}; return b, b }),
	as[personIn, person](func(g *twins, s bool) (personIn, personRef) {
		a, b := g.text(s), g.text(s)
		return personIn{person{a, b}, canary}, personRef{a, b, a + b}
	}),
	{of[params.Optional[string]](), of[params.Optional[string]](), anyType, optionalValue, false, true},
	{of[*string](), of[params.Optional[string]](), anyType, func(g *twins, s bool) (any, any) {
		if v, ref := optionalValue(g, s); ref != nil && ref != any(jsonNull{}) {
			held := v.(params.Optional[string])
			text, _ := held.Get()
			return &text, ref
		}
		return (*string)(nil), jsonNull{}
	}, false, false},
}

type jsonNull struct{}

func (jsonNull) MarshalJSON() ([]byte, error) { return []byte("null"), nil }

func optionalValue(g *twins, secret bool) (src, ref any) {
	switch g.below(3) {
	case 0:
		return params.Optional[string]{}, nil
	case 1:
		return params.Null[string](), jsonNull{}
	}
	v := g.text(secret)
	return params.Some(v), v
}

// twinKey has the types of a map's key.
type twinKey struct {
	src, mdl reflect.Type
	value    func(n int) (src, mdl any)
}

var twinKeys = []twinKey{
	{stringType, stringType, func(n int) (any, any) { v := []string{"", "b", "<a", "ü"}[n]; return v, v }},
	{of[slug](), stringType, func(n int) (any, any) { v := fmt.Sprint("k", n); return slug(v), v }},
	{of[int8](), of[int](), func(n int) (any, any) { return int8(n*7 - 9), n*7 - 9 }},
	{of[textKey](), of[textKey](), func(n int) (any, any) { return textKey{n * 7}, textKey{n * 7} }},
	{of[color](), of[color](), func(n int) (any, any) { return color(n * 7), color(n * 7) }},
}
