package enginetest_test

import (
	"testing"

	"github.com/brio-go/brio/jobs"
	"github.com/brio-go/brio/jobs/enginetest"
)

func TestMemory(t *testing.T) {
	enginetest.Engine(t, func(*testing.T) jobs.Engine { return jobs.NewMemory() })
	e := jobs.NewMemory()
	t.Run("shared", func(t *testing.T) { enginetest.Shared(t, func(*testing.T) jobs.Engine { return e }) })
}
