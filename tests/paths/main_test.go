package paths

import (
	"testing"

	"github.com/brio-go/brio/tests/internal/contract"
)

func TestMain(m *testing.M) {
	contract.Main(m, map[string]string{
		"TestDecodedPathsDivideAtEncodedSlashes": "the document's templates divide the path as it was sent",
	})
}
