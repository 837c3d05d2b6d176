// Command app is a service with users, teams and their items.
//
//	./app [flags]      serves
//	./app admin EMAIL  gives the user the scope admin
//	./app check        asks the service that runs on this machine whether it is ready
package main

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/brio-go/brio"

	"example.com/app/internal/users"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		log.Fatal(err)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 2 && args[0] == "admin":
		return makeAdmin(context.Background(), newApp(), args[1])
	case len(args) == 1 && args[0] == "check":
		return check(cmp.Or(os.Getenv("BRIO_ADDRESS"), "127.0.0.1:8000"))
	}
	return newApp().Run("127.0.0.1:8000", brio.FromEnv(flag.CommandLine))
}

// makeAdmin gives a user the scope admin. The user has it from the next sign-in on.
func makeAdmin(ctx context.Context, app *brio.App, email string) error {
	err := app.Resolve(ctx, func(ctx context.Context, db *sql.DB) error { return users.MakeAdmin(ctx, db, email) })
	return errors.Join(err, app.Shutdown(ctx))
}

// check is the health check of the container, which has no curl.
func check(address string) error {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	client := http.Client{Timeout: 2 * time.Second}
	answer, err := client.Get("http://127.0.0.1:" + port + "/readyz")
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != 200 {
		return fmt.Errorf("/readyz answers %s", answer.Status)
	}
	return nil
}
