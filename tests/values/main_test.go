// Package values_test tests what becomes of values on their way through a whole app: numbers, moments, durations, URLs.
package values_test

import (
	"testing"

	"github.com/brio-go/brio/internal/contract"
)

func TestMain(m *testing.M) { contract.Main(m, nil) }
