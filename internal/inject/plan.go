package inject

import (
	"reflect"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/invoke"
)

// Plan is the list of steps that runs one handler: the guards, the providers that they and the handler need, and the parameter structs.
// It is immutable and safe for concurrent use.
type Plan struct {
	Settings     *bind.Settings
	steps        []step // each fills the slot of its number
	Marks        Marks  // of the framework types that the functions take
	ReturnsError bool   // a function of the plan has an error as a result
	InlineResult bool   // Result fits the words of an invoke.Value
	SharesErrors bool   // only the framework reads the errors of a request, so they are not copied
	handler      call

	Result  reflect.Type // of the handler; nil: none
	MaxBody int64        // bytes of the body that a function with the *http.Request may read

	explanation *explanation // nil: no provider is used
}

// explanation is read by Explain and the document only, never by a request.
type explanation struct {
	tree    []*Node // the guards in order, then the handler
	sources []SourceUse
}

// SourceUse is one use of a Source, such as a security scheme, with the scopes that are required on the way to it.
type SourceUse struct {
	Source     Source
	Scopes     []string
	RequiredBy []*Provider // for each scope the provider that was declared with it
	Place      string      // of the Source's declaration
}

// step fills a slot: it binds a parameter struct, calls a provider, or copies a value.
type step struct {
	bind     *bind.Binder
	typ      reflect.Type // of the parameter struct
	sortEnd  bool         // the last parameter struct of a function: the function's errors are sorted
	call     call
	value    *invoke.Value // of a provider that is a value; shared by requests
	provider *Provider
}

// call is a function with the origin of each of its arguments.
type call struct {
	fn   *invoke.Func // nil for a value, which is not called
	slot int32        // of the argument, if onePointer; -1: the argument is the exchange
	places
	onePointer    bool // fn takes one pointer, from a slot or the exchange
	pointerResult bool // onePointer, and fn returns one pointer, perhaps with an error, as most providers do
	textResult    bool // fn takes nothing or one pointer, and returns a string, perhaps with an error
	args          []arg
}

// arg is the origin of one argument.
type arg struct {
	kind argKind
	slot int32                     // of the kinds fromSlot and fromConverted
	from func(*Frame) invoke.Value // of the kinds fromRow and fromConverted
}

// argKind says what an argument is made of.
type argKind uint8

const (
	fromSlot      argKind = iota
	fromConverted         // a slot whose type implements the parameter's interface
	fromExchange
	fromRow // a function of a Row
)
