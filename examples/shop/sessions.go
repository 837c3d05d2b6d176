package main

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/security"
)

// Session is the value of the cookie. It is signed: clients can read it but not change it.
type Session struct {
	UserID int `json:"user_id"`
}

const (
	sessionName = "session"
	sessionAge  = time.Hour
)

// Sessions writes and reads session cookies.
type Sessions struct{ codec *cookies.Codec }

// newSessions returns Sessions that refuse cookies older than sessionAge, also if a browser still sends them.
func newSessions(codec *cookies.Codec) *Sessions { return &Sessions{codec.WithMaxAge(sessionAge)} }

// sessionCookie is a parameter struct. The cookie is optional, so that currentUser answers a request without it with 401. A missing
// parameter would be a 422.
type sessionCookie struct {
	Value string `cookie:"session,omitempty" doc:"Set by POST /api/session"`
}

// signInFirst documents the answer of currentUser to a request without a session.
var signInFirst = brio.Responds[response.Detail](401, "Sign in first")

func sessionRoutes() *brio.Router {
	r := brio.NewRouter(brio.Prefix("/session"), brio.Tags("session"))
	// The nearest provider counts: on this route signIn provides the *User, from address and password. So the handler can be that of
	// GET /api/users/me. MergeAlways sends headers that dependencies set also with errors: here the number of tries that are left.
	r.Post("", me, brio.Depends(limitLogins), brio.Provide(signIn), brio.MergeAlways(),
		brio.ResponseModel[PublicUser](), brio.Name("signIn"),
		brio.Responds[response.Detail](401, "Wrong address or password"), brio.Responds[response.Detail](429, "Too many tries"),
		brio.Summary("Signs you in"), brio.Description("The answer sets the cookie `session`."))
	r.Delete("", signOut) // no result: 204
	return r
}

// Credentials are the address and password of a user.
type Credentials struct {
	Email    string `json:"email" validate:"max=200"`
	Password string `json:"password" validate:"max=200" secret:"true"`
}

// signIn is a provider. Brio adds the cookie that it sets to the answer of the handler.
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

// currentUser provides the user of the session. A function that takes a *User runs for signed-in users only: other clients get the 401.
func currentUser(in *sessionCookie, store *Store, sessions *Sessions) (*User, error) {
	var s Session
	err := sessions.codec.Decode(cookies.New(sessionName, in.Value), &s)
	u := store.User(s.UserID)
	if err != nil || u == nil {
		return nil, brio.Error(401, "Sign in first").WithHeader("WWW-Authenticate", "Session")
	}
	return u, nil
}

// signOut makes the browser delete the cookie. A copy of the cookie is valid until it expires, an hour after signing in.
func signOut(res *brio.Response) {
	// To end copies too, keep the sessions in the store, and only their random names in the cookie.
	res.DeleteCookie(sessionName, cookies.New(sessionName, "", cookies.HTTPOnly()))
}

// adminOnly is a guard without a result: it refuses users that are not administrators.
func adminOnly(u *User) error {
	if !u.Admin {
		return brio.Error(403, "For administrators only")
	}
	return nil
}

// warehouseKey is a separate type, because dependencies are found by their types.
type warehouseKey string

// warehouseOnly takes the token that security.HTTPBearer has read.
func warehouseOnly(token *security.Token, key warehouseKey) error {
	if !security.Equal(token.Value, key) {
		return security.InvalidToken("Unknown token")
	}
	return nil
}

// audit is a guard with a clean-up, which records how the request ended.
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

// LoginLimit counts the tries of each address in a minute, so that a client cannot try many passwords.
type LoginLimit struct {
	max    int
	mu     sync.Mutex
	until  time.Time // when counting begins again
	counts map[string]int
}

func newLoginLimit(perMinute int) *LoginLimit { return &LoginLimit{max: perMinute} }

// limitLogins is a guard: it runs before the body is read and a hash is computed.
func limitLogins(r *http.Request, limit *LoginLimit, res *brio.Response) error {
	host := brio.ClientHost(r)
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
