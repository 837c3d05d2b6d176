package compat_test

import (
	"testing"

	"github.com/brio-go/brio/tests/internal/contract"
)

func TestMain(m *testing.M) {
	lax := "LaxJSON and LaxText take spellings that the document, as FastAPI's, does not mention"
	contract.Main(m, map[string]string{
		"TestLaxJSONReadsScalarsAsPydantic": lax,
		"TestLaxJSONHoldsInEachBody":        lax,
		"TestLaxTextReadsScalarsAsPydantic": lax,
		"TestFastAPICompatChangesAnswers":   lax,
	})
}
