package main

import (
	"cmp"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/brio-go/brio"
)

func hello() string { return "hello" }

// region check
// check asks the program that runs in the container whether it is ready. It is the health check of an image without a shell.
func check() error {
	_, port, err := net.SplitHostPort(cmp.Or(os.Getenv("BRIO_ADDRESS"), ":8000"))
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

// endregion

func main() {
	if len(os.Args) == 2 && os.Args[1] == "check" {
		if err := check(); err != nil {
			log.Fatal(err)
		}
		return
	}
	app := brio.New(brio.Title("Hello"), brio.Health())
	app.Get("/", hello)
	err := app.Run("127.0.0.1:8000", brio.FromEnv(flag.CommandLine), brio.ShutdownDelay(5*time.Second))
	if err != nil {
		log.Fatal(err)
	}
}
