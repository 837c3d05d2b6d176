package invoke

import (
	"fmt"
	"reflect"
	"unsafe"
)

// word is a machine word that is a pointer.
type word = unsafe.Pointer

// Limits of direct calls: beyond them a value could be split between registers and stack in another way than its
// words. amd64 passes nine integer words in registers, every other architecture more or none.
const (
	maxIn  = 8
	maxOut = 4
)

// Value is an argument or a result. What it holds depends on the type, which the caller knows: a pointer-shaped type
// stands in the first word, an interface in both; of every other type the first word points to the value. A second word
// that is not used may hold anything. It is no array: only fields travel in registers.
type Value struct{ first, second word }

// shape says how a type stands in a Value.
type shape uint8

const (
	boxed   shape = iota // behind a pointer
	pointer              // one word
	iface                // two words
	text                 // a string, behind a pointer
	list                 // a slice, behind a pointer
)

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

// isInline reports whether a value stands in a Value's own words, and not behind a pointer.
func (s shape) isInline() bool { return s == pointer || s == iface }

// words is how many words that are pointers a value takes in a signature.
func (s shape) words() int {
	if s.isInline() {
		return int(s)
	}
	return 0
}

// Of makes a Value of v. It allocates for types that are neither pointer-shaped nor interfaces.
func Of(v reflect.Value) Value {
	box := reflect.New(v.Type())
	box.Elem().Set(v)
	return At(v.Type(), box.UnsafePointer())
}

// At makes a Value of the t that p points to. The value is not copied when t is neither pointer-shaped nor an
// interface.
func At(t reflect.Type, p unsafe.Pointer) Value {
	switch shapeOf(t) {
	case pointer:
		return Value{*(*word)(p), nil}
	case iface:
		return *(*Value)(p)
	}
	return Value{p, nil}
}

// Pointer makes a Value of a pointer, to something of any type.
func Pointer(p unsafe.Pointer) Value { return Value{p, nil} }

// SetPointer is *v = Pointer(p), but leaves the second word as it is.
func (v *Value) SetPointer(p unsafe.Pointer) { v.first = p }

// Clear forgets what v holds.
func (v *Value) Clear() {
	if v.first = nil; v.second != nil { // a look costs less than to tell the collector
		v.second = nil
	}
}

// Interface makes a Value of an interface value; I is the interface type of the parameter it is for.
func Interface[I any](v I) Value { return *(*Value)(unsafe.Pointer(&v)) }

// Addr is where the value of type t stands that v holds. It points into v or to what v points to.
func (v *Value) Addr(t reflect.Type) unsafe.Pointer { return v.AddrIn(IsInline(t)) }

// AddrIn is Addr for a type of which InWords is known.
func (v *Value) AddrIn(words bool) unsafe.Pointer {
	if words {
		return unsafe.Pointer(v)
	}
	return v.first
}

// InWords reports whether values of type t stand in a Value's own words, and not behind a pointer.
func IsInline(t reflect.Type) bool { return shapeOf(t).isInline() }

// Reflect is the value of type t that v holds, addressable, and valid as long as v is not changed.
func (v *Value) Reflect(t reflect.Type) reflect.Value { return reflect.NewAt(t, v.Addr(t)).Elem() }

// Text is the text that v holds, which is of a type of the kind string.
func (v *Value) Text() string { return *(*string)(v.first) }

// Error is the error that v holds.
func (v *Value) Error() error { return *(*error)(unsafe.Pointer(v)) }

// IsNil reports whether a pointer-shaped value or an interface is nil.
func (v *Value) IsNil() bool { return v.first == nil }

// Func is a function ready to be called. It is immutable and safe for concurrent use.
type Func struct {
	closure word  // what a func value is: a pointer to its closure
	size    uint8 // how many words the results take
	nin     uint8 // words
	nout    uint8
	results uint8 // how many there are
	direct  bool
	first   shape         // of the first result, when it is text or list and the call is direct
	in      [maxIn]shape  // of the arguments, when the call is direct
	places  [maxOut]uint8 // of the results, see Place
	fn      any
}

// New prepares fn, a function that is not variadic.
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
		nin += s.words()
		direct = direct && s.isInline()
	}
	for i := range min(t.NumOut(), maxOut) {
		s := shapeOf(t.Out(i))
		f.places[i] = uint8(size)
		size += max(s.words(), 1)
		nout += s.words()
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

// restIsError reports whether there is one result, or a second that is an interface.
func restIsError(t reflect.Type) bool {
	return t.NumOut() == 1 || t.NumOut() == 2 && shapeOf(t.Out(1)) == iface
}

// Direct reports whether calls avoid reflect.
func (f *Func) Direct() bool { return f.direct }

// Place is where a call leaves the i-th result, for At and Keep.
func (f *Func) Place(i int) int { return int(f.places[i]) }

// A word more than there may be: every place is the first word of a Value, used or not.
type (
	argWords    [maxIn + 1]word
	resultWords [2*maxOut + 1]word
)

// Results is room for the results of a call, one behind the other: an interface takes two words, everything else one. It
// must not be copied: values may stand in it.
type Results struct {
	words resultWords
	used  int // of words, since Clear
	text  string
	list  []word

	ofText Value // of text, for CallText
}

// At is the result at a place. What it points to is valid until the next call or Clear.
func (r *Results) At(place int) *Value { return (*Value)(unsafe.Pointer(&r.words[place : place+2][0])) }

// Keep is the result at a place as a Value that stays valid.
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

// Clear forgets the results.
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

// Args are the arguments of one call. The zero value has none.
type Args struct {
	words argWords
	n     int
	boxed []Value // of functions that are called through reflect
}

// Add appends the argument for the next parameter of f. The second word of one that has only one is overwritten by the
// next argument, or not passed.
func (a *Args) Add(f *Func, i int, v Value) {
	if f.direct {
		a.words[a.n], a.words[a.n+1] = v.first, v.second
		a.n += int(f.in[i])
	} else {
		a.box(v)
	}
}

func (a *Args) box(v Value) { a.boxed = append(a.boxed, v) }

// Call calls the function. args has had one Value added for each parameter, in order. Functions with more than four
// results are not supported; handlers and dependencies have three at most.
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

// put notes a first result that stands behind a pointer, and the second where there is one.
func (r *Results) put(first word, second Value, results uint8) {
	r.words[0] = first
	if results > 1 {
		r.words[1], r.words[2] = second.first, second.second
	}
}

// TakesOnePointer reports whether Call1 can stand in for Call: a direct call with one argument, of a pointer-shaped type.
func (f *Func) TakesOnePointer() bool { return f.direct && f.nin == 1 }

// MapsPointer reports whether CallPointer can stand in for Call1: the results are one of a pointer-shaped type, and perhaps
// an interface, which must be an error.
func (f *Func) MapsPointer() bool {
	return f.TakesOnePointer() && f.first == boxed && (f.results == 1 && f.nout == 1 || f.results == 2 && f.nout == 3 && f.places[1] == 1)
}

// CallPointer calls a function that takes one pointer and gives one. The results stay in registers.
func (f *Func) CallPointer(p Value) (unsafe.Pointer, error) {
	return callPointer(f.closure, f.results > 1, p.first)
}

// GivesText reports whether CallText can stand in for Call: a direct call without arguments or with one, of a pointer-shaped
// type, that gives a text and perhaps an interface, which must be an error.
func (f *Func) GivesText() bool { return f.direct && f.first == text && f.nin <= 1 }

// CallText calls a function that gives a text, with an argument if it takes one. The Value is valid until the next call or
// Clear.
func (f *Func) CallText(p Value, r *Results) (*Value, error) {
	s, err := callText(f.closure, f.nin > 0, f.results > 1, p.first)
	r.text = s
	if r.ofText.first == nil { // once for each Results: to write a pointer is not free
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

// Put notes a pointer as the first result.
func (r *Results) Put(p unsafe.Pointer) *Value {
	r.used = max(r.used, 1)
	r.words[0] = p
	return r.At(0)
}

// IsNil reports whether the result at a place is nil.
func (r *Results) IsNil(place int) bool { return r.words[place] == nil }

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

// PointerTo makes a Value of a pointer.
func PointerTo[T any](p *T) Value { return Pointer(unsafe.Pointer(p)) }
