package hand

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"

	"github.com/brio-go/brio/bench/api"
)

var validate = api.NewValidator()

type itemParams struct {
	ItemID  int      `json:"item_id" validate:"gt=0"`
	Q       string   `json:"q" validate:"max=50"`
	Limit   int      `json:"limit" validate:"min=1,max=100"`
	Tags    []string `json:"tags"`
	XToken  string   `json:"x-token" validate:"required"`
	Session string   `json:"session" validate:"required"`
}

func Text(w http.ResponseWriter, s string) {
	if s == "" {
		s = "ok"
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	io.WriteString(w, s)
}

func JSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}

func fail(w http.ResponseWriter, in string, err error) {
	JSON(w, http.StatusUnprocessableEntity, api.Explain(err, in))
}

func Hello(w http.ResponseWriter, _ *http.Request) { Text(w, api.Hello) }

func bindItem(r *http.Request, id string) (p itemParams, err error) {
	if p.ItemID, err = strconv.Atoi(id); err != nil {
		return p, err
	}
	q := r.URL.Query()
	p.Q, p.Tags, p.Limit = q.Get("q"), q["tags"], 10
	if v := q.Get("limit"); v != "" {
		if p.Limit, err = strconv.Atoi(v); err != nil {
			return p, err
		}
	}
	p.XToken = r.Header.Get("X-Token")
	if c, err := r.Cookie(api.SessionName); err == nil {
		p.Session = c.Value
	}
	return p, validate.Struct(&p)
}

func GetItem(param func(*http.Request) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		p, err := bindItem(r, param(r))
		if err != nil {
			fail(w, "request", err)
			return
		}
		JSON(w, http.StatusOK, api.ItemOut(p))
	}
}

func CreateUser(w http.ResponseWriter, r *http.Request) {
	var in api.UserIn
	err := json.NewDecoder(r.Body).Decode(&in)
	if err == nil {
		err = validate.Struct(&in)
	}
	if err != nil {
		fail(w, "body", err)
		return
	}
	u := api.Create(&in)
	http.SetCookie(w, api.NewSessionCookie())
	w.Header().Set("X-Created-By", api.CreatedBy)
	JSON(w, http.StatusCreated, u.Public())
}

func ListUsers(w http.ResponseWriter, _ *http.Request) {
	JSON(w, http.StatusOK, api.PublicUsers(api.Users))
}

func PlaceOrder(w http.ResponseWriter, r *http.Request) {
	var in api.OrderIn
	err := json.NewDecoder(r.Body).Decode(&in)
	if err == nil {
		err = validate.Struct(&in)
	}
	if err != nil {
		fail(w, "body", err)
		return
	}
	o := api.Place(&in)
	JSON(w, http.StatusCreated, o.Public())
}

func ListOrders(w http.ResponseWriter, _ *http.Request) {
	JSON(w, http.StatusOK, api.PublicOrders(api.Orders))
}

func Unauthorized(w http.ResponseWriter, err error) {
	w.Header().Set("WWW-Authenticate", api.Challenge)
	JSON(w, http.StatusUnauthorized, api.Message{Detail: err.Error()})
}

func Me(w http.ResponseWriter, r *http.Request) {
	u, err := api.CurrentUser(r.Header.Get("Authorization"))
	if err != nil {
		Unauthorized(w, err)
		return
	}
	JSON(w, http.StatusOK, u.Public())
}
