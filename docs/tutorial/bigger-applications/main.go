package main

import (
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/docs/tutorial/bigger-applications/items"
	"github.com/brio-go/brio/docs/tutorial/bigger-applications/users"
)

func checkToken(in struct {
	Token string `header:"X-Token"`
}) error {
	if in.Token != "secret" {
		return brio.Error(403, "Wrong token")
	}
	return nil
}

func newApp() *brio.App {
	app := brio.New(brio.Title("Shop"), brio.Version("2.0.0"))
	app.Include(users.Routes())
	app.Include(items.Routes(items.NewStore()))
	app.Include(users.AdminRoutes(), brio.Prefix("/admin"), brio.Tags("admin"), brio.Depends(checkToken))
	return app
}

func main() {
	log.Fatal(newApp().Run("127.0.0.1:8000"))
}
