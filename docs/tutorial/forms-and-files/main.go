package main

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/params"
)

type Login struct {
	Name     string `form:"name" validate:"min=2"`
	Password string `form:"password" secret:"true"`
	Remember bool   `form:"remember" default:"false"`
}

func login(in Login) map[string]any {
	return map[string]any{"name": in.Name, "remember": in.Remember}
}

// region files
type NewPet struct {
	Name   string            `form:"name"`
	Photo  brio.UploadFile   `file:"photo"`
	Papers []brio.UploadFile `file:"paper,omitempty" validate:"max=2"`
}

func createPet(in NewPet) (map[string]any, error) {
	photo, err := in.Photo.Open()
	if err != nil {
		return nil, err
	}
	defer photo.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, photo); err != nil {
		return nil, err
	}
	return map[string]any{
		"name":   in.Name,
		"file":   in.Photo.Filename,
		"type":   in.Photo.ContentType,
		"size":   in.Photo.Size,
		"sha256": hex.EncodeToString(sum.Sum(nil))[:12],
		"papers": len(in.Papers),
	}, nil
}

// endregion

// region stream
func importAll(parts *brio.Parts) (map[string]int64, error) {
	sizes := map[string]int64{}
	for part, err := range parts.All() {
		if err != nil {
			return nil, err
		}
		n, err := io.Copy(io.Discard, part) // to a store, as it arrives
		if err != nil {
			return nil, err
		}
		sizes[part.Name] = n
	}
	return sizes, nil
}

// endregion

func main() {
	app := brio.New(brio.Title("Pets"))
	app.Post("/login", login)
	app.Post("/pets", createPet, brio.UploadLimits(params.UploadLimits{FileSize: 1 << 20}))
	app.Post("/import", importAll, brio.MaxBody(10<<30), brio.UploadLimits(params.UploadLimits{FileSize: 10 << 30}))
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
