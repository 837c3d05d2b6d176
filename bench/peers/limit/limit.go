package limit

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/goccy/go-json"

	"github.com/brio-go/brio/bench/api"
)

// Header values that never change are shared: assigning a slice allocates nothing.
var (
	jsonType  = []string{"application/json"}
	textType  = []string{"text/plain; charset=utf-8"}
	createdBy = []string{api.CreatedBy}
	challenge = []string{api.Challenge}
	cookies   = []string{api.NewSessionCookie().String()}
	validate  = api.NewValidator()
)

const maxBody = 1 << 20

// scratch is all that a request needs and that nothing outlives.
type scratch struct {
	buf   []byte // the encoded response
	in    api.UserIn
	out   api.UserOut
	item  api.ItemOut
	users []api.UserOut

	order    orderBody
	orderIn  api.OrderIn
	orderOut api.OrderOut
	orders   []api.OrderOut
	events   []api.EventOut
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// Write makes scratch the encoder's target.
func (s *scratch) Write(b []byte) (int, error) {
	s.buf = append(s.buf, b...)
	return len(b), nil
}

func (s *scratch) release() {
	if cap(s.buf) > 64<<10 {
		s.buf = nil
	}
	s.in, s.out = api.UserIn{}, api.UserOut{}
	s.order.reset()
	s.item.Tags = s.item.Tags[:0]
	scratches.Put(s)
}

// send encodes v, which must be a pointer, so that an error can still be answered
// and the length is known.
func (s *scratch) send(w http.ResponseWriter, status int, v any) {
	s.buf = s.buf[:0]
	if err := json.NewEncoder(s).EncodeWithOption(v, json.DisableHTMLEscape()); err != nil {
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h["Content-Type"] = jsonType
	if len(s.buf) > 2048 { // net/http counts shorter ones by itself
		h["Content-Length"] = []string{strconv.Itoa(len(s.buf))}
	}
	if status != http.StatusOK {
		w.WriteHeader(status)
	}
	w.Write(s.buf)
}

func fail(w http.ResponseWriter, s *scratch, in string, err error) {
	e := api.Explain(err, in)
	s.send(w, http.StatusUnprocessableEntity, &e)
}

func header(r *http.Request, canonical string) string {
	if v := r.Header[canonical]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// cookie finds one cookie without parsing the others.
func cookie(r *http.Request, name string) string {
	for _, line := range r.Header["Cookie"] {
		for len(line) > 0 {
			var part string
			part, line, _ = strings.Cut(line, ";")
			if k, v, ok := strings.Cut(strings.TrimSpace(part), "="); ok && k == name {
				return v
			}
		}
	}
	return ""
}

func unescape(s string) string {
	if strings.IndexByte(s, '%') < 0 && strings.IndexByte(s, '+') < 0 {
		return s
	}
	u, _ := url.QueryUnescape(s)
	return u
}

var errParam = errors.New("invalid parameter")

// bindItem reads W2's parameters in one pass over the raw query.
func bindItem(it *api.ItemOut, r *http.Request) (in string, err error) {
	if it.ItemID, err = strconv.Atoi(r.PathValue("item_id")); err != nil || it.ItemID <= 0 {
		return "path.item_id", errParam
	}
	it.Q, it.Limit, it.Tags = "", 10, it.Tags[:0]
	for q := r.URL.RawQuery; q != ""; {
		var kv string
		kv, q, _ = strings.Cut(q, "&")
		k, v, _ := strings.Cut(kv, "=")
		switch unescape(k) {
		case "q":
			if it.Q = unescape(v); utf8.RuneCountInString(it.Q) > 50 {
				return "query.q", errParam
			}
		case "limit":
			if it.Limit, err = strconv.Atoi(unescape(v)); err != nil || it.Limit < 1 || it.Limit > 100 {
				return "query.limit", errParam
			}
		case "tags":
			it.Tags = append(it.Tags, unescape(v))
		}
	}
	if it.XToken = header(r, "X-Token"); it.XToken == "" {
		return "header.x-token", errParam
	}
	if it.Session = cookie(r, api.SessionName); it.Session == "" {
		return "cookie.session", errParam
	}
	return "", nil
}

// readBody takes one buffer per request: the decoded strings refer to it.
func readBody(r *http.Request) ([]byte, error) {
	if n := r.ContentLength; n > 0 && n <= maxBody {
		b := make([]byte, n)
		_, err := io.ReadFull(r.Body, b)
		return b, err
	}
	return io.ReadAll(io.LimitReader(r.Body, maxBody))
}

func hello(w http.ResponseWriter, _ *http.Request) {
	w.Header()["Content-Type"] = textType
	io.WriteString(w, api.Hello)
}

func getItem(w http.ResponseWriter, r *http.Request) {
	s := scratches.Get().(*scratch)
	if in, err := bindItem(&s.item, r); err != nil {
		fail(w, s, in, err)
	} else {
		s.send(w, http.StatusOK, &s.item)
	}
	s.release()
}

// createUser takes what decides on a decoded body.
func createUser(check func(*api.UserIn) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s := scratches.Get().(*scratch)
		defer s.release()
		body, err := readBody(r)
		if err == nil {
			err = json.UnmarshalWithOption(body, &s.in, json.DecodeNoCopyString())
		}
		if err == nil {
			err = check(&s.in)
		}
		if err != nil {
			fail(w, s, "body", err)
			return
		}
		u := api.Create(&s.in)
		s.out = u.Public()
		h := w.Header()
		h["Set-Cookie"] = cookies
		h["X-Created-By"] = createdBy
		s.send(w, http.StatusCreated, &s.out)
	}
}

func listUsers(w http.ResponseWriter, _ *http.Request) {
	s := scratches.Get().(*scratch)
	s.users = s.users[:0]
	for i := range api.Users {
		s.users = append(s.users, api.Users[i].Public())
	}
	s.send(w, http.StatusOK, &s.users)
	s.release()
}

func me(w http.ResponseWriter, r *http.Request) {
	s := scratches.Get().(*scratch)
	if u, err := api.CurrentUser(header(r, "Authorization")); err != nil {
		w.Header()["Www-Authenticate"] = challenge
		s.send(w, http.StatusUnauthorized, &api.Message{Detail: err.Error()})
	} else {
		s.out = u.Public()
		s.send(w, http.StatusOK, &s.out)
	}
	s.release()
}

// Handler checks bodies with validator.
func Handler() http.Handler {
	return routes(func(in *api.UserIn) error { return validate.Struct(in) }, func(in *api.OrderIn) error { return validate.Struct(in) })
}

// Floor accepts good bodies by itself and asks validator about the others only.
func Floor() http.Handler {
	return routes(func(in *api.UserIn) error {
		if plainlyValid(in) {
			return nil
		}
		return validate.Struct(in)
	}, func(in *api.OrderIn) error {
		if plainlyValidOrder(in) {
			return nil
		}
		return validate.Struct(in)
	})
}

func routes(check func(*api.UserIn) error, checkOrder func(*api.OrderIn) error) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", hello)
	mux.HandleFunc("GET /items/{item_id}", getItem)
	mux.HandleFunc("POST /users", createUser(check))
	mux.HandleFunc("GET /users", listUsers)
	mux.HandleFunc("POST /orders", placeOrder(checkOrder))
	mux.HandleFunc("GET /orders", listOrders)
	mux.HandleFunc("GET /me", me)
	for _, rt := range api.Routes() {
		last := rt.Last()
		mux.HandleFunc(rt.Method+" "+rt.Path, func(w http.ResponseWriter, r *http.Request) {
			w.Header()["Content-Type"] = textType
			v := "ok"
			if last != "" {
				v = r.PathValue(last)
			}
			io.WriteString(w, v)
		})
	}
	return mux
}
