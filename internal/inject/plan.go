package inject

import (
	"context"
	"net/http"
	"reflect"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/invoke"
	"github.com/brio-go/brio/response"
)

// Plan is a handler with everything it and its guards need, as a list of steps. It is immutable and safe for
// concurrent use.
type Plan struct {
	Settings *bind.Settings
	steps    []step // each fills the slot of its number
	handler  call

	Result      reflect.Type // of the handler; nil: none
	MaxBody     int64        // bytes that functions may read which take the *http.Request
	Request     bool         // a function takes the *http.Request
	UsesContext bool         // a function takes the context.Context
	Fails       bool         // some function returns an error

	explanation *explanation // nil: no provider is used
}

// explanation is read by Explain and the document only, never by a request.
type explanation struct {
	tree    []*Node // the guards in order, then the handler
	sources []SourceUse
}

// SourceUse is one use of a Source, such as a security scheme, with the scopes asked for on the way to it and the place
// of its declaration.
type SourceUse struct {
	Source Source
	Scopes []string
	Askers []*Provider // of the Scopes, one for each: what was declared with it
	Place  string
}

// step binds one parameter struct or calls one provider, and fills a slot.
type step struct {
	bind     *bind.Binder
	typ      reflect.Type // of the parameter struct
	sortEnd  bool         // the last parameter struct of a function: its errors are brought in order
	call     call
	value    *invoke.Value // of a provider that is not called
	provider *Provider
}

// call is a function with the origin of each of its arguments.
type call struct {
	fn   *invoke.Func // nil for a value, which is not called
	slot int32        // of the argument of one; negative: it is the exchange
	places
	onePointer    bool // fn takes one pointer, from a slot or the exchange
	pointerResult bool // and gives one, and perhaps an error, as most dependencies do
	textResult    bool // fn takes nothing or one pointer, and gives a text, and perhaps an error
	args          []arg
}

type arg struct {
	kind argKind
	slot int32
	from func(*Frame) invoke.Value // of the kinds fromSpecial and fromConverted
}

type argKind uint8

const (
	fromSlot      argKind = iota
	fromConverted         // a slot whose type implements the parameter's interface
	fromContext
	fromRequest
	fromResponse
	fromTasks
	fromExchange
	fromSpecial
)

var (
	contextType  = reflect.TypeFor[context.Context]()
	requestType  = reflect.TypeFor[*http.Request]()
	responseType = reflect.TypeFor[*response.Response]()
	tasksType    = reflect.TypeFor[*background.Tasks]()
	exchangeType = reflect.TypeFor[*exchange.Exchange]()
)
