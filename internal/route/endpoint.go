package route

import (
	"net/http"
	"reflect"
	"slices"
	"time"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/answer"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/encode"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/files"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/internal/pathtree"
	"github.com/brio-go/brio/internal/switches"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/routing"
)

// endpoint is one compiled route. It does not change after Compile. The fields that every request reads come first, in 64 bytes: with
// many routes, each line of the processor's cache that a request reads is a miss. An endpoint is allocated as 192 bytes, three lines.
type endpoint struct {
	plan *inject.Plan
	*group
	contentType *exchange.ContentType
	chain       http.Handler // the middleware and the endpoint in it; nil without middleware
	success     int16        // the status if no function sets another: the route's or the class's
	kind        resultKind
	negotiates  bool              // clients may ask for other media types than JSON, or for another protocol than HTTP
	usesRequest bool              // a function of the plan, or Around, takes the *http.Request
	endsWithApp bool              // the app ends the context of requests at its shutdown: the result is a stream, or may be one
	switches    switches.Set      // the ones that are on
	path        pathtree.Template // Text first

	encoder *encode.Encoder // of kind modelled; of dynamic where a model was declared
	items   itemKind
	isPage  bool  // the result is a response.Page, whose answer has a Link header
	status  int16 // of the option Status; 0: none
	route   *declare.Route
	name    string
	model   reflect.Type // the response model, which the encoder is compiled for
	class   *answer.Class
	rare    *rareEndpoint // nil for most routes

	_ [24]byte // 160 bytes would begin in the middle of a line
}

// itemKind says what the iterator of a stream yields, and how it is sent. More than one bit may be set.
type itemKind uint8

const (
	sentAsEvents   itemKind = 1 << iota // as server-sent events
	eventItems                          // response.Event[T]
	interfaceItems                      // the items, or the Data of events, are interfaces: each has its own type
)

// group is what the routes of a router share. A route that sets one of these itself has a group of its own.
type group struct {
	table        *Table
	within       *declare.Settings      // of the routers around
	handlers     []declare.ErrorHandler // in the order in which they are asked
	middleware   []routing.Middleware
	around       []routing.Around
	queue        background.Queue
	ping         time.Duration // of streams
	writeTimeout time.Duration // likewise
}

// rareEndpoint holds what few routes have.
type rareEndpoint struct {
	offers    []declare.Encoder    // nil: JSON alone; else JSON first
	responses []declare.Documented // of the settings, and of the errors that the route raises
	callbacks []Callback
	host      *hostTable          // nil: every host
	version   *version            // nil: no version, or all
	handler   http.Handler        // of kind mounted
	routes    []routing.RouteInfo // of a mounted App, without the prefix
	link      origin.LinkFunc     // of the mounted App; nil: none
	folder    *files.Folder       // of kind fromFolder
	socket    *socketRoute        // of kind connection
	sunset    *deprecation        // nil: not deprecated since a date
}

// readRare returns the rare fields. Callers do not write to them: for most routes they are a zero value.
func (e *endpoint) readRare() *rareEndpoint {
	if e.rare == nil {
		return &rareEndpoint{}
	}
	return e.rare
}

// writeRare returns the rare fields for writing, and makes them if the route has none.
func (e *endpoint) writeRare() *rareEndpoint {
	if e.rare == nil {
		e.rare = &rareEndpoint{}
	}
	return e.rare
}

// hostNames returns the names of the wildcards of the endpoint's host. They stand behind those of the path in path.Names.
func (e *endpoint) hostNames() []string {
	if e.rare == nil || e.rare.host == nil {
		return nil
	}
	return e.rare.host.names
}

// hostPattern returns the pattern of the endpoint's host, "" for every host.
func (e *endpoint) hostPattern() string {
	if e.rare == nil || e.rare.host == nil {
		return ""
	}
	return e.rare.host.pattern
}

// info describes the route; tags are those of its settings. The result shares nothing with the endpoint, so functions may keep it.
func (e *endpoint) info(tags []string) routing.RouteInfo {
	info := routing.RouteInfo{Path: e.path.Text, Name: e.name, Function: e.route.Function, Tags: slices.Clone(tags)}
	info.Host = e.hostPattern()
	if e.rare != nil && e.rare.version != nil {
		info.Version = e.rare.version.name
	}
	return info
}

// mediaType returns the media type of the class, or, for JSON, that of the version.
func (e *endpoint) mediaType() string {
	if e.rare == nil || e.rare.version == nil || e.rare.version.media == "" || e.class != response.ClassOf(response.JSONClass) {
		return e.class.MediaType
	}
	return e.rare.version.media
}

// routeInfo returns the function that describes the route for a request.
func (e *endpoint) routeInfo(tags []string) func(*exchange.Exchange) *routing.RouteInfo {
	return func(x *exchange.Exchange) *routing.RouteInfo {
		info := e.info(tags)
		info.RootPath = origin.RootPath(x.Context())
		if info.Method = x.Method(); !slices.Contains(e.route.Methods, info.Method) {
			info.Method = http.MethodGet // GET answers HEAD
		}
		return &info
	}
}

// settings merges the settings of the route with those of the routers around it. It is for the document and Explain: requests use
// what compile made of them.
func (e *endpoint) settings() *declare.RouteSettings {
	s := e.route.Settings()
	s.Inherit(e.within)
	return s
}

// resultKind says how the handler's result becomes an answer.
type resultKind uint8

const (
	modelled   resultKind = iota // the response model encodes a value
	dynamic                      // an interface: the dynamic type of each value decides
	classed                      // a response class that is not JSON renders a value
	texts                        // a string is the body as it is
	binary                       // a []byte is the body as it is
	direct                       // a *Response
	stream                       // an iterator: JSON Lines or events
	nothing                      // the handler has no result, and the answer no body
	null                         // the handler has no result, and the answer is null (NullResults)
	unmatched                    // no route matches: 404, 405, OPTIONS or a redirect
	mounted                      // a handler of net/http answers
	fromFolder                   // a file of Static or Frontend
	connection                   // the handler takes the connection of a WebSocket
)
