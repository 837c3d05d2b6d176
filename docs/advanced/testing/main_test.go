package main

import (
	"testing"
	"time"

	"github.com/brio-go/brio/briotest"
)

func noon() time.Time { return time.Date(2026, 12, 2, 12, 0, 0, 0, time.UTC) }

func ann() *User { return &User{Name: "ann"} }

// region overrides
func TestGreeting(t *testing.T) {
	c := briotest.New(t, newApp(),
		briotest.Override(ann), // in the place of currentUser
		briotest.Override(briotest.Replace(checkKey, func() {})), // a guard has no result: it is named
		briotest.Supply(Clock(noon)),                             // in the place of a value
	)
	c.Get("/greeting").Status(200).Body(`{"hour":12,"name":"ann","open":true}`)
}

// endregion

// region lifespan
func TestStoreIsReplaced(t *testing.T) {
	store := &Store{}
	c := briotest.New(t, newApp(),
		briotest.Supply(store), // openStore is not called
		briotest.Override(ann),
		briotest.Override(briotest.Replace(checkKey, func() {})),
		briotest.Supply(Clock(noon)),
	)
	c.Get("/greeting").Status(200).Body(`{"hour":12,"name":"ann","open":false}`)
}

// endregion

// region parallel
func TestWithoutOverrides(t *testing.T) {
	t.Parallel()
	briotest.New(t, newApp()).Get("/greeting").Status(403).Body(`{"detail":"Wrong key"}`)
}

// endregion
