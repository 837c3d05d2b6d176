package http3_test

import (
	"crypto/tls"
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/contrib/http3"
)

func ExampleRun() {
	cert, err := tls.LoadX509KeyPair("cert.pem", "key.pem")
	if err != nil {
		log.Fatal(err)
	}
	app := brio.New()
	app.Get("/", func() string { return "over HTTP/3" })
	log.Fatal(http3.Run(app, ":443", http3.Config{TLS: &tls.Config{Certificates: []tls.Certificate{cert}}}))
}
