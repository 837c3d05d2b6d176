package errors_test

import (
	"testing"

	"github.com/brio-go/brio/tests/internal/contract"
)

func TestMain(m *testing.M) {
	contract.Main(m, map[string]string{
		"TestErrorFormatsWriteEveryStatus": "it sends an HTTPError with the status of a type that is declared",
	})
}
