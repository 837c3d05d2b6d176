package nats

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
)

// puller asks a consumer for jobs, one at a time, over one connection. The iterator of nats.go loses a request now and then if it asks for single
// messages: it leaves one out while it believes that the one before is being sent.
type puller struct {
	j        *Jobs
	sub      *nats.Subscription
	messages chan *nats.Msg
	closed   chan struct{} // is closed when no further messages come
	isAsked  bool          // a request is at the server
}

const (
	pullExpires   = 30 * time.Second // how long the server keeps a request
	pullHeartbeat = 5 * time.Second  // how often it says so
)

// errStopped is the error of a puller that was drained.
var errStopped = errors.New("nats: the worker is stopped")

// newPuller returns a puller, which close ends.
func newPuller(j *Jobs) (*puller, error) {
	p := &puller{j: j, messages: make(chan *nats.Msg, 16), closed: make(chan struct{})} // one job, and what the server says of the request
	var err error
	if p.sub, err = j.conn.ChanSubscribe(j.conn.NewInbox(), p.messages); err != nil {
		return nil, fmt.Errorf("nats: ask for jobs: %w", err)
	}
	end := sync.OnceFunc(func() { close(p.closed) }) // nats.go may call it twice
	p.sub.SetClosedHandler(func(string) { end() })
	return p, nil
}

// drain makes next return errStopped when it has returned what the server has sent already.
func (p *puller) drain() { _ = p.sub.Drain() } // its error: the connection is interrupted, and next ends with its context

// close ends the subscription.
func (p *puller) close() { _ = p.sub.Unsubscribe() }

// ask sends a request for one message.
func (p *puller) ask() error {
	const request = `{"batch":1,"expires":%d,"idle_heartbeat":%d}`
	subject := "$JS.API.CONSUMER.MSG.NEXT." + p.j.options.Name + "." + jobsConsumer
	err := p.j.conn.PublishRequest(subject, p.sub.Subject, fmt.Appendf(nil, request, pullExpires, pullHeartbeat))
	if err != nil {
		return fmt.Errorf("nats: ask for jobs: %w", err)
	}
	p.isAsked = true
	return nil
}

// next returns the next message of a job.
func (p *puller) next(ctx context.Context) (*nats.Msg, error) {
	timer := time.NewTimer(2 * pullHeartbeat)
	defer timer.Stop()
	for {
		if !p.isAsked {
			if err := p.ask(); err != nil {
				return nil, err
			}
		}
		select {
		case m := <-p.messages:
			if m.Reply != "" {
				p.isAsked = false
				return m, nil
			}
			switch status := m.Header.Get("Status"); status {
			case "100": // a heartbeat
			case "404", "408": // the request has expired
				p.isAsked = false
			default:
				return nil, fmt.Errorf("nats: ask for jobs: the server says %.20q, %.100q", status, m.Header.Get("Description"))
			}
			timer.Reset(2 * pullHeartbeat)
		case <-timer.C:
			return nil, errors.New("nats: ask for jobs: the server does not answer")
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-p.closed:
			if len(p.messages) == 0 {
				return nil, errStopped
			}
		}
	}
}

// What a worker says of a message. An error is of a connection that is interrupted: the server delivers the message again when its lease has ended.

// ack ends the deliveries of a message.
func (j *Jobs) ack(m *nats.Msg) { _ = j.conn.Publish(m.Reply, []byte("+ACK")) }

// renew renews the lease of a message.
func (j *Jobs) renew(m *nats.Msg) { _ = j.conn.Publish(m.Reply, []byte("+WPI")) }

// giveBack has a message delivered again after a time.
func (j *Jobs) giveBack(m *nats.Msg, after time.Duration) {
	_ = j.conn.Publish(m.Reply, fmt.Appendf(nil, `-NAK {"delay":%d}`, max(after, 1)))
}
