package hub

import (
	"sync"
	"time"
)

// room is the members of a room in this process, and what the process knows of its presence elsewhere.
type room[M any] struct {
	hub      *Hub[M]
	name     string
	complete time.Time // when other processes have had the time to tell their names

	mu          sync.Mutex // taken before the mutex of a member, and before that of the hub
	members     map[*Member[M]]struct{}
	isOpen      bool // the first member has joined
	isGone      bool // the last member has left; the next Join makes another room
	unsubscribe func()
	presence    presence
	report      report // what the other processes are still to be told of the presence
}

func newRoom[M any](h *Hub[M], name string) *room[M] {
	return &room[M]{
		hub: h, name: name,
		complete: time.Now().Add(answerWait),
		members:  map[*Member[M]]struct{}{},
		presence: presence{count: map[string]int{}, own: map[string]int{}, nodes: map[string]*node{}},
	}
}

// add makes m a member. It returns false if the room has gone in between.
func (r *room[M]) add(m *Member[M]) (joined bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.isGone {
		r.hub.forget(r)
		return false, nil
	}
	if !r.isOpen {
		r.isOpen = true
		if b := r.hub.options.Broker; b != nil {
			r.unsubscribe, err = b.Subscribe(r.hub.subject(r.name), Subscriber{Receive: r.receive, Ready: r.ready})
			if err != nil {
				r.isGone = true
				r.hub.forget(r)
				return false, err
			}
		}
	}
	m.room = r
	r.members[m] = struct{}{}
	if m.name != "" && r.presence.join(m.name) {
		r.tell(report{isDue: true})
	}
	r.settle()
	return true, nil
}

// end ends a member. A nil cause means that the member leaves by itself.
func (r *room[M]) end(m *Member[M], cause error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.members[m]; !ok {
		return
	}
	m.finish(cause)
	r.remove(m)
	r.settle()
}

// remove takes a member that has ended out of the room. settle is called after it.
func (r *room[M]) remove(m *Member[M]) {
	delete(r.members, m)
	if m.name != "" && r.presence.leave(m.name) {
		r.tell(report{isDue: true})
	}
}

// close ends all members with ErrClosed.
func (r *room[M]) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for m := range r.members {
		m.finish(ErrClosed)
		r.remove(m)
	}
	r.settle()
}

// deliver puts a message into the queue of each member but except. All members of this process get the messages of a room in one order.
func (r *room[M]) deliver(message M, except *Member[M]) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.put(message, except)
	r.settle()
}

// put is deliver under the lock, without settle. A member that is too slow ends.
func (r *room[M]) put(message M, except *Member[M]) {
	for m := range r.members {
		if m != except && !m.put(message) {
			r.remove(m)
		}
	}
}

// settle announces changes of the presence, also of members that are too slow for an announcement. It ends the room after
// its last member. It is called at the end of each function that holds the lock.
func (r *room[M]) settle() {
	for {
		change, ok := r.presence.take(r.name)
		if !ok {
			break
		}
		if announce := r.hub.options.Announce; announce != nil && len(r.members) > 0 {
			if message, ok := announce(change); ok {
				r.put(message, nil)
			}
		}
	}
	if len(r.members) > 0 || !r.isOpen || r.isGone {
		return
	}
	r.isGone = true
	if r.unsubscribe != nil {
		r.unsubscribe()
	}
	r.hub.forget(r)
}
