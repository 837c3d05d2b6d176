package models_test

import (
	"testing"

	"github.com/brio-go/brio/tests/internal/contract"
)

func TestMain(m *testing.M) {
	contract.Main(m, map[string]string{
		"TestResponseModelHidesUndeclaredFields":  "schemas have the names of the aliases, as FastAPI's",
		"TestValidateResponsesReportsBrokenRules": "it sends what breaks the rules of its model",
		"TestValidateResponsesCallsValidate":      "it sends what a Validate method refuses",
	})
}
