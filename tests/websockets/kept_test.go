package websockets

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/websocket"
)

// keeps keeps the bytes that its UnmarshalJSON receives.
type keeps struct{ b []byte }

func (k *keeps) UnmarshalJSON(b []byte) error { k.b = b; return nil }

type keptMessage struct {
	N    int             `json:"n" validate:"min=1"`
	Raw  json.RawMessage `json:"raw"`
	Keep keeps           `json:"keep"`
	Text string          `json:"text"`
}

// What a handler keeps of a message, or of the error of one, no later message changes.
func TestMessagesMayBeKept(t *testing.T) {
	t.Parallel()
	app := brio.New()
	var kept []*keptMessage
	var refused []*brio.ValidationError
	app.WebSocket("/", func(ctx context.Context, c *websocket.Conn[keptMessage, int]) error {
		for m, err := range c.Messages(ctx) {
			if v, ok := errors.AsType[*brio.ValidationError](err); ok {
				refused = append(refused, v)
			} else if err != nil {
				return err
			} else {
				kept = append(kept, &m)
			}
			if err := c.Write(ctx, len(kept)); err != nil {
				return err
			}
		}
		return nil
	})
	ws := briotest.New(t, app).WebSocket("/")
	texts := []string{"AAAAAAAA", "BBBBBBBB", "CCCCCCCC"}
	message := func(n int, text string) string {
		return fmt.Sprintf(`{"n":%d,"raw":"%s","keep":"%s","text":"%s"}`, n, text, text, text)
	}
	for i, text := range texts {
		ws.Send(message(0, text))
		ws.Expect(i)
		ws.Send(message(1, text))
		ws.Expect(i + 1)
	}
	ws.Close(1000, "")
	for i, text := range texts {
		if m, quoted := kept[i], strconv.Quote(text); string(m.Raw) != quoted || string(m.Keep.b) != quoted || m.Text != text {
			t.Errorf("message %d is now %s, %s, %s", i, m.Raw, m.Keep.b, m.Text)
		}
		if body := string(refused[i].Body); body != message(0, text) {
			t.Errorf("the body of error %d is now %s", i, body)
		}
	}
}
