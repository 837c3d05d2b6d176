package hub

import (
	"maps"
	"slices"
	"time"
)

// Presence is a change of the names in a room. The slices are not shared, and sorted.
type Presence struct {
	Room   string   // its name
	Names  []string // all names that are there now, on all processes
	Joined []string // names that were not there before
	Left   []string // names that are no longer there
}

// presence counts the names of a room. The room's lock guards it.
type presence struct {
	own   map[string]int   // names of this process's members: how many members have it
	nodes map[string]*node // the other processes by their identity
	count map[string]int   // names that are there: how many processes have it
	fresh []string         // of own: names that the other processes have not been told

	joined, left []string // changes since the last take
	isNews       bool     // names became known that were there before
}

// node is what another process has told of a room. It is kept for a day after it expired: what the process tells later is news of a
// process that is known.
type node struct {
	seq     uint64 // of its last message
	names   map[string]bool
	expires time.Time
}

// nodeMemory is how long a process is known after it expired.
const nodeMemory = 24 * time.Hour

// join adds a member's name. It reports whether the name is new to this process's own.
func (p *presence) join(name string) bool {
	p.own[name]++
	if p.own[name] > 1 {
		return false
	}
	p.fresh = append(p.fresh, name)
	if p.appear(name) {
		p.joined = append(p.joined, name)
	}
	return true
}

// leave removes a member's name. It reports whether it was the last of this process's.
func (p *presence) leave(name string) bool {
	p.own[name]--
	if p.own[name] > 0 {
		return false
	}
	delete(p.own, name)
	p.fresh = slices.DeleteFunc(p.fresh, func(fresh string) bool { return fresh == name })
	p.vanish(name)
	return true
}

// appear counts a name of one more process. It reports whether the name was not there before.
func (p *presence) appear(name string) bool {
	p.count[name]++
	return p.count[name] == 1
}

// vanish counts a name of one process less.
func (p *presence) vanish(name string) {
	p.count[name]--
	if p.count[name] == 0 {
		delete(p.count, name)
		p.left = append(p.left, name)
	}
}

// update takes what another process tells. A process's older messages change nothing, so their order on the way does not matter. Names of
// a process that was not known have joined only if it says so: the others were there before this process listened.
func (p *presence) update(from string, told *told) {
	n := p.nodes[from]
	isNew := n == nil
	if isNew {
		n = &node{}
		p.nodes[from] = n
	} else if told.Seq <= n.seq {
		return
	}
	names, joined := setOf(told.Names), setOf(told.Joined)
	for name := range names {
		if !n.names[name] && p.appear(name) {
			if isNew && !joined[name] {
				p.isNews = true
			} else {
				p.joined = append(p.joined, name)
			}
		}
	}
	for name := range n.names {
		if !names[name] {
			p.vanish(name)
		}
	}
	n.names, n.seq, n.expires = names, told.Seq, time.Now().Add(told.ttl())
}

// setOf returns the names that are not empty as a set.
func setOf(names []string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, name := range names {
		if name != "" {
			set[name] = true
		}
	}
	return set
}

// expire forgets the names of processes that have been silent for too long.
func (p *presence) expire(now time.Time) {
	for id, n := range p.nodes {
		if now.After(n.expires) {
			for name := range n.names {
				p.vanish(name)
			}
			n.names = nil
		}
		if now.After(n.expires.Add(nodeMemory)) {
			delete(p.nodes, id)
		}
	}
}

// take returns the changes since the last call; false for none.
func (p *presence) take(room string) (Presence, bool) {
	if len(p.joined)+len(p.left) == 0 && !p.isNews {
		return Presence{}, false
	}
	slices.Sort(p.joined)
	slices.Sort(p.left)
	change := Presence{room, p.names(), p.joined, p.left}
	p.joined, p.left, p.isNews = nil, nil, false
	return change, true
}

// names returns the names that are there, sorted.
func (p *presence) names() []string { return slices.Sorted(maps.Keys(p.count)) }

// report says what the other processes are still to be told. The room's lock guards it.
type report struct {
	isDue   bool // own names have changed, or another process has asked
	isHello bool // this process asks the others for their names

	isRunning bool      // a goroutine sends reports
	hasNames  bool      // the last report had names
	sent      time.Time // of the last report
}

// tell has a report sent by a goroutine that ends when there is nothing more to report. Changes that come together are one report: there
// is at most one in stateSpacing. Without a broker it does nothing. The caller holds the lock.
func (r *room[M]) tell(what report) {
	if r.hub.options.Broker == nil {
		return
	}
	r.report.isDue = r.report.isDue || what.isDue
	r.report.isHello = r.report.isHello || what.isHello
	if !r.report.isRunning {
		r.report.isRunning = true
		r.hub.work.Go(r.sendReports)
	}
}

// sendReports is the goroutine of tell.
func (r *room[M]) sendReports() {
	for {
		r.mu.Lock()
		wait := time.Until(r.report.sent.Add(stateSpacing))
		if r.isGone || !r.report.isDue {
			wait = 0
		}
		if wait <= 0 {
			told := r.nextReport()
			r.report.isRunning = told != nil
			r.mu.Unlock()
			if told == nil {
				return
			}
			r.hub.publishReport(r.name, told)
			continue
		}
		r.mu.Unlock()
		select {
		case <-time.After(wait):
		case <-r.hub.ctx.Done():
			return
		}
	}
}

// nextReport returns the report that is due, nil for none. A process that has no names, and had none, publishes nothing.
func (r *room[M]) nextReport() *told {
	p := &r.report
	if !p.isDue {
		return nil
	}
	if len(r.presence.own) == 0 && !p.hasNames && !p.isHello {
		*p = report{isRunning: p.isRunning, sent: p.sent}
		return nil
	}
	t := &told{
		Seq:     r.hub.seq.Add(1),
		Names:   slices.Sorted(maps.Keys(r.presence.own)),
		Joined:  r.presence.fresh,
		TTL:     3 * r.hub.options.PresenceInterval.Milliseconds(),
		IsHello: p.isHello && !r.isGone,
	}
	r.presence.fresh = nil
	*p = report{isRunning: p.isRunning, hasNames: len(t.Names) > 0, sent: time.Now()}
	return t
}

// repeat sends a report although nothing has changed. It returns when the broker has it.
func (r *room[M]) repeat() {
	r.mu.Lock()
	var told *told
	if len(r.presence.own) > 0 && !r.isGone {
		r.report.isDue = true
		told = r.nextReport()
	}
	r.mu.Unlock()
	if told != nil {
		r.hub.publishReport(r.name, told)
	}
}

// expire forgets processes that have been silent for too long.
func (r *room[M]) expire() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.presence.expire(time.Now())
	r.settle()
}

// names returns the names that are there, sorted.
func (r *room[M]) names() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.presence.names()
}

// ready is called by the broker when the subscription receives, at first and after each interruption: what was told in between is lost.
func (r *room[M]) ready() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.isGone {
		r.tell(report{isDue: true, isHello: true})
	}
}

// publishReport publishes what this process tells of a room.
func (h *Hub[M]) publishReport(room string, t *told) {
	_ = h.publish(h.ctx, room, &envelope{From: h.node, Presence: t}) // its failure is in the log; the next report comes
}
