// Package values_test tests what becomes of values on their way through a whole app: numbers, moments, durations, URLs.
package values_test

import (
	"testing"

	"github.com/brio-go/brio/tests/internal/contract"
)

func TestMain(m *testing.M) { contract.Main(m, except) }

// except are tests that send what FastAPI takes and its document does not say.
var except = map[string]string{
	"TestFloat32IsReadLaxly": "a number in a string", "TestCompatReadsMomentsAsPydantic": "numbers for dates and times",
	"TestTimesRefuseLeapSeconds": "date-time has leap seconds",
	"TestFaultCompatMoments":     "Unix time", "TestCompatReadsDatesAndDurationsAsPydantic": "numbers for dates and times",
}
