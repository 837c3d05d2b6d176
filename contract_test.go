package brio_test

import (
	"testing"

	"github.com/brio-go/brio/internal/contract"
)

// TestMain holds what the tests of this package send and get to the documents of the apps.
func TestMain(m *testing.M) {
	contract.Main(m, map[string]string{
		"TestSecondProgramOfTheDesign": "it documents what an error's detail is, not its body",
	})
}
