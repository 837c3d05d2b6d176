package main

import (
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/security"
)

type User struct {
	Name     string
	Email    string
	Password string
	Disabled bool
}

type PublicUser struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

type Users map[string]*User

// region user
func currentUser(token *security.Token, users Users) (*User, error) {
	user := users[token.Value] // the next chapter has real tokens
	if user == nil {
		return nil, security.InvalidToken("Unknown token")
	}
	if user.Disabled {
		return nil, brio.Error(403, "The account is disabled")
	}
	return user, nil
}

// endregion

func me(user *User) *User { return user }

func news() string { return "for all" }

// region login
func login(form *security.PasswordForm, users Users) (map[string]string, error) {
	user := users[form.Username]
	if user == nil || !security.Equal(user.Password, form.Password) {
		return nil, brio.Error(400, "Incorrect username or password")
	}
	return map[string]string{"access_token": user.Name, "token_type": "bearer"}, nil
}

// endregion

func main() {
	users := Users{
		"ann": {Name: "ann", Email: "ann@example.com", Password: "correct horse"},
		"bob": {Name: "bob", Email: "bob@example.com", Password: "battery", Disabled: true},
	}
	app := brio.New(
		brio.Title("Users"),
		brio.Supply(users),
		brio.Provide(security.OAuth2PasswordBearer("/token", nil), currentUser),
	)
	app.Post("/token", login)
	app.Get("/news", news)
	app.Get("/users/me", me, brio.ResponseModel[PublicUser]())
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
