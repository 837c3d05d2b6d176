package main

import (
	"testing"
	"time"

	"github.com/brio-go/brio/internal/oastest"
)

func TestDocument(t *testing.T) {
	oastest.Served(t, newApp(time.Microsecond))
}
