package exchange

import (
	"io"
	"testing"
	"time"
)

// anyDeadline takes each deadline.
type anyDeadline struct{}

func (anyDeadline) SetWriteDeadline(time.Time) error { return nil }

// endless is a reader that never ends.
type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }

// TestPiecesEndAtTheLimit: a range of a file is sent in pieces, and nothing behind it.
func TestPiecesEndAtTheLimit(t *testing.T) {
	for _, want := range []int64{0, 1, piece, piece + 1, 3*piece + 7} {
		p := Pace{conn: anyDeadline{}, timeout: time.Minute}
		n, err := p.copyPieces(io.Discard, &io.LimitedReader{R: endless{}, N: want})
		if n != want || err != nil {
			t.Errorf("of a range of %d bytes %d are sent, %v", want, n, err)
		}
	}
}
