package bind

import "testing"

// TestBodyLimit: a form may be as long as MaxMultipart, unless MaxBody allows more; other bodies are of MaxBody.
func TestBodyLimit(t *testing.T) {
	for _, c := range []struct {
		use                     BodyUse
		maxBody, maxForm, limit int64
	}{
		{FormBody, 10, 20, 20},
		{PartsBody, 10, 20, 20},
		{FormBody, 10, -1, -1},
		{FormBody, 20, 10, 20},
		{FormBody, -1, 10, -1},
		{JSONBody, 10, 20, 10},
		{JSONBody, -1, 20, -1},
	} {
		s := Settings{MaxBody: c.maxBody, MaxMultipart: c.maxForm}
		if got := s.BodyLimit(c.use); got != c.limit {
			t.Errorf("%+v: got %d", c, got)
		}
	}
}
