package design_test

import (
	"testing"

	"github.com/brio-go/brio/tests/internal/contract"
)

// TestMain checks the requests and answers of this package's tests against the documents of their apps.
func TestMain(m *testing.M) {
	contract.Main(m, map[string]string{
		"TestSecondProgramOfDesign": "it documents what an error's detail is, not its body",
	})
}
