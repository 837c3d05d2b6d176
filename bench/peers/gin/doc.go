// Package gin is gin-gonic/gin with its own binders and binding.Validator. Build
// with -tags go_json to give it goccy/go-json in place of encoding/json.
package gin
