package brio

import (
	"github.com/brio-go/brio/internal/declare"
)

// ByAlias(false) writes the members of results under the names that their fields have in Go, as in "UserID", instead of
// those of their json tags. Only the names change: paths of ResponseInclude and ResponseExclude, keys of maps, computed
// fields and types with a MarshalJSON of their own keep theirs. The document has the names of Go too, but under
// [FastAPIDocument], where it has those of the json tags as in FastAPI. ByAlias(true) takes it back for a route or router.
func ByAlias(on bool) Option {
	return option(func(s *declare.Settings) { s.Filter.ByAlias.Set(on) })
}
