package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log"
	"os"
	"path/filepath"

	"github.com/brio-go/brio"
)

// Stored is a file that was stored. Its name is its checksum, never the name that the client has sent.
type Stored struct {
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
}

// Folder is where uploads are kept.
type Folder string

// region store

// store copies a stream to a file. The file appears under its name when it is complete.
func (dir Folder) store(r io.Reader) (_ Stored, err error) {
	f, err := os.CreateTemp(string(dir), "incoming-")
	if err != nil {
		return Stored{}, err
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			os.Remove(f.Name())
		}
	}()
	sum := sha256.New()
	size, err := io.Copy(io.MultiWriter(f, sum), r)
	if err != nil {
		return Stored{}, err
	}
	name := hex.EncodeToString(sum.Sum(nil))
	return Stored{name, size}, os.Rename(f.Name(), filepath.Join(string(dir), name))
}

// endregion

// region handler
func upload(dir Folder, parts *brio.Parts) ([]Stored, error) {
	var all []Stored
	for part, err := range parts.All() {
		if err != nil {
			return nil, err
		}
		if part.Filename == "" {
			continue // a text field
		}
		stored, err := dir.store(part)
		if err != nil {
			return nil, err
		}
		all = append(all, stored)
	}
	return all, nil
}

// endregion

func main() {
	dir, err := os.MkdirTemp("", "uploads-")
	if err != nil {
		log.Fatal(err)
	}
	app := brio.New(brio.Supply(Folder(dir)))
	app.Post("/files", upload, brio.Status(201), brio.MaxBody(8<<20))
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
