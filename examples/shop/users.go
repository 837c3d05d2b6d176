package main

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
)

// User is a user in the store. Handlers return it, and ResponseModel[PublicUser] of their routes decides what clients see.
type User struct {
	ID           int
	Name         string
	Email        string
	PasswordHash string
	Admin        bool
	JoinedAt     time.Time
}

// The response model of a User has the fields that clients may see. Brio fills them from those with the same Go names and reads no
// others. So a new field of User does not reach clients until the model has it too.

// PublicUser has what clients see of a customer.
type PublicUser struct {
	ID       int       `json:"id"`
	Name     string    `json:"name"`
	Email    string    `json:"email"`
	JoinedAt time.Time `json:"joined_at"`
}

// NewUser is what a new user registers with.
type NewUser struct {
	Name     string `json:"name" validate:"min=2,max=40"`
	Email    string `json:"email" validate:"email"`
	Password string `json:"password" validate:"min=8,max=200" secret:"true" doc:"No error echoes it"`
}

func userRoutes() *brio.Router {
	r := brio.NewRouter(brio.Prefix("/users"), brio.Tags("users"))
	r.Post("", register, brio.Status(201), brio.ResponseModel[PublicUser](),
		brio.Responds[response.Detail](409, "The address is taken"))
	r.Get("/me", me, brio.ResponseModel[PublicUser](), signInFirst)
	// The same model, but only these members of another customer.
	r.Get("/{id}", readUser, brio.ResponseModel[PublicUser](), brio.ResponseInclude("id", "name"),
		brio.Responds[response.Detail](404, "There is no such user"))
	return r
}

// register adds a customer. The header Location has the path of the customer.
func register(in *brio.Body[NewUser], res *brio.Response, store *Store, passwords *Passwords) (*User, error) {
	hash, err := passwords.Hash(in.Value.Password)
	if err != nil {
		return nil, err // not for clients: they get a 500, and the log gets the error
	}
	u := &User{Name: in.Value.Name, Email: in.Value.Email, PasswordHash: hash, JoinedAt: now()}
	if !store.AddUser(u) {
		return nil, brio.Error(409, "The address is taken")
	}
	// res is the temporal Response: Brio adds its headers to the answer that it makes of the user.
	res.SetHeader("Location", "/api/users/"+strconv.Itoa(u.ID))
	return u, nil
}

// me returns the signed-in customer.
func me(u *User) *User { return u } // currentUser provides the parameter, because it returns a *User

type userPath struct {
	ID int `path:"id" validate:"min=1"`
}

// readUser returns the name of a customer.
func readUser(in *userPath, store *Store) (*User, error) {
	if u := store.User(in.ID); u != nil {
		return u, nil
	}
	return nil, brio.Error(404, "There is no such user")
}

// listUsers lists all customers.
func listUsers(in *Paging, store *Store) *Page[*User] {
	return pageOf(store.Users(), *in)
}

// now returns the time in whole seconds, which is enough for people.
func now() time.Time { return time.Now().UTC().Truncate(time.Second) }

// Passwords makes and checks hashes of passwords, with PBKDF2. The number of rounds makes guessing slow.
type Passwords struct {
	rounds    int
	dummyHash string // checked if there is no such user, so that both cases take the same time
}

func newPasswords(rounds int) *Passwords {
	p := &Passwords{rounds: rounds}
	p.dummyHash, _ = p.Hash(rand.Text())
	return p
}

const hashName = "pbkdf2-sha256"

// Hash returns "pbkdf2-sha256$rounds$salt$key". Matches can check it also after the program has changed the number of rounds.
func (p *Passwords) Hash(password string) (string, error) {
	salt := make([]byte, 16)
	if _, err := rand.Read(salt); err != nil {
		return "", err
	}
	key, err := pbkdf2.Key(sha256.New, password, salt, p.rounds, sha256.Size)
	if err != nil {
		return "", err
	}
	text := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("%s$%d$%s$%s", hashName, p.rounds, text(salt), text(key)), nil
}

// Matches reports whether the password is that of u. It takes as long if u is nil, so that the time does not show which addresses are
// known. It compares in constant time, so that the time does not show how many bytes of a key are right.
func (p *Passwords) Matches(u *User, password string) bool {
	hash := p.dummyHash
	if u != nil {
		hash = u.PasswordHash
	}
	parts := strings.Split(hash, "$")
	if len(parts) != 4 || parts[0] != hashName {
		return false
	}
	rounds, err1 := strconv.Atoi(parts[1])
	salt, err2 := base64.RawStdEncoding.DecodeString(parts[2])
	want, err3 := base64.RawStdEncoding.DecodeString(parts[3])
	if err1 != nil || err2 != nil || err3 != nil {
		return false
	}
	got, err := pbkdf2.Key(sha256.New, password, salt, rounds, len(want))
	return err == nil && subtle.ConstantTimeCompare(got, want) == 1 && u != nil
}
