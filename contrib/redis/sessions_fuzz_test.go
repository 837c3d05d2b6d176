package redis

import (
	"bytes"
	"testing"
	"time"

	"github.com/brio-go/brio/middleware"
)

// What the server has is a session, one that has ended, or an error. A session that is read is written as it was.
func FuzzDecodeSession(f *testing.F) {
	f.Add(encodeSession(middleware.StoredSession{User: "ann", Values: []byte(`{"n":1}`), Created: time.Unix(1, 0), Seen: time.Unix(2, 0)}))
	f.Add(endedMark)
	f.Add("1 \x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")
	f.Fuzz(func(t *testing.T, value string) {
		s, err := decodeSession("a", value)
		if err != nil || s == nil {
			return
		}
		s.Revision--
		again, err := decodeSession("a", encodeSession(*s))
		if err != nil || again.Revision != s.Revision+1 || again.User != s.User || !bytes.Equal(again.Values, s.Values) || !again.Created.Equal(s.Created) || !again.Seen.Equal(s.Seen) {
			t.Errorf("%q: got %+v, then %+v, %v", value, s, again, err)
		}
	})
}
