package main

import (
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/security"
)

var basic = security.HTTPBasic(security.Realm("Tea shop"))

type Admin struct{ Name string }

func admin(c *security.BasicCredentials) (*Admin, error) {
	if !c.Matches("ann", "correct horse") {
		return nil, security.NotAuthenticated("Wrong name or password", basic)
	}
	return &Admin{Name: c.Username}, nil
}

func report(a *Admin) string { return "a report for " + a.Name }

func main() {
	app := brio.New(brio.Title("Reports"), brio.Provide(basic, admin))
	app.Get("/report", report)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
