package exchange

import (
	"sync"
	"time"
)

// Heartbeat calls a function each time a connection has been silent for a while: an event stream sends a comment then, a WebSocket a
// ping. One timer runs it, so a silent connection costs no goroutine. NewHeartbeat makes one; it is safe for concurrent use.
type Heartbeat struct {
	beat func() (again bool)

	mu    sync.Mutex // held while beat runs
	timer *time.Timer
	every time.Duration
	runs  bool
}

// NewHeartbeat returns a Heartbeat that does not run yet. beat runs in a goroutine of its own, never twice at once. It reports whether
// another beat follows.
func NewHeartbeat(beat func() (again bool)) *Heartbeat { return &Heartbeat{beat: beat} }

// Start waits for every, and then calls the function once for each further every, until Stop. 0 or less starts nothing.
func (h *Heartbeat) Start(every time.Duration) { h.StartAfter(every, every) }

// StartAfter is Start with another wait before the first call.
func (h *Heartbeat) StartAfter(first, every time.Duration) {
	if first <= 0 || every <= 0 {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.runs, h.every = true, every
	if h.timer == nil {
		h.timer = time.AfterFunc(first, h.run)
	} else {
		h.timer.Reset(first)
	}
}

// Stop ends the silence. When it returns, no beat runs, and none will before the next Start.
func (h *Heartbeat) Stop() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.runs = false
	if h.timer != nil {
		h.timer.Stop()
	}
}

// run is called by the timer.
func (h *Heartbeat) run() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.runs && h.beat() {
		h.timer.Reset(h.every)
	}
}
