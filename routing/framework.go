package routing

import (
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/internal/startup"
)

// This file is for the framework: programs have no use for its functions.

// Declarations returns what a router declares, nil for a nil router. It shares the data with the Router.
func Declarations(r *Router) *declare.Router {
	if r == nil {
		return nil
	}
	return treeOf(r)
}

// ReportOf returns the report of mistakes that belong to no route.
func ReportOf(mistakes []startup.Mistake) (report Report) {
	for _, m := range mistakes {
		report = append(report, Mistake{Func: m.Func, Place: m.Place, Found: m.Found, Legal: m.Legal})
	}
	return report
}

// NewURLs returns the URLs of an app whose links build makes. base is that of the request that the URLs are for, zero outside of
// requests.
func NewURLs(build origin.LinkFunc, base origin.Base) *URLs {
	return &URLs{build, base}
}
