package websocket_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/brio-go/brio/websocket"
)

// TestErrorText: the text names the code, and the reason if there is one.
func TestErrorText(t *testing.T) {
	for want, err := range map[string]error{
		"close the WebSocket with 1008":        &websocket.Error{Code: websocket.ClosePolicyViolation},
		"close the WebSocket with 1008: slow!": &websocket.Error{Code: websocket.ClosePolicyViolation, Reason: "slow!"},
	} {
		var found *websocket.Error
		if got := err.Error(); got != want || !errors.As(fmt.Errorf("x: %w", err), &found) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
