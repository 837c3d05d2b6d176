package hostile_test

import (
	"testing"

	"github.com/brio-go/brio/tests/internal/contract"
)

func TestMain(m *testing.M) {
	contract.Main(m, map[string]string{
		"TestJSONMemoryIsBoundedByMaxBody": "LaxJSON takes spellings that the document, as FastAPI's, does not mention",
	})
}
