package origin

import (
	"context"
	"net/url"
	"testing"
)

// TestPrefixOfCountsEachPrefixOnce: the client's path has the root path and the prefixes that this process removed, each once.
func TestPrefixOfCountsEachPrefixOnce(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ root, target, path, want string }{
		"no prefix":                     {"", "/a", "/a", ""},
		"root path, removed by a proxy": {"/api", "/a", "/a", "/api"},
		"root path, removed here":       {"/api", "/api/a", "/a", "/api"},
		"prefix removed by a handler":   {"", "/v1/a", "/a", "/v1"},
		"both":                          {"/api", "/v1/a", "/a", "/api/v1"},
		"mount behind a proxy":          {"/api/inner", "/inner/a", "/a", "/api/inner"},
		"mount, root path removed here": {"/api/inner", "/api/inner/a", "/a", "/api/inner"},
	} {
		ctx := context.Context(&rootPathContext{Context: t.Context(), prefix: tt.root})
		if got := PrefixOf(ctx, &url.URL{Path: tt.path}, tt.target); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}
