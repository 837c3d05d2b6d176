package middleware

import (
	"bytes"
	"container/list"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/brio-go/brio/internal/argument"
	"github.com/brio-go/brio/internal/startup"
)

// MemorySessionsOptions configure a MemorySessions. The zero value has the defaults.
type MemorySessionsOptions struct {
	// Entries is how many sessions the store has. 0 means 10,000.
	Entries int
	// Bytes is how many bytes their values have in all. 0 means 64 MiB.
	Bytes int
}

// MemorySessions is a SessionStore in the memory of this process: its sessions end with the process. A session costs about 600 bytes and its
// values. When the store is full, it forgets the session that was not used for the longest time, of clients without a user before those of
// users: visitors cannot end the sessions of users. It is safe for concurrent use.
type MemorySessions struct {
	o        MemorySessionsOptions
	mistakes []startup.Mistake // of NewMemorySessions; ServerSessions reports them

	mu       sync.Mutex
	sessions map[string]*list.Element   // of *memorySession
	users    map[string]map[string]bool // the identifiers of each user's sessions
	visitors list.List                  // sessions without a user, the least recently used first
	members  list.List                  // sessions with a user
	bytes    int                        // of all values
}

// memorySession is a session and its end.
type memorySession struct {
	StoredSession
	until time.Time
}

// NewMemorySessions returns an empty store. With brio.NoLimit (-1) for an option its memory grows with the clients, until their sessions
// expire. Another negative number is a mistake: an app whose ServerSessions uses the store does not start, and Create is an error.
func NewMemorySessions(o MemorySessionsOptions) *MemorySessions {
	var c checks
	o.Entries = limit(&c, "Entries", o.Entries, 10_000)
	o.Bytes = limit(&c, "Bytes", o.Bytes, 64<<20)
	return &MemorySessions{o: o, mistakes: c.mistakes, sessions: map[string]*list.Element{}, users: map[string]map[string]bool{}}
}

// Load returns a session.
func (m *MemorySessions) Load(_ context.Context, id string) (*StoredSession, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.find(id); e != nil {
		stored := e.Value.(*memorySession).StoredSession
		return &stored, nil
	}
	return nil, nil
}

// Create stores a new session.
func (m *MemorySessions) Create(_ context.Context, s StoredSession) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.find(s.ID); e != nil {
		held := e.Value.(*memorySession)
		if held.Revision != s.Revision+1 || held.User != s.User || !bytes.Equal(held.Values, s.Values) {
			return ErrSessionChanged
		}
		return nil
	}
	return m.add(s)
}

// Replace stores a session in the place of another one.
func (m *MemorySessions) Replace(_ context.Context, id string, s StoredSession) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.find(id)
	switch {
	case e == nil && id != s.ID && m.find(s.ID) != nil: // done before
		return nil
	case e == nil:
		return ErrSessionEnded
	case e.Value.(*memorySession).Revision != s.Revision:
		return ErrSessionChanged
	}
	old := m.remove(e)
	if err := m.add(s); err != nil {
		m.put(old)
		return err
	}
	return nil
}

// End ends a session.
func (m *MemorySessions) End(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.find(id); e != nil {
		m.remove(e)
	}
	return nil
}

// EndAll ends the sessions of a user but one.
func (m *MemorySessions) EndAll(_ context.Context, user, except string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id := range m.users[user] {
		if id != except {
			m.remove(m.sessions[id])
		}
	}
	return nil
}

// List returns the sessions of a user.
func (m *MemorySessions) List(_ context.Context, user string) ([]StoredSession, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []StoredSession
	for id := range m.users[user] {
		if e := m.find(id); e != nil {
			all = append(all, e.Value.(*memorySession).StoredSession)
		}
	}
	return all, nil
}

// Len returns the number of sessions.
func (m *MemorySessions) Len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.sessions)
}

// find returns a session that has not expired, nil for none.
func (m *MemorySessions) find(id string) *list.Element {
	e := m.sessions[id]
	if e != nil && !time.Now().Before(e.Value.(*memorySession).until) {
		m.remove(e)
		return nil
	}
	return e
}

// add stores a session that the store does not have, and makes room for it.
func (m *MemorySessions) add(s StoredSession) error {
	if m.mistakes != nil {
		return errors.New("brio/middleware: " + m.mistakes[0].String())
	}
	if m.o.Bytes != argument.NoLimit && len(s.Values) > m.o.Bytes {
		return errors.New("brio/middleware: the session has more bytes than the store of sessions")
	}
	now := time.Now()
	for _, order := range []*list.List{&m.visitors, &m.members} {
		for e := order.Front(); e != nil && !now.Before(e.Value.(*memorySession).until); e = order.Front() {
			m.remove(e)
		}
	}
	for m.o.Entries != argument.NoLimit && len(m.sessions) >= m.o.Entries || m.o.Bytes != argument.NoLimit && m.bytes+len(s.Values) > m.o.Bytes {
		e := m.visitors.Front()
		if e == nil {
			e = m.members.Front()
		}
		m.remove(e)
	}
	s.Revision++
	m.put(&memorySession{s, now.Add(s.TTL)})
	return nil
}

// put adds a session to the maps and to its list.
func (m *MemorySessions) put(s *memorySession) {
	m.bytes += len(s.Values)
	if s.User == "" {
		m.sessions[s.ID] = m.visitors.PushBack(s)
		return
	}
	m.sessions[s.ID] = m.members.PushBack(s)
	if m.users[s.User] == nil {
		m.users[s.User] = map[string]bool{}
	}
	m.users[s.User][s.ID] = true
}

// remove takes a session out of the maps and of its list.
func (m *MemorySessions) remove(e *list.Element) *memorySession {
	s := e.Value.(*memorySession)
	m.bytes -= len(s.Values)
	delete(m.sessions, s.ID)
	if s.User == "" {
		m.visitors.Remove(e)
		return s
	}
	m.members.Remove(e)
	if delete(m.users[s.User], s.ID); len(m.users[s.User]) == 0 {
		delete(m.users, s.User)
	}
	return s
}
