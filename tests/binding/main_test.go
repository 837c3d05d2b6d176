package binding_test

import (
	"testing"

	"github.com/brio-go/brio/tests/internal/contract"
)

func TestMain(m *testing.M) {
	contract.Main(m, map[string]string{
		"TestValidateErrorDetailKeepsInput":   "a Validate method refuses what the schema takes",
		"TestRulesCompareOrderedTypes":        "the schema of a text cannot say what its value is compared with",
		"TestExtraAllowChecksCollectedValues": "a schema cannot say how many undeclared names there are",
		"TestJSONErrorKinds":                  "it has an error type of its own",
	})
}
