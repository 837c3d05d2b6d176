package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"log"
	"net/url"
	"os"
	"testing/fstest"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
)

// region interface

// Store keeps files by name. Its answer delivers a file, or sends the client to where it is.
type Store interface {
	Answer(name string) *brio.Response
}

// endregion

// region folder

// Folder has the files on the disk.
type Folder struct{ files fs.FS }

func (s Folder) Answer(name string) *brio.Response {
	return response.FileIn(s.files, name, response.OrNotFound())
}

// endregion

// region bucket

// Bucket has the files in another service. A link to it is signed and ends soon.
type Bucket struct {
	Base string
	Key  []byte
	Now  func() time.Time
}

func (s Bucket) Answer(name string) *brio.Response {
	link := fmt.Sprintf("%s/%s?expires=%d", s.Base, url.PathEscape(name), s.Now().Add(5*time.Minute).Unix())
	mac := hmac.New(sha256.New, s.Key)
	mac.Write([]byte("GET " + link))
	answer := response.Redirect(link + "&signature=" + hex.EncodeToString(mac.Sum(nil)))
	return answer.Status(303).SetHeader("Cache-Control", "no-store")
}

// endregion

func download(store Store, in struct {
	Name string `path:"name" validate:"max=100"`
}) *brio.Response {
	return store.Answer(in.Name)
}

func newApp(store Store) *brio.App {
	app := brio.New(brio.Title("Files"), brio.Provide(func() Store { return store }))
	app.Get("/files/{name}", download)
	return app
}

func main() {
	var store Store = Folder{fstest.MapFS{"tea.txt": {Data: []byte("green\n")}}}
	if os.Getenv("STORE") == "bucket" {
		store = Bucket{"https://bucket.example.com", []byte("secret"), time.Now}
	}
	if err := newApp(store).Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
