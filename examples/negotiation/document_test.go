package main

import (
	"testing"

	"github.com/brio-go/brio/internal/oastest"
)

func TestDocument(t *testing.T) {
	app, err := newApp()
	if err != nil {
		t.Fatal(err)
	}
	oastest.Served(t, app)
}
