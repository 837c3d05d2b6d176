package redis

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/brio-go/brio/hub"
	"github.com/redis/go-redis/v9"
)

// Broker is a hub.Broker over a client of Redis. It is safe for concurrent use. One is enough for all hubs of a process. All of its
// subscriptions share one connection, which is made again after each interruption. Messages are published over the client's pool.
type Broker struct {
	client  redis.UniversalClient
	pubsub  *redis.PubSub
	ctx     context.Context // of commands to subscribe
	cancel  context.CancelFunc
	changes chan struct{} // has a token when changed is not empty
	work    sync.WaitGroup

	mu       sync.Mutex
	subs     map[string][]*hub.Subscriber
	changed  map[string]bool // subjects whose subscriptions the server does not know yet
	isClosed bool
}

// New returns a broker over a client, which Close leaves open. A server that is down is no error: the broker subscribes when it comes.
func New(client redis.UniversalClient) *Broker {
	b := &Broker{
		client:  client,
		changes: make(chan struct{}, 1),
		subs:    map[string][]*hub.Subscriber{},
		changed: map[string]bool{},
	}
	b.ctx, b.cancel = context.WithCancel(context.Background())
	b.pubsub = client.Subscribe(b.ctx)
	b.work.Go(b.subscribe)
	b.work.Go(b.receive)
	return b
}

// Publish sends a message. It returns when the server has it.
func (b *Broker) Publish(ctx context.Context, subject string, data []byte) error {
	if err := b.client.Publish(ctx, subject, data).Err(); err != nil {
		return fmt.Errorf("redis: publish: %w", err)
	}
	return nil
}

// Subscribe subscribes to a subject. The error is that of a closed broker.
func (b *Broker) Subscribe(subject string, s hub.Subscriber) (unsubscribe func(), err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.isClosed {
		return nil, errors.New("redis: the broker is closed")
	}
	sub := &s
	b.subs[subject] = append(b.subs[subject], sub)
	b.change(subject)
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		left := make([]*hub.Subscriber, 0, len(b.subs[subject])) // not in place: receive reads the old one
		for _, other := range b.subs[subject] {
			if other != sub {
				left = append(left, other)
			}
		}
		if len(left) > 0 {
			b.subs[subject] = left
			return
		}
		delete(b.subs, subject)
		b.change(subject)
	}, nil
}

// change has the server told about a subject. The caller holds the lock.
func (b *Broker) change(subject string) {
	b.changed[subject] = true
	select {
	case b.changes <- struct{}{}:
	default: // it has a token
	}
}

// Close ends all subscriptions, and waits until no subscriber is called any more. Close the hubs first.
func (b *Broker) Close() error {
	b.mu.Lock()
	isClosed := b.isClosed
	b.isClosed = true
	clear(b.subs)
	b.mu.Unlock()
	if isClosed {
		return nil
	}
	b.cancel()
	err := b.pubsub.Close()
	b.work.Wait()
	return err
}

// subscribe is the goroutine that tells the server what has changed. Without a connection the commands fail. go-redis then knows the
// channels, and subscribes to all of them when it has a connection.
func (b *Broker) subscribe() {
	for {
		select {
		case <-b.changes:
		case <-b.ctx.Done():
			return
		}
		var begun, ended []string
		b.mu.Lock()
		for subject := range b.changed {
			if b.subs[subject] != nil {
				begun = append(begun, subject)
			} else {
				ended = append(ended, subject)
			}
		}
		clear(b.changed)
		b.mu.Unlock()
		if len(begun) > 0 {
			_ = b.pubsub.Subscribe(b.ctx, begun...)
		}
		if len(ended) > 0 {
			_ = b.pubsub.Unsubscribe(b.ctx, ended...)
		}
	}
}

// receive is the goroutine that calls the subscribers. The server confirms each subscription, at first and after each interruption. go-redis
// asks the server after three seconds without a message whether it is there.
func (b *Broker) receive() {
	for m := range b.pubsub.ChannelWithSubscriptions(redis.WithChannelSize(1000)) {
		switch m := m.(type) {
		case *redis.Subscription:
			if m.Kind == "subscribe" {
				for _, s := range b.subscribers(m.Channel) {
					s.Ready()
				}
			}
		case *redis.Message:
			for _, s := range b.subscribers(m.Channel) {
				s.Receive([]byte(m.Payload))
			}
		}
	}
}

func (b *Broker) subscribers(subject string) []*hub.Subscriber {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.subs[subject]
}
