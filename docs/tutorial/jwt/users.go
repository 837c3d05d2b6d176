package main

import (
	"crypto/rand"
	"slices"

	"github.com/brio-go/brio/security"
	"golang.org/x/crypto/argon2"
)

type User struct {
	Name   string
	Scopes []string
	salt   []byte
	hash   []byte
}

// Allowed returns the scopes that the user has, of the wanted ones. Without wanted ones it returns all.
func (u *User) Allowed(wanted []string) []string {
	if len(wanted) == 0 {
		return u.Scopes
	}
	return slices.DeleteFunc(slices.Clone(wanted), func(s string) bool { return !slices.Contains(u.Scopes, s) })
}

// region hash
func hash(password string, salt []byte) []byte {
	return argon2.IDKey([]byte(password), salt, 2, 19*1024, 1, 32) // the parameters of OWASP
}

// Check returns the user with that password, or nil. An unknown name takes as long as a known one.
func (u *Users) Check(name, password string) *User {
	user := u.byName[name]
	if user == nil {
		hash(password, u.salt)
		return nil
	}
	if !security.Equal(user.hash, hash(password, user.salt)) {
		return nil
	}
	return user
}

// endregion

type Users struct {
	byName map[string]*User
	salt   []byte
}

func (u *Users) Find(name string) *User { return u.byName[name] }

func newUsers() *Users {
	users := &Users{byName: map[string]*User{}, salt: salt()}
	add := func(name, password string, scopes ...string) {
		s := salt()
		users.byName[name] = &User{Name: name, Scopes: scopes, salt: s, hash: hash(password, s)}
	}
	add("ann", "correct horse", "notes:read", "notes:write")
	add("bob", "battery", "notes:read")
	return users
}

func salt() []byte {
	s := make([]byte, 16)
	rand.Read(s)
	return s
}
