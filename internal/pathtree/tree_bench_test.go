package pathtree

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
)

type benchRoute struct{ method, pattern, path string }

// githubRoutes reads testdata/tree_routes.txt: 200 routes of the GitHub API, one "METHOD pattern" a line.
func githubRoutes(b *testing.B) (routes []benchRoute) {
	b.Helper()
	text, err := os.ReadFile("testdata/tree_routes.txt")
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		method, p, _ := strings.Cut(strings.TrimSpace(line), " ")
		routes = append(routes, benchRoute{method, p, exampleOf(mustPattern(b, p), mustPattern(b, p))})
	}
	return routes
}

// manyRoutes are 1,000 GET routes of 250 resources in 10 groups.
func manyRoutes(b *testing.B) (routes []benchRoute) {
	for i := range 250 {
		base := fmt.Sprintf("/api/v1/group%d/resource%d", i%10, i)
		for _, s := range []string{"", "/{id}", "/{id}/parts/{part}", "/search/all"} {
			p := base + s
			routes = append(routes, benchRoute{"GET", p, exampleOf(mustPattern(b, p), mustPattern(b, p))})
		}
	}
	return routes
}

func methodTrees(b *testing.B, routes []benchRoute) map[string]*Tree[string] {
	trees := map[string]*Tree[string]{}
	for _, r := range routes {
		if trees[r.method] == nil {
			trees[r.method] = new(Tree[string])
		}
		if err := trees[r.method].Insert(mustPattern(b, r.pattern), r.pattern); err != nil {
			b.Fatal(err)
		}
	}
	return trees
}

// BenchmarkTreeMatch is the time of one match, averaged over all routes of the table.
func BenchmarkTreeMatch(b *testing.B) {
	for _, table := range []struct {
		name   string
		routes []benchRoute
	}{{"github200", githubRoutes(b)}, {"many1000", manyRoutes(b)}} {
		trees := methodTrees(b, table.routes)
		type request struct {
			tree    *Tree[string]
			pattern string
			path    string
		}
		var all, static []request
		for _, r := range table.routes {
			all = append(all, request{trees[r.method], r.pattern, r.path})
			if !strings.Contains(r.pattern, "{") {
				static = append(static, all[len(all)-1])
			}
		}
		for _, kind := range []struct {
			name     string
			requests []request
			escaped  bool
		}{{"all", all, false}, {"static", static, false}, {"escaped", all, true}} {
			b.Run(table.name+"/"+kind.name, func(b *testing.B) {
				requests := kind.requests
				if kind.escaped { // the last byte is "%XX"
					requests = nil
					for _, r := range kind.requests {
						r.path = r.path[:len(r.path)-1] + fmt.Sprintf("%%%02X", r.path[len(r.path)-1])
						requests = append(requests, r)
					}
				}
				dst := make([]string, 0, 8)
				b.ReportAllocs()
				i := 0
				for b.Loop() {
					r := &requests[i]
					if got, _, _ := r.tree.Match(r.path, kind.escaped, dst); got != r.pattern {
						b.Fatalf("%s: got %q, want %q", r.path, got, r.pattern)
					}
					if i++; i == len(requests) {
						i = 0
					}
				}
			})
		}
	}
}

// BenchmarkTreeServeMux asks net/http the same question, for comparison: Handler cleans the path, too.
func BenchmarkTreeServeMux(b *testing.B) {
	for _, table := range []struct {
		name   string
		routes []benchRoute
	}{{"github200", githubRoutes(b)}, {"many1000", manyRoutes(b)}} {
		b.Run(table.name, func(b *testing.B) {
			mux := http.NewServeMux()
			var requests []*http.Request
			for _, r := range table.routes {
				mux.Handle(r.method+" "+r.pattern, http.NotFoundHandler())
				requests = append(requests, &http.Request{Method: r.method, Host: "example.com", URL: &url.URL{Path: r.path}})
			}
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				mux.Handler(requests[i])
				if i++; i == len(requests) {
					i = 0
				}
			}
		})
	}
}

// BenchmarkTreeHostile is a path made to visit all of a tree of depth 20.
func BenchmarkTreeHostile(b *testing.B) {
	tr, _ := hostileTree(b, 20)
	path := strings.Repeat("/a", 20) + "/none"
	dst := make([]string, 0, 32)
	b.ReportAllocs()
	for b.Loop() {
		tr.Match(path, false, dst)
	}
}

func BenchmarkTreeInsert1000(b *testing.B) {
	routes := manyRoutes(b)
	b.ReportAllocs()
	for b.Loop() {
		methodTrees(b, routes)
	}
}
