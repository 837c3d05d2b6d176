package binding_test

import (
	"testing"

	"github.com/brio-go/brio/internal/contract"
)

func TestMain(m *testing.M) {
	contract.Main(m, map[string]string{
		"TestValidateErrorDetailKeepsTheInput":     "a Validate method refuses what the schema takes",
		"TestRulesCompareTypesThatOrderThemselves": "the schema of a text cannot say what its value is compared with",
		"TestExtraAllowChecksWhatItCollects":       "a schema cannot say how many undeclared names there are",
		"TestValidateResponsesCallsValidate":       "it sends what a Validate method refuses",
		"TestJSONErrorKinds":                       "it has an error type of its own",
	})
}
