package merge_test

import (
	"testing"

	"github.com/brio-go/brio/tests/internal/contract"
)

func TestMain(m *testing.M) { contract.Main(m, nil) }

// message is the result of a handler.
type message struct {
	Message string `json:"message"`
}
