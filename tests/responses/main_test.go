package responses_test

import (
	"testing"

	"github.com/brio-go/brio/tests/internal/contract"
)

func TestMain(m *testing.M) {
	contract.Main(m, map[string]string{
		"TestAroundReplacesOutcome": "Around answers with other responses than those that are documented",
	})
}
