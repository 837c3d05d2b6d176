package main

import (
	"testing"

	"github.com/brio-go/brio/internal/oastest"
)

func TestDocument(t *testing.T) {
	app, _ := testApp(t)
	oastest.Served(t, app)
}
