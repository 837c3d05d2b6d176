package hub

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/brio-go/brio/internal/panics"
)

// ErrClosed is the error of a hub after Close.
var ErrClosed = errors.New("hub: closed")

// ErrSlow ends a member whose queue is full.
var ErrSlow = errors.New("hub: the member does not take its messages fast enough")

// Policy says what happens to a message for a member whose queue is full.
type Policy uint8

const (
	// CloseSlow ends the member with ErrSlow. Its connection is closed with 1013, so that the client connects again and asks for
	// what it has missed. It is the default, because a client never misses a message unnoticed.
	CloseSlow Policy = iota
	// DropOldest removes the oldest message of the queue. Member.Dropped counts them.
	DropOldest
	// Coalesce keeps only the newest of the queued messages that have the same Options.Key. If the queue is full of different keys,
	// the member ends as with CloseSlow.
	Coalesce
)

// Options say what a hub does. The zero value is a hub in memory that closes slow members.
type Options[M any] struct {
	// Queue is how many messages wait for one member. 0 means 64. Memory is used only for messages that wait.
	Queue int
	// Slow is the policy for members whose queue is full.
	Slow Policy
	// Key returns which messages replace each other under Coalesce, such as the name of the instrument of a price. Messages with the
	// key "" replace none. It runs under the lock of the room: it must be fast and must not call the hub.
	Key func(M) string
	// Announce returns the message that the members of a room get when its presence changes; false for none. Each process calls it
	// for its own members, under the lock of the room: it must be fast and must not call the hub. nil: presence changes silently.
	Announce func(Presence) (M, bool)

	// Broker connects the hubs of one Name on all processes. nil: the hub is this process alone.
	Broker Broker
	// Name begins the subjects of the hub, as in chat.lobby for the room lobby. It is required with a Broker, and consists of
	// letters, digits, - and _, in parts joined by dots.
	Name string
	// PresenceInterval is how often a process repeats which names it has in a room. Other processes forget them after three times
	// that long without news. 0 means 10 seconds. It must not be negative.
	PresenceInterval time.Duration
	// Logger has what no caller is told: failures of the broker, messages of other processes that cannot be read, connections to which
	// a message could not be written. nil means slog.Default().
	Logger *slog.Logger
}

const (
	defaultQueue    = 64
	defaultInterval = 10 * time.Second
	publishTimeout  = 5 * time.Second        // of the broker, for a call whose context allows more
	stateSpacing    = 50 * time.Millisecond  // between two messages with the names of a room: many joins are one message
	answerWait      = 250 * time.Millisecond // for the names of other processes
	writeGrace      = time.Second            // for a write in progress when its member ends
)

// check returns all mistakes of the options.
func (o *Options[M]) check() error {
	var errs []error
	if o.Queue < 0 {
		errs = append(errs, fmt.Errorf("hub: Queue is %d; legal: a positive number of messages, or 0 for %d", o.Queue, defaultQueue))
	}
	if o.Slow > Coalesce {
		errs = append(errs, fmt.Errorf("hub: Slow is %d; legal: CloseSlow, DropOldest, Coalesce", o.Slow))
	}
	if (o.Slow == Coalesce) != (o.Key != nil) {
		errs = append(errs, errors.New("hub: Coalesce and Key are of use together only; legal: both or none"))
	}
	if o.PresenceInterval < 0 {
		errs = append(errs, fmt.Errorf("hub: PresenceInterval is %v; legal: a positive duration, or 0 for %v", o.PresenceInterval, defaultInterval))
	}
	if o.Broker != nil && !isSubject(o.Name) {
		errs = append(errs, fmt.Errorf("hub: Name is %q; legal with a Broker: letters, digits, - and _, in parts joined by dots", o.Name))
	}
	return errors.Join(errs...)
}

// Hub has rooms. A room is there as long as it has members. All methods are safe for concurrent use.
type Hub[M any] struct {
	options Options[M]
	node    string        // the identity of this hub among the processes
	seq     atomic.Uint64 // of the last message with names
	silent  atomic.Bool   // the broker's last failure is in the log; it is logged once until it works again
	ctx     context.Context
	cancel  context.CancelFunc
	work    sync.WaitGroup // the goroutines of rooms and members, and the timer; Add under mu while the hub is open

	mu      sync.Mutex
	rooms   map[string]*room[M]
	closed  bool
	refresh *time.Timer // repeats names; nil without rooms
}

// New returns a hub. Its error has all mistakes of the options. The hub has no goroutine while no message waits; Close ends it.
func New[M any](o Options[M]) (*Hub[M], error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	o.Queue, o.PresenceInterval = cmp.Or(o.Queue, defaultQueue), cmp.Or(o.PresenceInterval, defaultInterval)
	o.Logger = cmp.Or(o.Logger, slog.Default())
	o.guard()
	h := &Hub[M]{options: o, node: rand.Text(), rooms: map[string]*room[M]{}}
	h.ctx, h.cancel = context.WithCancel(context.Background())
	return h, nil
}

// guard logs the panics of Key and Announce. Both run under the locks of a room, and in goroutines of the hub too. A message whose Key
// panics replaces none. A change whose Announce panics is not announced.
func (o *Options[M]) guard() {
	log := o.Logger
	if key := o.Key; key != nil {
		o.Key = func(message M) (k string) {
			defer logPanic(log, "Key")
			return key(message)
		}
	}
	if announce := o.Announce; announce != nil {
		o.Announce = func(change Presence) (message M, ok bool) {
			defer logPanic(log, "Announce")
			return announce(change)
		}
	}
}

// logPanic is deferred. It ends a panic and logs it.
func logPanic(log *slog.Logger, function string) {
	if v := recover(); v != nil {
		log.Error("hub: panic of "+function, "error", panics.Recovered(v))
	}
}

// Open returns a function for brio.SupplyFunc: the app opens the hub when it starts, and closes it after the last request. An app whose
// Options have a mistake does not start.
func Open[M any](o Options[M]) func(context.Context) (*Hub[M], func(context.Context) error, error) {
	return func(context.Context) (*Hub[M], func(context.Context) error, error) {
		h, err := New(o)
		if err != nil {
			return nil, nil, err
		}
		return h, h.Close, nil
	}
}

// Join adds a member to a room. Messages wait in its queue until Deliver or Messages takes them. A member with a name is in the presence
// of the room; several members of one name are there once. A member whose name is "" only listens.
//
// The member leaves by Leave or when ctx ends. The error is ErrClosed or the cause of ctx. A broker that is down is no error: the member
// gets the messages of its own process.
func (h *Hub[M]) Join(ctx context.Context, room, name string) (*Member[M], error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	m := newMember(ctx, h, name)
	for {
		r, err := h.enter(room)
		if err != nil {
			m.cancel()
			return nil, err
		}
		joined, err := r.add(m)
		if err != nil {
			m.cancel()
			return nil, err
		}
		if joined {
			break
		}
	}
	m.stop = context.AfterFunc(ctx, func() { m.end(nil) })
	return m, nil
}

// Messages joins a room and yields its messages, for event streams:
//
//	func feed(ctx context.Context, news *hub.Hub[Article]) iter.Seq2[Article, error] {
//		return news.Messages(ctx, "articles", "")
//	}
//
// The member joins when the loop begins and leaves when it ends. Errors are those of Join and of Member.Messages.
func (h *Hub[M]) Messages(ctx context.Context, room, name string) iter.Seq2[M, error] {
	return func(yield func(M, error) bool) {
		m, err := h.Join(ctx, room, name)
		if err != nil {
			var none M
			yield(none, err)
			return
		}
		defer m.Leave()
		for message, err := range m.Messages() {
			if !yield(message, err) {
				return
			}
		}
	}
}

// Broadcast sends a message to all members of a room, on all processes. Members of this process have it in their queues when Broadcast
// returns. Messages that one goroutine sends arrive in their order at every member. Messages of different senders may arrive in another
// order on another process.
//
// The message is shared: nothing may change it any more. Other processes receive it as JSON, at most once.
//
// An error is of the broker, and means that other processes may not have the message; those of this process have it. Broadcast waits for
// the broker until ctx ends, and not more than five seconds. A room without members is no error.
func (h *Hub[M]) Broadcast(ctx context.Context, room string, message M) error {
	return h.broadcast(ctx, room, message, nil)
}

// broadcast sends a message to the members of a room but except, and gives it to the broker.
func (h *Hub[M]) broadcast(ctx context.Context, room string, message M, except *Member[M]) error {
	h.mu.Lock()
	r, closed := h.rooms[room], h.closed
	h.mu.Unlock()
	if closed {
		return ErrClosed
	}
	if r != nil {
		r.deliver(message, except)
	}
	if h.options.Broker == nil {
		return nil
	}
	return h.publishMessage(ctx, room, message)
}

// Present returns the names of the members of a room on all processes, sorted. If this process has no member in the room, Present joins
// it for a quarter of a second, in which other processes tell their names. It returns the names of this process with an error if ctx ends
// before.
func (h *Hub[M]) Present(ctx context.Context, room string) ([]string, error) {
	m, err := h.Join(ctx, room, "")
	if err != nil {
		return nil, err
	}
	defer m.Leave()
	if wait := time.Until(m.room.complete); h.options.Broker != nil && wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return m.room.names(), context.Cause(ctx)
		}
	}
	return m.room.names(), nil
}

// Close ends all members. Their connections are closed with 1001, and their iterators end without an error. It waits until other processes
// know that they have gone, and all goroutines of the hub have ended. When ctx ends it cuts what is left, and returns the cause of ctx.
func (h *Hub[M]) Close(ctx context.Context) error {
	h.mu.Lock()
	h.closed = true
	rooms := make([]*room[M], 0, len(h.rooms))
	for _, r := range h.rooms {
		rooms = append(rooms, r)
	}
	if h.refresh != nil && h.refresh.Stop() {
		h.work.Done()
	}
	h.refresh = nil
	h.mu.Unlock()
	for _, r := range rooms {
		r.close()
	}
	defer h.cancel()
	ended := make(chan struct{})
	go func() {
		h.work.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		h.cancel()
		return context.Cause(ctx)
	}
}

// enter returns a room, and makes it if there is none.
func (h *Hub[M]) enter(name string) (*room[M], error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, ErrClosed
	}
	r := h.rooms[name]
	if r == nil {
		r = newRoom(h, name)
		h.rooms[name] = r
	}
	if h.options.Broker != nil && h.refresh == nil {
		h.work.Add(1)
		h.refresh = time.AfterFunc(h.options.PresenceInterval, h.repeat)
	}
	return r, nil
}

// forget removes a room that has ended.
func (h *Hub[M]) forget(r *room[M]) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.rooms[r.name] == r {
		delete(h.rooms, r.name)
	}
}

// repeat tells the other processes the names of each room, and forgets the names of processes that are silent. It runs every
// PresenceInterval while there are rooms.
func (h *Hub[M]) repeat() {
	defer h.work.Done()
	h.mu.Lock()
	rooms := make([]*room[M], 0, len(h.rooms))
	for _, r := range h.rooms {
		rooms = append(rooms, r)
	}
	h.mu.Unlock()
	for _, r := range rooms {
		r.expire()
		r.repeat()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.refresh = nil
	if len(h.rooms) > 0 && !h.closed {
		h.work.Add(1)
		h.refresh = time.AfterFunc(h.options.PresenceInterval, h.repeat)
	}
}
