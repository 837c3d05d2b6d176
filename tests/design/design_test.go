package design_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/security"
)

type Message struct {
	Message string `json:"message"`
}

func createCookie(res *brio.Response) *Message {
	res.SetCookie(cookies.New("fakesession", "fake-cookie-session-value"))
	return &Message{"Come to the dark side, we have cookies"}
}

func createCookieDirect() *brio.Response {
	res := response.JSON(Message{"Come to the dark side, we have cookies"})
	res.SetCookie(cookies.New("fakesession", "fake-cookie-session-value"))
	return res
}

// TestFirstProgramOfDesign: a cookie set on the *Response of the framework and one on a returned Response give the same answer.
func TestFirstProgramOfDesign(t *testing.T) {
	app := brio.New(brio.Title("Cookies"))
	app.Post("/cookie-and-object/", createCookie)
	app.Post("/cookie/", createCookieDirect)
	for _, path := range []string{"/cookie-and-object/", "/cookie/"} {
		w := testkit.Do(app, "POST", path, "")
		testkit.WantStatus(t, w, 200)
		testkit.WantBody(t, w, `{"message":"Come to the dark side, we have cookies"}`)
		testkit.WantHeader(t, w, "Set-Cookie", "fakesession=fake-cookie-session-value; Path=/; SameSite=Lax")
		testkit.WantHeader(t, w, "Content-Type", "application/json")
	}
}

type CreateItem struct {
	Shop  string  `path:"shop" validate:"min=2,max=40" doc:"Slug of the shop"`
	Draft bool    `query:"draft" default:"false"`
	Token string  `header:"X-Token"`
	Ads   *string `cookie:"ads_id"`
	Item  Item    `body:""`
}

type Item struct {
	Name  string   `json:"name" validate:"min=1"`
	Price float64  `json:"price" validate:"gt=0"`
	Tags  []string `json:"tags,omitempty"`
}

type User struct {
	Name, Email, PasswordHash string
	Roles                     []string
}

type PublicUser struct {
	Name  string `json:"name"`
	Email string `json:"email" validate:"email"`
}

type Problem struct {
	Title string `json:"title"`
}

type DB struct{ log []string }

func (db *DB) UserByToken(_ context.Context, token string) (*User, error) {
	if token != "good" {
		return nil, http.ErrNoCookie
	}
	return &User{"Ann", "ann@example.com", "$2a$secret", []string{"admin"}}, nil
}

type Tx struct{ db *DB }

func currentUser(ctx context.Context, token *security.Token, db *DB, res *brio.Response) (*User, error) {
	u, err := db.UserByToken(ctx, token.Value)
	if err != nil {
		return nil, brio.Error(401, "Invalid credentials")
	}
	res.SetCookie(cookies.New("seen", "now"))
	return u, nil
}

func openTx(_ context.Context, db *DB) (*Tx, func(error) error, error) {
	db.log = append(db.log, "begin")
	return &Tx{db}, func(err error) error {
		if err != nil {
			db.log = append(db.log, "rollback")
			return err
		}
		db.log = append(db.log, "commit")
		return nil
	}, nil
}

func verifyToken(in *struct {
	Token string `header:"X-Token"`
}) error {
	if in.Token != "let-me-in" {
		return brio.Error(403, "wrong token")
	}
	return nil
}

func createItem(tx *Tx, in *CreateItem) (*Item, error) {
	if in.Item.Name == "taken" {
		return nil, brio.Error(409, Problem{"taken"})
	}
	tx.db.log = append(tx.db.log, "create "+in.Shop+"/"+in.Item.Name)
	return &in.Item, nil
}

// TestSecondProgramOfDesign: a provider of a user, a transaction with a clean-up, a guard on a router, a response model, and a 422 with
// the errors of path, query and body.
func TestSecondProgramOfDesign(t *testing.T) {
	db := &DB{}
	bearer := security.HTTPBearer()
	app := brio.New(
		brio.Supply(db),
		brio.Provide(bearer, currentUser, openTx),
	)
	app.Get("/users/me", func(u *User) *User { return u }, brio.ResponseModel[PublicUser]())
	items := brio.NewRouter(brio.Prefix("/shops/{shop}/items"), brio.Tags("items"),
		brio.Depends(verifyToken))
	items.Post("/", createItem, brio.Status(201), brio.Responds[Problem](409, "Already exists"))
	app.Include(items, brio.Prefix("/api"))
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}

	w := testkit.Get(app, "/users/me", "Authorization", "Bearer good")
	testkit.WantStatus(t, w, 200)
	testkit.WantBody(t, w, `{"name":"Ann","email":"ann@example.com"}`)
	testkit.WantHeader(t, w, "Set-Cookie", "seen=now; Path=/; SameSite=Lax")

	w = testkit.Get(app, "/users/me")
	testkit.WantStatus(t, w, 401)
	testkit.WantBody(t, w, `{"detail":"Not authenticated"}`)
	testkit.WantHeader(t, w, "WWW-Authenticate", "Bearer")

	w = testkit.Get(app, "/users/me", "Authorization", "Bearer bad")
	testkit.WantStatus(t, w, 401)
	testkit.WantBody(t, w, `{"detail":"Invalid credentials"}`)

	post := func(body, token string) *httptest.ResponseRecorder {
		return testkit.Do(app, "POST", "/api/shops/acme/items/", body, "X-Token", token, "Content-Type", "application/json")
	}
	testkit.WantStatus(t, post(`{"name":"hat","price":3}`, "nope"), 403)
	testkit.WantStatus(t, post(`{"name":"hat","price":3}`, "let-me-in"), 201)
	testkit.WantStatus(t, post(`{"name":"taken","price":3}`, "let-me-in"), 409)
	if want := []string{"begin", "create acme/hat", "commit", "begin", "rollback"}; !slices.Equal(db.log, want) {
		t.Errorf("transactions: %q, want %q", db.log, want)
	}
	w = testkit.Do(app, "POST", "/api/shops/a/items/?draft=maybe", `{"name":"","price":"3"}`, "X-Token", "let-me-in", "Content-Type", "application/json")
	testkit.WantStatus(t, w, 422)
	testkit.WantBody(t, w, `{"detail":[`+
		`{"type":"string_too_short","loc":["path","shop"],"msg":"String should have at least 2 characters","input":"a","ctx":{"min_length":2}},`+
		`{"type":"bool_parsing","loc":["query","draft"],"msg":"Input should be a valid boolean, unable to interpret input","input":"maybe"},`+
		`{"type":"string_too_short","loc":["body","name"],"msg":"String should have at least 1 character","input":"","ctx":{"min_length":1}},`+
		`{"type":"float_type","loc":["body","price"],"msg":"Input should be a valid number","input":"3"}]}`)
}
