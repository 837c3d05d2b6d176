package startup

import (
	"sync"

	"github.com/brio-go/brio/internal/invoke"
)

// warnings are texts by the identity of a function. Middleware is made once, when the program starts, so entries stay.
var warnings sync.Map

// Warn records a warning about a function. It is safe for concurrent use.
func Warn(fn any, text string) { warnings.Store(invoke.Identity(fn), text) }

// Warning returns what Warn has recorded about a function, "" for nothing.
func Warning(fn any) string {
	text, _ := warnings.Load(invoke.Identity(fn))
	s, _ := text.(string)
	return s
}
