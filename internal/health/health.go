package health

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/brio-go/brio/internal/finite"
	"github.com/brio-go/brio/internal/panics"
	"github.com/brio-go/brio/internal/startup"
)

// The defaults of a Check.
const (
	// defaultTimeout is below a second, the timeout of a probe of Kubernetes: the probe then still receives the name of the check.
	defaultTimeout = 900 * time.Millisecond
	// defaultMaxAge bounds the work that clients can cause who ask for the readiness in a loop.
	defaultMaxAge = time.Second
)

// Check is one named check. It passes if Func returns nil.
type Check struct {
	Name    string
	Func    func(context.Context) error
	Timeout time.Duration // 0: defaultTimeout
	MaxAge  time.Duration // how long a result is used again; 0: defaultMaxAge
}

// mistake returns what is wrong with a check, or nil.
func (c *Check) mistake(place string) *startup.Mistake {
	m := startup.Mistake{Place: place}
	switch {
	case c.Name == "":
		m.Found, m.Legal = "a health check has no name", `a name, which clients of /readyz see: HealthCheck{Name: "database", …}`
	case c.Func == nil:
		m.Found, m.Legal = fmt.Sprintf("the health check %q has no function", c.Name), "Check: a func(context.Context) error, as db.PingContext"
	case c.Timeout < 0:
		m.Found, m.Legal = fmt.Sprintf("the health check %q: Timeout is %v", c.Name, c.Timeout), fmt.Sprintf("a positive duration; 0 is %v", defaultTimeout)
	case c.MaxAge < 0:
		m.Found, m.Legal = fmt.Sprintf("the health check %q: MaxAge is %v", c.Name, c.MaxAge), fmt.Sprintf("a positive duration; 0 is %v", defaultMaxAge)
	default:
		return nil
	}
	return &m
}

// Status is the state of an app or of one check.
type Status string

const (
	OK       Status = "ok"
	Failing  Status = "failing"
	TimedOut Status = "timed out"
	Draining Status = "draining" // the app stops
)

// Report is what a probe learns: neither errors nor times, because any client may ask.
type Report struct {
	Status Status            `json:"status"`
	Checks map[string]Status `json:"checks,omitempty"`
}

// Checks are the checks of one app. They are safe for concurrent use.
type Checks struct {
	log func() *slog.Logger

	mu       sync.Mutex
	list     []named
	places   map[string]string // of the checks, by name
	mistakes []startup.Mistake
	sealed   bool
}

// named is a check under the name that a Report has for it. Two Checks may share its state.
type named struct {
	*state
	name string
}

// New returns Checks without any. log returns the logger for checks that begin or cease to fail.
func New(log func() *slog.Logger) *Checks {
	return &Checks{log: log, places: map[string]string{}}
}

// Add adds a check. place is the file and line of its declaration. After Seal it panics.
func (cs *Checks) Add(c Check, place string) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if cs.sealed {
		panic(fmt.Sprintf("brio: %s: the health check %q is added after the start of the app; functions of SupplyFunc and Lifespan add checks before they return", place, c.Name))
	}
	if m := c.mistake(place); m != nil {
		cs.mistakes = append(cs.mistakes, *m)
		return
	}
	if !cs.isNew(c.Name, place) {
		return
	}
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	if c.MaxAge == 0 {
		c.MaxAge = defaultMaxAge
	}
	cs.list = append(cs.list, named{&state{Check: c, log: cs.log}, c.Name})
}

// Include adds the checks of inner, an app that belongs to this one, with prefix before their names. Both share the results.
func (cs *Checks) Include(inner *Checks, prefix string) {
	inner.mu.Lock()
	list, places := slices.Clone(inner.list), maps.Clone(inner.places)
	inner.mu.Unlock()
	cs.mu.Lock()
	defer cs.mu.Unlock()
	for _, c := range list {
		name, place := prefix+c.name, places[c.name]
		if cs.isNew(name, place) {
			cs.list = append(cs.list, named{c.state, name})
		}
	}
}

// isNew notes the place of a check, or the mistake if there is one with its name.
func (cs *Checks) isNew(name, place string) bool {
	if first, ok := cs.places[name]; ok {
		cs.mistakes = append(cs.mistakes, startup.Mistake{
			Place: place, Found: fmt.Sprintf("a second health check with the name %q; the first is at %s", name, first), Legal: "a name for each check; those of a mounted App begin with its title, so Apps that are mounted beside each other need a Title each",
		})
		return false
	}
	cs.places[name] = place
	return true
}

// Mistakes returns the mistakes of the checks so far.
func (cs *Checks) Mistakes() []startup.Mistake {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	return cs.mistakes
}

// Seal makes Add panic.
func (cs *Checks) Seal() {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	cs.sealed = true
}

// Run runs the checks in parallel and waits for them, at most for the longest timeout. Functions receive the values of ctx and not its
// end: one run may serve several probes.
func (cs *Checks) Run(ctx context.Context) Report {
	cs.mu.Lock()
	list := cs.list
	cs.mu.Unlock()
	report := Report{Status: OK}
	if len(list) == 0 {
		return report
	}
	statuses := make([]Status, len(list))
	runs := make([]*run, len(list))
	for i, s := range list {
		statuses[i], runs[i] = s.begin(ctx)
	}
	report.Checks = make(map[string]Status, len(list))
	for i, s := range list {
		if runs[i] != nil {
			statuses[i] = s.wait(runs[i])
		}
		report.Checks[s.name] = statuses[i]
		if statuses[i] != OK {
			report.Status = Failing
		}
	}
	return report
}

// state is a check with its last result. At most one run of it is under way, also if its function does not return.
type state struct {
	Check
	log func() *slog.Logger

	mu      sync.Mutex
	current *run // nil: none
	last    Status
	at      time.Time // of last; zero: none
}

// run is one call of a check's function.
type run struct {
	context.Context // ends with the timeout
	done            chan struct{}
}

// begin returns the last result, or the run that makes the next one.
func (s *state) begin(ctx context.Context) (Status, *run) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current != nil {
		return "", s.current
	}
	if !s.at.IsZero() && time.Since(s.at) < s.MaxAge {
		return s.last, nil
	}
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Timeout)
	r := &run{limited, make(chan struct{})}
	s.current = r
	go func() {
		err := errExit // remains if the function calls runtime.Goexit
		defer func() {
			if v := recover(); v != nil {
				err = panics.Recovered(v)
			}
			cancel()
			s.mu.Lock()
			s.current, s.at = nil, time.Now()
			s.note(statusOf(err), err)
			s.mu.Unlock()
			close(r.done)
		}()
		err = s.Func(limited)
	}()
	return "", r
}

var errExit = errors.New("the check called runtime.Goexit")

func statusOf(err error) Status {
	switch {
	case err == nil:
		return OK
	case finite.Is(err, context.DeadlineExceeded):
		return TimedOut
	}
	return Failing
}

// wait returns the result of a run. A function that ignores the end of its context has timed out; it is not called again until it
// returns.
func (s *state) wait(r *run) Status {
	select {
	case <-r.done:
	case <-r.Done():
		select {
		case <-r.done:
		case <-time.After(returnWait):
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == r {
		s.note(TimedOut, r.Err())
	}
	return s.last
}

// returnWait is the time that a function has to return after the end of its context. It then has its own error in the log.
const returnWait = 10 * time.Millisecond

// note sets the last result, and logs a change between passing and failing.
func (s *state) note(now Status, err error) {
	before := s.last
	s.last = now
	switch {
	case now == OK && before != OK && before != "":
		s.log().Info("a health check passes again", "check", s.Name)
	case now != OK && (before == OK || before == ""):
		s.log().Warn("a health check fails", "check", s.Name, "status", string(now), "error", err)
	}
}
