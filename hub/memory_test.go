package hub_test

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/brio-go/brio/hub"
)

var errDown = errors.New("the broker is down")

// memory is a broker for the hubs of one test. Each of its processes has a goroutine that delivers, as a connection to a server has.
type memory struct {
	mu        sync.Mutex
	processes []*process
}

// process is the broker as one process sees it.
type process struct {
	server *memory
	mu     sync.Mutex
	subs   map[string][]*hub.Subscriber
	isDown bool
	isMute bool // what it publishes is lost
	queue  chan func()
	ended  chan struct{}
	sent   []string // subjects of what was published
}

// connect returns the broker of one more process.
func (b *memory) connect() *process {
	p := &process{server: b, subs: map[string][]*hub.Subscriber{}, queue: make(chan func(), 10000), ended: make(chan struct{})}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.processes = append(b.processes, p)
	go func() {
		defer close(p.ended)
		for f := range p.queue {
			f()
		}
	}()
	return p
}

func (p *process) stop() {
	close(p.queue)
	<-p.ended
}

func (p *process) Publish(ctx context.Context, subject string, data []byte) error {
	p.mu.Lock()
	p.sent = append(p.sent, subject)
	isDown, isMute := p.isDown, p.isMute
	p.mu.Unlock()
	switch {
	case isDown:
		return errDown
	case isMute:
		return nil
	}
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	for _, other := range p.server.processes {
		other.mu.Lock()
		if !other.isDown {
			for _, s := range other.subs[subject] {
				own := slices.Clone(data)
				other.queue <- func() { s.Receive(own) }
			}
		}
		other.mu.Unlock()
	}
	return nil
}

func (p *process) Subscribe(subject string, s hub.Subscriber) (func(), error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	sub := &s
	p.subs[subject] = append(p.subs[subject], sub)
	if !p.isDown {
		p.queue <- sub.Ready
	}
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.subs[subject] = slices.DeleteFunc(p.subs[subject], func(other *hub.Subscriber) bool { return other == sub })
		if len(p.subs[subject]) == 0 {
			delete(p.subs, subject)
		}
	}, nil
}

// mute loses what the process publishes from now on.
func (p *process) mute() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.isMute = true
}

// setDown cuts the process off, or connects it again.
func (p *process) setDown(isDown bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.isDown = isDown
	if !isDown {
		for _, subs := range p.subs {
			for _, s := range subs {
				p.queue <- s.Ready
			}
		}
	}
}

func (p *process) subjects() (subjects []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for s := range p.subs {
		subjects = append(subjects, s)
	}
	slices.Sort(subjects)
	return subjects
}

// published returns the subjects of what was published.
func (p *process) published() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.sent)
}
