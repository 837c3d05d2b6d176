package nats

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/brio-go/brio/hub"
	"github.com/nats-io/nats.go"
)

// Broker is a hub.Broker over a connection to NATS. It is safe for concurrent use. One is enough for all hubs of a process.
//
// While the server is away, the connection keeps up to 8 MB of messages (nats.ReconnectBufSize) and sends them later. Publish returns an
// error when they are more.
type Broker struct {
	conn     *nats.Conn
	isOwner  bool // Close closes the connection
	statuses chan nats.Status
	messages chan *nats.Msg // of all subscriptions
	ready    chan struct{}  // has a token when starting is not empty
	quit     chan struct{}
	ended    chan struct{}

	mu       sync.Mutex
	subs     map[*nats.Subscription]*hub.Subscriber
	starting []*nats.Subscription // whose Ready is to be called
	isClosed bool
}

// queued is how many messages of the server wait for the hubs. They wait only if the process has no CPU time: hubs do not block. NATS drops
// what is more, and reports a slow consumer to the connection's error handler.
const queued = 16 << 10

// flushTimeout is how long Close waits for the server to take the last messages.
const flushTimeout = 2 * time.Second

// Connect connects to servers, given by their URLs with commas in between. A server that is down is no error: the connection is made when it
// comes, and again after each interruption, without an end. Options come after these: RetryOnFailedConnect, MaxReconnects(-1),
// ReconnectWait of half a second. The error is of an illegal URL or option, or of a server that refuses the credentials. Close closes the
// connection.
func Connect(servers string, opts ...nats.Option) (*Broker, error) {
	conn, err := connect(servers, append([]nats.Option{nats.ReconnectWait(500 * time.Millisecond)}, opts...)...)
	if err != nil {
		return nil, err
	}
	b := New(conn)
	b.isOwner = true
	return b, nil
}

// connect connects to servers that may be away.
func connect(servers string, opts ...nats.Option) (*nats.Conn, error) {
	conn, err := nats.Connect(servers, append([]nats.Option{nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1)}, opts...)...)
	if err != nil {
		if u, ok := errors.AsType[*url.Error](err); ok {
			err = u.Err // its text has the password
		}
		return nil, fmt.Errorf("nats: connect to %q: %w", redacted(servers), err)
	}
	return conn, nil
}

// New returns a broker over a connection of the program, which Close leaves open.
func New(conn *nats.Conn) *Broker {
	b := &Broker{
		conn:     conn,
		statuses: conn.StatusChanged(nats.CONNECTED),
		messages: make(chan *nats.Msg, queued),
		ready:    make(chan struct{}, 1),
		quit:     make(chan struct{}),
		ended:    make(chan struct{}),
		subs:     map[*nats.Subscription]*hub.Subscriber{},
	}
	go b.run()
	return b
}

// Publish gives a message to the connection, which sends it.
func (b *Broker) Publish(ctx context.Context, subject string, data []byte) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := b.conn.Publish(subject, data); err != nil {
		return fmt.Errorf("nats: publish: %w", err)
	}
	return nil
}

// Subscribe subscribes to a subject. The error is that of a connection that was closed for good.
func (b *Broker) Subscribe(subject string, s hub.Subscriber) (unsubscribe func(), err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.isClosed {
		return nil, errors.New("nats: the broker is closed")
	}
	sub, err := b.conn.ChanSubscribe(subject, b.messages)
	if err != nil {
		return nil, fmt.Errorf("nats: subscribe: %w", err)
	}
	b.subs[sub] = &s
	b.starting = append(b.starting, sub)
	signal(b.ready)
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.subs[sub] == nil {
			return
		}
		delete(b.subs, sub)
		_ = sub.Unsubscribe() // its error: the connection is closed
	}, nil
}

// Close ends all subscriptions, and waits until no subscriber is called any more. A connection of Connect is closed, after the server has
// taken the last messages. Close the hubs first.
func (b *Broker) Close() error {
	b.mu.Lock()
	isClosed := b.isClosed
	b.isClosed = true
	for sub := range b.subs {
		_ = sub.Unsubscribe()
	}
	clear(b.subs)
	b.mu.Unlock()
	if isClosed {
		return nil
	}
	close(b.quit)
	<-b.ended
	b.conn.RemoveStatusListener(b.statuses)
	if !b.isOwner {
		return nil
	}
	var err error
	if b.conn.IsConnected() {
		err = b.conn.FlushTimeout(flushTimeout)
	}
	b.conn.Close()
	return err
}

// run calls the subscribers, from one goroutine for all rooms.
func (b *Broker) run() {
	defer close(b.ended)
	for {
		select {
		case m := <-b.messages:
			b.mu.Lock()
			s := b.subs[m.Sub]
			b.mu.Unlock()
			if s != nil {
				s.Receive(m.Data)
			}
		case <-b.ready:
			b.mu.Lock()
			starting := b.starting
			b.starting = nil
			b.mu.Unlock()
			if b.conn.IsConnected() { // otherwise the status comes
				b.callReady(starting)
			}
		case <-b.statuses: // nats.go has subscribed to all subjects again
			b.mu.Lock()
			all := make([]*nats.Subscription, 0, len(b.subs))
			for sub := range b.subs {
				all = append(all, sub)
			}
			b.mu.Unlock()
			b.callReady(all)
		case <-b.quit:
			return
		}
	}
}

// callReady calls Ready of the subscriptions that are left.
func (b *Broker) callReady(subs []*nats.Subscription) {
	for _, sub := range subs {
		b.mu.Lock()
		s := b.subs[sub]
		b.mu.Unlock()
		if s != nil {
			s.Ready()
		}
	}
}

// signal puts a token into a channel that has place for one.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// redacted returns a URL without its password, for errors.
func redacted(rawURL string) string {
	var shown []string
	for part := range strings.SplitSeq(rawURL, ",") {
		u, err := url.Parse(strings.TrimSpace(part))
		if err != nil {
			return "…" // where a password would be is unknown
		}
		shown = append(shown, u.Redacted())
	}
	return strings.Join(shown, ",")
}
