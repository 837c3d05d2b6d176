package main

import (
	"encoding/json"
	"os"

	"github.com/brio-go/brio"
)

type Item struct {
	Name string `json:"name" validate:"min=2"`
}

func main() {
	_ = json.NewEncoder(os.Stdout).Encode(brio.SchemaOf[Item]())
	// {"properties":{"name":{"type":"string","minLength":2}},"type":"object","required":["name"]}
}
