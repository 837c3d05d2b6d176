package house_test

import (
	"fmt"
	"slices"
)

// floors has the floor of each package of the core. A package imports only packages of lower floors.
var floors = map[string]int{
	"briotest":                   14,
	"internal/explore":           2,
	"internal/contract":          1,
	"brio":                       13,
	"internal/app":               12,
	"internal/document":          11,
	"internal/document/pages":    11,
	"internal/route":             10,
	"security":                   9,
	"dependencies":               8,
	"internal/ask":               7,
	"internal/injectables":       7,
	"internal/serve":             7,
	"routing":                    6,
	"internal/inject":            6,
	"internal/declare":           5,
	"internal/bind":              5,
	"internal/settings":          5,
	"responsemodel":              5,
	"sqlpages":                   5,
	"params":                     4,
	"internal/translate":         4,
	"jobs":                       5,
	"jobs/enginetest":            6,
	"internal/jobspage":          6,
	"internal/encode":            4,
	"internal/jsonpatch":         4,
	"response":                   3,
	"middleware":                 3,
	"middleware/storetest":       4,
	"websocket":                  3,
	"internal/model":             3,
	"internal/socket":            2,
	"internal/answer":            2,
	"internal/accesslog":         2,
	"cookies":                    2,
	"hub":                        4,
	"cmd/brio":                   8,
	"internal/constraint":        2,
	"internal/health":            2,
	"internal/exchange":          1,
	"internal/document/asyncapi": 1,
	"internal/faults":            1,
	"internal/files":             1,
	"internal/comments":          1,
	"background":                 1,
	"internal/json":              1,
	"internal/pathtree":          1,
	"internal/published":         1,
	"internal/panics":            1,
	"internal/startup":           0,
	"openapi/spec":               0,
	"internal/swar":              0,
	"internal/switches":          0,
	"internal/invoke":            1,
	"internal/memory":            0,
	"internal/origin":            1,
	"internal/httptext":          0,
	"internal/httpwriter":        0,
	"internal/iterate":           0,
	"internal/funcname":          0,
	"internal/finite":            0,
	"internal/sse":               0,
	"internal/argument":          0,
	"internal/mistakes":          0,
	"internal/trace":             0,
}

// brokenFloors finds imports of packages that are not lower, and packages without a floor.
func brokenFloors(t *tree, floors map[string]int) []place {
	var places []place
	core := map[string]bool{}
	for _, p := range t.pkgs {
		if !p.core() {
			continue
		}
		core[p.path] = true
		floor, ok := floors[p.path]
		if !ok {
			places = append(places, place{key: p.path + " has no floor"})
			continue
		}
		for _, f := range p.files {
			for _, path := range importsOf(f.ast) {
				path, ok := short(path)
				if !ok {
					continue
				}
				below, known := floors[path]
				switch {
				case !known && t.pkg(path) != nil && !t.pkg(path).core():
					places = append(places, place{fmt.Sprintf("%s imports %s, which is for tests", p.path, path), f.name})
				case known && below >= floor:
					places = append(places, place{fmt.Sprintf("%s (floor %d) imports %s (floor %d)", p.path, floor, path, below), f.name})
				}
			}
		}
	}
	for path := range floors {
		if !core[path] {
			places = append(places, place{key: path + " has a floor, and is no package"})
		}
	}
	slices.SortFunc(places, byKey)
	return places
}
