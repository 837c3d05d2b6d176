package bind

import (
	"testing"

	"github.com/brio-go/brio/internal/model"
)

// TestSourcesHaveReaders: the row of a source has the functions that its row in internal/model calls for.
func TestSourcesHaveReaders(t *testing.T) {
	for s := range model.Sources() {
		if int(s) >= len(sources) {
			t.Fatalf("%s has no row in package bind", s)
		}
		row := sources[s]
		if s.IsText() && row.value == nil {
			t.Errorf("%s: parameters are read from text, and value is nil", s)
		}
		if s.Allows(model.Repeated) && row.values == nil {
			t.Errorf("%s: lists repeat the name, and values is nil", s)
		}
		if (s.Allows(model.DeepObject) || s.IsText() && s.OwnNames()) && row.names == nil {
			t.Errorf("%s: names are compared with those of fields, and names is nil", s)
		}
		if s.IsForm() && row.read == nil {
			t.Errorf("%s: values may be files, and read is nil", s)
		}
	}
}
