package hub

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/brio-go/brio/internal/json"
)

// Broker carries messages between the hubs of many processes. contrib/nats and contrib/redis have brokers; a program may write its own.
// All methods are safe for concurrent use. A broker keeps its subscriptions through interruptions, and makes them when it can if its
// server is down at first.
type Broker interface {
	// Publish sends data to all subscribers of a subject, on all processes. It returns when data is on its way, in the order of
	// earlier calls of the same goroutine, or when ctx ends. It must not keep data.
	Publish(ctx context.Context, subject string, data []byte) error
	// Subscribe begins to receive a subject. It returns without waiting for the network, so that rooms open while the broker is
	// down; an error is one that waiting does not mend. Neither Subscribe nor unsubscribe may call s, and both may be called by it.
	// Several subscriptions of one subject are independent.
	Subscribe(subject string, s Subscriber) (unsubscribe func(), err error)
}

// Subscriber is called by a broker, from one goroutine at a time.
type Subscriber struct {
	// Receive is called with each message, also with those of this process. It owns data. It does not block.
	Receive func(data []byte)
	// Ready is called when the subscription begins to receive: at first and after each interruption.
	Ready func()
}

// envelope is a message between processes, as JSON. One of Message and Presence is there.
type envelope struct {
	From     string          `json:"from"` // the hub that sends it
	Message  json.RawMessage `json:"message,omitempty"`
	Presence *told           `json:"presence,omitempty"`
}

// told is what a process tells of its names in a room. All of its names are in each message, so a lost one is repaired by the next.
type told struct {
	Seq     uint64   `json:"seq"` // grows with each of its sender's
	Names   []string `json:"names,omitempty"`
	Joined  []string `json:"joined,omitempty"` // of Names: new since the sender's last report
	TTL     int64    `json:"ttl"`              // milliseconds that the names hold without news
	IsHello bool     `json:"hello,omitempty"`  // the sender asks for the names of the others
}

// ttl is how long the names hold: from a second to a day, whatever the sender says.
func (t *told) ttl() time.Duration {
	return time.Duration(max(1000, min(t.TTL, 24*60*60*1000))) * time.Millisecond
}

// publishMessage publishes a message of the program.
func (h *Hub[M]) publishMessage(ctx context.Context, room string, message M) error {
	data, err := json.Append(nil, message)
	if err != nil {
		return fmt.Errorf("hub: a message of type %T is no JSON, and other processes do not get it: %w", message, err)
	}
	return h.publish(ctx, room, &envelope{From: h.node, Message: data})
}

// publish gives an envelope to the broker. It logs the first failure after a success.
func (h *Hub[M]) publish(ctx context.Context, room string, e *envelope) error {
	data, err := json.Append(nil, e)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, publishTimeout)
	defer cancel()
	if err = h.options.Broker.Publish(ctx, h.subject(room), data); err == nil {
		h.silent.Store(false)
		return nil
	}
	if ctx.Err() != context.Canceled && !h.silent.Swap(true) {
		h.options.Logger.Error("hub: the broker fails; other processes miss messages", "hub", h.options.Name, "error", err)
	}
	return fmt.Errorf("hub: other processes may not have the message: %w", err)
}

// receive is called by the broker with a message of any process.
func (r *room[M]) receive(data []byte) {
	defer func() {
		if v := recover(); v != nil { // of a method of the message
			r.hub.options.Logger.Error("hub: panic while a message of another process is read", "hub", r.hub.options.Name, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
		}
	}()
	var e envelope
	if err := json.Unmarshal(data, &e); err != nil || e.From == "" {
		r.unreadable(err)
		return
	}
	if e.From == r.hub.node {
		return // the members of this process have it already
	}
	if len(e.Message) > 0 {
		var message M
		if err := json.Unmarshal(e.Message, &message); err != nil {
			r.unreadable(err)
			return
		}
		r.deliver(message, nil)
	}
	if e.Presence != nil {
		r.hear(e.From, e.Presence)
	}
}

// hear takes what another process tells of its names, and answers it if it asks.
func (r *room[M]) hear(from string, t *told) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.isGone {
		return
	}
	r.presence.update(from, t)
	if t.IsHello {
		r.tell(report{isDue: true})
	}
	r.settle()
}

func (r *room[M]) unreadable(err error) {
	r.hub.options.Logger.Warn("hub: a message of another process cannot be read", "hub", r.hub.options.Name, "room", r.name, "error", err)
}

// subject is the subject of a room. Rooms are named by clients, subjects have a grammar and a limit: bytes that are neither letters, digits
// nor - are written as _ and two hexadecimal digits, and a long name as its SHA-256.
func (h *Hub[M]) subject(room string) string {
	const digits = "0123456789ABCDEF"
	b := make([]byte, 0, len(h.options.Name)+1+len(room))
	b = append(append(b, h.options.Name...), '.')
	if room == "" {
		return string(b) + "_empty"
	}
	if len(room) > 100 {
		sum := sha256.Sum256([]byte(room))
		return string(b) + "_sha256_" + hex.EncodeToString(sum[:])
	}
	for i := range len(room) {
		switch c := room[i]; {
		case isWordByte(c):
			b = append(b, c)
		default:
			b = append(b, '_', digits[c>>4], digits[c&15])
		}
	}
	return string(b)
}

func isWordByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-'
}

// isSubject reports whether s can begin a subject: letters, digits, - and _, in parts joined by dots.
func isSubject(s string) bool {
	for part := range strings.SplitSeq(s, ".") {
		if part == "" {
			return false
		}
		for i := range len(part) {
			if !isWordByte(part[i]) && part[i] != '_' {
				return false
			}
		}
	}
	return true
}
