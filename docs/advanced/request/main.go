package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"log"
	"net/http"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/security"
)

func whoAmI(r *http.Request) map[string]string {
	return map[string]string{"client": brio.ClientHost(r), "protocol": r.Proto}
}

// region raw
const secret = "shared with the sender"

func receive(in struct {
	Signature string `header:"X-Signature"`
	Body      []byte `body:"" media:"application/json"`
}) (map[string]int, error) {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(in.Body)
	if !security.Equal(in.Signature, hex.EncodeToString(mac.Sum(nil))) {
		return nil, brio.Error(401, "The signature is wrong")
	}
	return map[string]int{"bytes": len(in.Body)}, nil
}

// endregion

// region around
func signed(r *http.Request, next func() (*brio.Response, error)) (*brio.Response, error) {
	res, err := next()
	if err != nil {
		return nil, err
	}
	return res.SetHeader("X-Route", r.Pattern), nil
}

// endregion

func main() {
	app := brio.New(brio.Title("Request"))
	app.Get("/", whoAmI, brio.Around(signed))
	app.Post("/hook", receive)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
