package brio_test

import (
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/brio-go/brio/internal/contract"
)

// ask sends a request to an app in memory; headers are "Key: value".
func ask(h http.Handler, method, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	for _, line := range headers {
		if key, value, ok := strings.Cut(line, ": "); ok {
			r.Header.Add(key, value)
		}
	}
	w := httptest.NewRecorder()
	contract.Serve(h, w, r)
	return w
}
