package forms_test

import (
	"testing"

	"github.com/brio-go/brio/tests/internal/contract"
)

func TestMain(m *testing.M) {
	contract.Main(m, map[string]string{
		"TestMultipartReportsMalformedBodies": "a handler that does not read its Parts does not notice that there are none",
	})
}
