// Package paths tests what a path means: to the router, to handlers, to middleware that rewrites it, and behind prefixes.
package paths

import (
	"testing"

	"github.com/brio-go/brio/internal/contract"
)

func TestMain(m *testing.M) {
	contract.Main(m, map[string]string{
		"TestDecodedPathsDivideAtEncodedSlashes": "the document's templates divide the path as it was sent",
	})
}
