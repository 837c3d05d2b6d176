package invoke

//go:generate go test -run TestDirectSource . -update

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/brio-go/brio/internal/memory"
)

// word is a machine word that is a pointer.
type word = unsafe.Pointer

// The most words of a direct call. With more, a value could be split between registers and stack in another way than its words.
// amd64 passes nine integer words in registers, every other architecture more or none.
const (
	maxIn  = 8
	maxOut = 4
)

// Value is an argument or a result. The caller knows its type. A value of a pointer-shaped type is the first word, an interface is
// both words, and a value of any other type is what the first word points to. An unused second word may hold anything. Value is a
// struct, because arrays do not travel in registers.
type Value struct{ first, second word }

// shape says how values of a type stand in a Value.
type shape uint8

const (
	boxed   shape = iota // behind a pointer: any other type
	pointer              // in one word: pointers, maps, channels, functions
	iface                // in two words: interfaces
	text                 // a string, behind a pointer
	list                 // a slice, behind a pointer
)

// shapeOf returns the shape of values of type t.
func shapeOf(t reflect.Type) shape {
	switch t.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return pointer
	case reflect.Interface:
		return iface
	case reflect.String:
		return text
	case reflect.Slice:
		return list
	}
	return boxed
}

// isInline reports whether a value stands in the words of a Value, not behind a pointer.
func (s shape) isInline() bool { return s == pointer || s == iface }

// wordCount returns how many words the value takes in a signature of pointers; 0 for other types.
func (s shape) wordCount() int {
	if s.isInline() {
		return int(s)
	}
	return 0
}

// Of returns v as a Value. It allocates for types that are neither pointer-shaped nor interfaces.
func Of(v reflect.Value) Value {
	box := reflect.New(v.Type())
	box.Elem().Set(v)
	return At(v.Type(), box.UnsafePointer())
}

// At returns the t that p points to as a Value. The value is copied only if t is pointer-shaped or an interface.
func At(t reflect.Type, p unsafe.Pointer) Value {
	switch shapeOf(t) {
	case pointer:
		return Value{*(*word)(p), nil}
	case iface:
		return *(*Value)(p)
	}
	return Value{p, nil}
}

// Pointer returns a pointer, to a value of any type, as a Value.
func Pointer(p unsafe.Pointer) Value { return Value{p, nil} }

// PointerAt returns a pointer to the value at p as a Value.
func PointerAt(p memory.Place) Value { return Value{p.Pointer(), nil} }

// SetPointer sets *v to p, a pointer-shaped value, but leaves the second word as it is.
func (v *Value) SetPointer(p Value) { v.first = p.first }

// Clear zeroes v, so that the collector can free its value.
func (v *Value) Clear() {
	if v.first = nil; v.second != nil { // a comparison is cheaper than a write barrier
		v.second = nil
	}
}

// Interface returns an interface value as a Value. I is the interface type of the parameter.
func Interface[I any](v I) Value { return *(*Value)(unsafe.Pointer(&v)) }

// Place returns the place of v's value, which is of type t. It is inside of v, or what v points to.
func (v *Value) Place(t reflect.Type) memory.Place { return v.PlaceIn(t, IsInline(t)) }

// PlaceIn is Place for a type whose IsInline is known.
func (v *Value) PlaceIn(t reflect.Type, inline bool) memory.Place {
	if inline {
		return memory.At(t, unsafe.Pointer(v))
	}
	return memory.At(t, v.first)
}

// IsInline reports whether values of type t stand in the words of a Value, not behind a pointer.
func IsInline(t reflect.Type) bool { return shapeOf(t).isInline() }

// Reflect returns v's value, which is of type t. It is addressable, and valid until v changes.
func (v *Value) Reflect(t reflect.Type) reflect.Value { return v.Place(t).Value(t) }

// Text returns v's value, which is of a string type.
func (v *Value) Text() string { return *(*string)(v.first) }

// Error returns v's value, which is an error.
func (v *Value) Error() error { return *(*error)(unsafe.Pointer(v)) }

// IsNil reports whether a pointer-shaped value or an interface is nil.
func (v *Value) IsNil() bool { return v.first == nil }

// Func is a function that is prepared for calls. It does not change and is safe for concurrent use.
type Func struct {
	closure word  // the value of a func: a pointer to its closure
	size    uint8 // words that the results take in Results
	nin     uint8 // words of the arguments
	nout    uint8
	results uint8 // number of results
	direct  bool
	first   shape         // the first result's, when it is text or list and the call is direct
	in      [maxIn]shape  // the arguments', when the call is direct
	places  [maxOut]uint8 // where the results are, see Place
	fn      any
}

// New prepares fn. It panics when fn is variadic.
func New(fn reflect.Value) *Func {
	t := fn.Type()
	if t.IsVariadic() {
		panic(fmt.Sprintf("invoke: %s is variadic", t))
	}
	box := reflect.New(t)
	box.Elem().Set(fn)
	f := &Func{fn: fn.Interface(), closure: *(*word)(box.UnsafePointer()), results: uint8(t.NumOut())}
	direct, nin, nout, size := canCallDirectly, 0, 0, 0
	for i := range t.NumIn() {
		s := shapeOf(t.In(i))
		if i < maxIn {
			f.in[i] = s
		}
		nin += s.wordCount()
		direct = direct && s.isInline()
	}
	for i := range min(t.NumOut(), maxOut) {
		s := shapeOf(t.Out(i))
		f.places[i] = uint8(size)
		size += max(s.wordCount(), 1)
		nout += s.wordCount()
		if i == 0 && (s == text || s == list) && restIsError(t) {
			f.first = s
			continue
		}
		direct = direct && s.isInline()
	}
	f.nin, f.nout, f.size = uint8(nin), uint8(nout), uint8(size)
	f.direct = direct && nin <= maxIn && nout <= maxOut && t.NumOut() <= maxOut
	return f
}

// restIsError reports whether t has one result, or a second one that is an interface.
func restIsError(t reflect.Type) bool {
	return t.NumOut() == 1 || t.NumOut() == 2 && shapeOf(t.Out(1)) == iface
}

// Direct reports whether calls of f do without reflect.
func (f *Func) Direct() bool { return f.direct }

// Place returns where a call stores its i-th result, for Results.At and Results.Keep.
func (f *Func) Place(i int) int { return int(f.places[i]) }

// The words have one more than a call may use, so that each place is the first word of a Value.
type (
	argWords    [maxIn + 1]word
	resultWords [2*maxOut + 1]word
)

// Results holds the results of a call, one after the other. An interface takes two words, any other value one. It must not be
// copied: a result may point into it.
type Results struct {
	words resultWords
	used  int // words that are set since Clear
	text  string
	list  []word

	ofText Value // points to text, for CallText
}

// At returns the result at a place. It is valid until the next call or Clear.
func (r *Results) At(place int) *Value { return (*Value)(unsafe.Pointer(&r.words[place : place+2][0])) }

// Keep returns the result at a place as a Value that stays valid. It copies strings and slice headers, one allocation each.
func (r *Results) Keep(place int) Value {
	v := Value{r.words[place], r.words[place+1]}
	switch v.first {
	case word(&r.text):
		own := r.text
		v.first = word(&own)
	case word(&r.list):
		own := r.list
		v.first = word(&own)
	}
	return v
}

// Clear zeroes the results.
func (r *Results) Clear() {
	for i := range r.words[:r.used] {
		r.words[i] = nil
	}
	r.used = 0
	if r.text != "" {
		r.text = ""
	}
	if r.list != nil {
		r.list = nil
	}
}

// Args has the arguments of one call. The zero value has none.
type Args struct {
	words argWords
	n     int
	boxed []Value // the arguments of a call through reflect
}

// Add appends the argument for f's parameter i. Arguments are added in order. The next argument overwrites an unused second word.
func (a *Args) Add(f *Func, i int, v Value) {
	if f.direct {
		a.words[a.n], a.words[a.n+1] = v.first, v.second
		a.n += int(f.in[i])
	} else {
		a.box(v)
	}
}

func (a *Args) box(v Value) { a.boxed = append(a.boxed, v) }

// Call calls the function. args has one Value for each parameter. A function has at most four results; handlers and dependencies
// have three.
func (f *Func) Call(args *Args, r *Results) {
	r.used = max(r.used, int(f.size))
	switch {
	case !f.direct:
		f.reflectCall(args.boxed, r)
	case f.first == text:
		var err Value
		r.text, err = callFor[string](f.closure, int(f.nin), int(f.results), &args.words)
		r.put(word(&r.text), err, f.results)
	case f.first == list:
		var err Value
		r.list, err = callFor[[]word](f.closure, int(f.nin), int(f.results), &args.words)
		r.put(word(&r.list), err, f.results)
	default:
		call(f.closure, int(f.nin), int(f.nout), &args.words, &r.words)
	}
}

// put stores a first result that stands behind a pointer, and the second if there is one.
func (r *Results) put(first word, second Value, results uint8) {
	r.words[0] = first
	if results > 1 {
		r.words[1], r.words[2] = second.first, second.second
	}
}

// TakesOnePointer reports whether Call1 can replace Call: the call is direct, and its one argument is of a pointer-shaped type.
func (f *Func) TakesOnePointer() bool { return f.direct && f.nin == 1 }

// MapsPointer reports whether CallPointer can replace Call1: the first result is of a pointer-shaped type, and there is no second
// one, or an error.
func (f *Func) MapsPointer() bool {
	return f.TakesOnePointer() && f.first == boxed && (f.results == 1 && f.nout == 1 || f.results == 2 && f.nout == 3 && f.places[1] == 1)
}

// CallPointer calls a function that takes a pointer and returns one. The results stay in registers.
func (f *Func) CallPointer(p Value) (Value, error) {
	v, err := callPointer(f.closure, f.results > 1, p.first)
	return Value{v, nil}, err
}

// GivesText reports whether CallText can replace Call: the call is direct, with no argument or one of a pointer-shaped type; the
// first result is a string, and there is no second one, or an error.
func (f *Func) GivesText() bool { return f.direct && f.first == text && f.nin <= 1 }

// CallText calls a function that returns a string, with the argument p if it takes one. The Value is valid until the next call or
// Clear.
func (f *Func) CallText(p Value, r *Results) (*Value, error) {
	s, err := callText(f.closure, f.nin > 0, f.results > 1, p.first)
	r.text = s
	if r.ofText.first == nil { // once for each Results: a write of a pointer costs a write barrier
		r.ofText.first = word(&r.text)
	}
	return &r.ofText, err
}

// Call1 calls a function that takes one pointer.
func (f *Func) Call1(p Value, r *Results) {
	r.used = max(r.used, int(f.size))
	switch f.first {
	case text:
		var err Value
		r.text, err = call1For[string](f.closure, int(f.results), p.first)
		r.put(word(&r.text), err, f.results)
	case list:
		var err Value
		r.list, err = call1For[[]word](f.closure, int(f.results), p.first)
		r.put(word(&r.list), err, f.results)
	default:
		call1(&f.closure, int(f.nout), p.first, &r.words)
	}
}

// Put stores a pointer-shaped value as the first result.
func (r *Results) Put(p Value) *Value {
	r.used = max(r.used, 1)
	r.words[0] = p.first
	return r.At(0)
}

// IsNil reports whether the result at a place is nil.
func (r *Results) IsNil(place int) bool { return r.words[place] == nil }

// reflectCall calls the function through reflect.
func (f *Func) reflectCall(args []Value, r *Results) {
	fn := reflect.ValueOf(f.fn)
	t := fn.Type()
	in := make([]reflect.Value, t.NumIn())
	for i := range in {
		v := args[i]
		in[i] = v.Reflect(t.In(i))
	}
	for i, out := range fn.Call(in) {
		v := Of(out)
		at := f.Place(i)
		r.words[at] = v.first
		if shapeOf(out.Type()) == iface {
			r.words[at+1] = v.second
		}
	}
}

// PointerTo returns a pointer as a Value.
func PointerTo[T any](p *T) Value { return Pointer(unsafe.Pointer(p)) }
