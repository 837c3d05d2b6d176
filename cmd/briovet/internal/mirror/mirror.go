// Package mirror makes reflect types of the types that the compiler sees, so that the packages which read types when an app starts can
// judge a program that does not run.
//
// A mirror has the fields, the tags and the kinds of its original. It has no methods: a type whose methods decide how it is read is
// [Opaque], and what is said about it says nothing about the original. Types that Brio reads in a way of its own are themselves.
package mirror

import (
	"encoding/json"
	"go/types"
	"io"
	"math/big"
	"net"
	"net/netip"
	"net/url"
	"reflect"
	"strings"
	"time"

	"github.com/brio-go/brio/params"
)

// Opaque stands for each type of which a mirror would be untrue.
type Opaque struct{ _ int }

// MarshalText implements encoding.TextMarshaler, so that an Opaque may stand everywhere.
func (Opaque) MarshalText() ([]byte, error) { return nil, nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (*Opaque) UnmarshalText([]byte) error { return nil }

// known has the types that are their own mirrors, by the path of their package and their name.
var known = map[string]reflect.Type{
	"time.Time":             reflect.TypeFor[time.Time](),
	"time.Duration":         reflect.TypeFor[time.Duration](),
	"net/url.URL":           reflect.TypeFor[url.URL](),
	"math/big.Int":          reflect.TypeFor[big.Int](),
	"net/netip.Addr":        reflect.TypeFor[netip.Addr](),
	"net/netip.AddrPort":    reflect.TypeFor[netip.AddrPort](),
	"net/netip.Prefix":      reflect.TypeFor[netip.Prefix](),
	"net.IP":                reflect.TypeFor[net.IP](),
	"net.HardwareAddr":      reflect.TypeFor[net.HardwareAddr](),
	"encoding/json.Number":  reflect.TypeFor[json.Number](),
	"io.Reader":             reflect.TypeFor[io.Reader](),
	"io.ReadCloser":         reflect.TypeFor[io.ReadCloser](),
	paramsPath + "Date":     reflect.TypeFor[params.Date](),
	paramsPath + "DateTime": reflect.TypeFor[params.DateTime](),

	paramsPath + "TimeOfDay":     reflect.TypeFor[params.TimeOfDay](),
	paramsPath + "LocalDateTime": reflect.TypeFor[params.LocalDateTime](),
	paramsPath + "URL":           reflect.TypeFor[params.URL](),
	paramsPath + "UploadFile":    reflect.TypeFor[params.UploadFile](),
	paramsPath + "Parts":         reflect.TypeFor[params.Parts](),
	paramsPath + "Sort":          reflect.TypeFor[params.Sort](),
}

// filterOf returns the params.Filter for values with the mirror t.
func filterOf(t reflect.Type) reflect.Type {
	switch {
	case t == reflect.TypeFor[time.Time]():
		return reflect.TypeFor[params.Filter[time.Time]]()
	case t.Kind() == reflect.String:
		return reflect.TypeFor[params.Filter[string]]()
	case t.Kind() == reflect.Bool:
		return reflect.TypeFor[params.Filter[bool]]()
	case t.Kind() == reflect.Float32 || t.Kind() == reflect.Float64:
		return reflect.TypeFor[params.Filter[float64]]()
	case t.ConvertibleTo(reflect.TypeFor[int64]()):
		return reflect.TypeFor[params.Filter[int64]]()
	}
	return reflect.TypeFor[params.Filter[Opaque]]()
}

const paramsPath = "github.com/brio-go/brio/params."

// basics has the mirrors of the types that Go declares.
var basics = map[types.BasicKind]reflect.Type{
	types.Bool: reflect.TypeFor[bool](), types.String: reflect.TypeFor[string](),
	types.Int: reflect.TypeFor[int](), types.Int8: reflect.TypeFor[int8](), types.Int16: reflect.TypeFor[int16](),
	types.Int32: reflect.TypeFor[int32](), types.Int64: reflect.TypeFor[int64](),
	types.Uint: reflect.TypeFor[uint](), types.Uint8: reflect.TypeFor[uint8](), types.Uint16: reflect.TypeFor[uint16](),
	types.Uint32: reflect.TypeFor[uint32](), types.Uint64: reflect.TypeFor[uint64](), types.Uintptr: reflect.TypeFor[uintptr](),
	types.Float32: reflect.TypeFor[float32](), types.Float64: reflect.TypeFor[float64](),
	types.Complex64: reflect.TypeFor[complex64](), types.Complex128: reflect.TypeFor[complex128](),
}

// decisive are the methods that decide how a value is read, checked or written. String does so where a rule needs a text.
var decisive = []string{
	"MarshalJSON", "UnmarshalJSON", "MarshalText", "UnmarshalText", "String", "Values", "TextFormat", "ReadLax", "Zoned", "ZoneIsOptional",
	"Unwrap", "Open", "ElementType", "ValidatorValue", "Cmp", "Compare", "Scan",
}

// A Mirror makes mirrors, and knows the names of their originals. It is for one goroutine.
type Mirror struct {
	made   map[types.Type]made
	open   map[*types.Named]bool
	taken  map[reflect.Type]*types.Named // the stand-ins of named scalars
	stands map[*types.Named]reflect.Type
}

// made is a finished mirror.
type made struct {
	typ   reflect.Type
	exact bool
}

// New returns a Mirror.
func New() *Mirror {
	return &Mirror{made: map[types.Type]made{}, open: map[*types.Named]bool{}, taken: map[reflect.Type]*types.Named{}, stands: map[*types.Named]reflect.Type{}}
}

// Type returns the mirror of t. exact is false if something in it is Opaque or left out.
func (m *Mirror) Type(t types.Type) (_ reflect.Type, exact bool) {
	t = types.Unalias(t)
	if done, ok := m.made[t]; ok {
		return done.typ, done.exact
	}
	var out made
	out.typ, out.exact = m.make(t)
	if len(m.open) == 0 || out.exact { // a type that contains itself is Opaque inside of itself alone
		m.made[t] = out
	}
	return out.typ, out.exact
}

// make makes the mirror of a type that is no alias.
func (m *Mirror) make(t types.Type) (_ reflect.Type, exact bool) {
	switch t := t.(type) {
	case *types.Named:
		return m.named(t)
	case *types.Basic:
		if out := basics[t.Kind()]; out != nil {
			return out, true
		}
	case *types.Pointer:
		elem, exact := m.Type(t.Elem())
		return reflect.PointerTo(elem), exact
	case *types.Slice:
		elem, exact := m.Type(t.Elem())
		return reflect.SliceOf(elem), exact
	case *types.Array:
		elem, exact := m.Type(t.Elem())
		if t.Len() < 0 || t.Len() > 1<<16 {
			break
		}
		return reflect.ArrayOf(int(t.Len()), elem), exact
	case *types.Map:
		key, exactKey := m.Type(t.Key())
		elem, exactElem := m.Type(t.Elem())
		if !key.Comparable() {
			break
		}
		return reflect.MapOf(key, elem), exactKey && exactElem
	case *types.Chan:
		elem, exact := m.Type(t.Elem())
		dir := map[types.ChanDir]reflect.ChanDir{types.SendRecv: reflect.BothDir, types.SendOnly: reflect.SendDir, types.RecvOnly: reflect.RecvDir}[t.Dir()]
		if elem.Size() >= 1<<16 {
			break
		}
		return reflect.ChanOf(dir, elem), exact
	case *types.Signature:
		if t.Params().Len() == 0 && t.Results().Len() == 0 {
			return reflect.TypeFor[func()](), true
		}
	case *types.Interface:
		if t.Empty() {
			return reflect.TypeFor[any](), true
		}
	case *types.Struct:
		return m.structure(t)
	}
	return reflect.TypeFor[Opaque](), false
}

// named makes the mirror of a type with a name.
func (m *Mirror) named(t *types.Named) (_ reflect.Type, exact bool) {
	obj := t.Obj()
	if obj.Pkg() != nil {
		path := obj.Pkg().Path() + "." + obj.Name()
		if out := known[path]; out != nil {
			return out, true
		}
		if path == paramsPath+"Optional" && t.TypeArgs().Len() == 1 { // rules and texts of an Optional are those of a pointer
			elem, exact := m.Type(t.TypeArgs().At(0))
			return reflect.PointerTo(elem), exact
		}
		if path == paramsPath+"Filter" && t.TypeArgs().Len() == 1 {
			elem, exact := m.Type(t.TypeArgs().At(0))
			return filterOf(elem), exact
		}
	}
	if t.Obj().Name() == "error" && obj.Pkg() == nil {
		return reflect.TypeFor[error](), true
	}
	if m.open[t] || isDecided(t) || t.TypeParams().Len() > t.TypeArgs().Len() {
		return reflect.TypeFor[Opaque](), false
	}
	m.open[t] = true
	defer delete(m.open, t)
	out, exact := m.Type(t.Underlying())
	if exact && len(stand[out]) > 0 {
		return m.standIn(t, out), true
	}
	return out, exact
}

// isDecided reports whether methods of t decide how it is read.
func isDecided(t types.Type) bool {
	set := types.NewMethodSet(types.NewPointer(t))
	for _, name := range decisive {
		if s := set.Lookup(nil, name); s != nil {
			return true
		}
	}
	return false
}

// structure makes the mirror of a struct. Embedded structs of which there is no mirror are left out.
func (m *Mirror) structure(t *types.Struct) (_ reflect.Type, exact bool) {
	exact = true
	var fields []reflect.StructField
	for i := range t.NumFields() {
		v := t.Field(i)
		typ, sound := m.Type(v.Type())
		exact = exact && sound
		f := reflect.StructField{Name: v.Name(), Type: typ, Tag: reflect.StructTag(t.Tag(i)), Anonymous: v.Embedded()}
		if v.Embedded() {
			if marksUnion(v.Type()) {
				return reflect.TypeFor[Opaque](), false
			}
			base := typ
			if base.Kind() == reflect.Pointer {
				base = base.Elem()
			}
			if typ.NumMethod() > 0 || reflect.PointerTo(base).NumMethod() > 0 || base.Kind() != reflect.Struct || !v.Exported() && typ != base {
				exact = false
				continue
			}
			if !v.Exported() {
				f.Name = embeddedPrefix + v.Name()
			}
		} else if !v.Exported() {
			f.PkgPath = v.Pkg().Path()
		}
		fields = append(fields, f)
	}
	return structOf(fields, exact)
}

// structOf is reflect.StructOf; a struct that reflect cannot make is Opaque.
func structOf(fields []reflect.StructField, exact bool) (out reflect.Type, _ bool) {
	defer func() {
		if recover() != nil {
			out = nil
		}
	}()
	if out = reflect.StructOf(fields); out == nil {
		return reflect.TypeFor[Opaque](), false
	}
	return out, exact
}

// embeddedPrefix makes the name of an unexported embedded struct one that reflect accepts.
const embeddedPrefix = "Embedded_"

// marksUnion reports whether an embedded type makes its struct a union.
func marksUnion(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Pkg() != nil && (n.Obj().Pkg().Path()+"."+n.Obj().Name() == paramsPath+"AnyOf" || n.Obj().Pkg().Path()+"."+n.Obj().Name() == paramsPath+"OneOf")
}

// Words returns a text about mirrors as one about their originals.
func (m *Mirror) Words(text string, name func(types.Type) string) string {
	for out, t := range m.taken {
		text = strings.ReplaceAll(text, out.String(), name(t))
	}
	return strings.ReplaceAll(text, embeddedPrefix, "")
}

// standIn returns a type with a name, of the same underlying type as out, that stands for t alone. When all are taken it is out.
func (m *Mirror) standIn(t *types.Named, out reflect.Type) reflect.Type {
	if known := m.stands[t]; known != nil {
		return known
	}
	for _, s := range stand[out] {
		if m.taken[s] == nil {
			m.taken[s], m.stands[t] = t, s
			return s
		}
	}
	return out
}
