package main

import (
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/security"
)

// Session is what the cookie holds. Clients can read it, but not change it: it is signed.
type Session struct {
	UserID int `json:"user_id"`
}

const (
	sessionName = "session"
	sessionAge  = time.Hour
)

// Sessions writes and reads session cookies.
type Sessions struct{ codec *cookies.Codec }

// newSessions has the codec refuse old cookies, whatever the browser thinks.
func newSessions(codec *cookies.Codec) *Sessions { return &Sessions{codec.WithMaxAge(sessionAge)} }

// sessionCookie is the parameter. It is optional: a request without one is answered with 401, not 422.
type sessionCookie struct {
	Value string `cookie:"session,omitempty" doc:"As POST /api/session has set it"`
}

func sessionRoutes() *brio.Router {
	r := brio.NewRouter(brio.Prefix("/session"), brio.Tags("session"))
	// The nearest provider wins: on this route signIn provides the *User, from name and password. So the handler can be
	// that of GET /api/users/me. MergeAlways keeps headers that dependencies set on the Response also for errors: here the
	// header with the number of tries that are left.
	r.Post("", me, brio.Depends(limitLogins), brio.Provide(signIn), brio.MergeAlways(),
		brio.ResponseModel[PublicUser](), brio.Name("signIn"),
		brio.Summary("Signs you in"), brio.Description("The answer sets the cookie `session`."))
	r.Delete("", signOut) // no result: 204
	return r
}

// Credentials are what a user signs in with.
type Credentials struct {
	Email    string `json:"email" validate:"max=200"`
	Password string `json:"password" validate:"max=200" secret:"true"`
}

// signIn is a dependency: the cookie it sets goes out with whatever the handler returns.
func signIn(in *brio.Body[Credentials], res *brio.Response, store *Store, passwords *Passwords, sessions *Sessions) (*User, error) {
	u := store.UserByEmail(in.Value.Email)
	if !passwords.Matches(u, in.Value.Password) {
		return nil, brio.Error(401, "Wrong address or password").WithHeader("WWW-Authenticate", "Session")
	}
	// HttpOnly, SameSite=Lax and Path=/ are the defaults. Behind HTTPS add cookies.Secure().
	cookie, err := sessions.codec.Encode(sessionName, Session{u.ID}, cookies.MaxAge(sessionAge))
	if err != nil {
		return nil, err
	}
	res.SetCookie(cookie)
	return u, nil
}

// currentUser is the user of the session. Everything that asks for a *User is only for those who have signed in.
func currentUser(in *sessionCookie, store *Store, sessions *Sessions) (*User, error) {
	var s Session
	err := sessions.codec.Decode(cookies.New(sessionName, in.Value), &s)
	u := store.User(s.UserID)
	if err != nil || u == nil {
		return nil, brio.Error(401, "Sign in first").WithHeader("WWW-Authenticate", "Session")
	}
	return u, nil
}

// signOut has the browser forget the cookie. A copy of it works until it runs out, an hour after signing in.
func signOut(res *brio.Response) {
	// Where that matters, keep the sessions in the store and only their names in the cookie.
	res.DeleteCookie(sessionName, cookies.New(sessionName, "", cookies.HTTPOnly()))
}

// adminOnly is a guard: it has nothing to give, only something to refuse.
func adminOnly(u *User) error {
	if !u.Admin {
		return brio.Error(403, "For administrators only")
	}
	return nil
}

// warehouseKey has a type of its own, since dependencies are asked for by type.
type warehouseKey string

// warehouseOnly asks for the token that security.HTTPBearer has found.
func warehouseOnly(token *security.Token, key warehouseKey) error {
	if !security.Equal(token.Value, key) {
		return security.InvalidToken("Unknown token")
	}
	return nil
}

// audit is a guard with a clean-up, which writes down what became of the request.
func audit(r *http.Request, u *User, store *Store) func(error) {
	return func(err error) {
		outcome := "done"
		if err != nil {
			outcome = err.Error()
		}
		store.AddAudit(&AuditEntry{now(), u.Name, r.Method + " " + r.URL.Path, outcome})
	}
}

// listAudit lists what administrators did.
func listAudit(in *Paging, store *Store) *Page[*AuditEntry] { return pageOf(store.Audit(), *in) }

// LoginLimit counts the tries of each address, so that passwords cannot be guessed at leisure.
type LoginLimit struct {
	max    int
	mu     sync.Mutex
	until  time.Time // when counting begins again
	counts map[string]int
}

func newLoginLimit(perMinute int) *LoginLimit { return &LoginLimit{max: perMinute} }

// limitLogins is a guard, so it runs before the body is read and a hash computed.
func limitLogins(r *http.Request, limit *LoginLimit, res *brio.Response) error {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return fmt.Errorf("remote address: %w", err)
	}
	limit.mu.Lock()
	defer limit.mu.Unlock()
	if time.Now().After(limit.until) {
		limit.until, limit.counts = time.Now().Add(time.Minute), map[string]int{}
	}
	limit.counts[host]++
	left := limit.max - limit.counts[host]
	res.SetHeader("X-Tries-Left", strconv.Itoa(max(left, 0)))
	if left < 0 {
		seconds := int(time.Until(limit.until).Seconds()) + 1
		return brio.Error(429, "Too many tries").WithHeader("Retry-After", strconv.Itoa(seconds))
	}
	return nil
}
