package testkit

import (
	"context"
	"errors"
	"net/http"
	"runtime"
)

// Ends are the ways in which a function of a program can end.
var Ends = []string{"return", "error", "panic", "Goexit", "abort", "cancel"}

// ErrEnd is the error of End. Its text has the Canary.
var ErrEnd = errors.New(Canary)

// End ends the function that calls it in one of the ways of Ends. cancel ends the context of the request.
func End(end string, cancel context.CancelFunc) error {
	switch end {
	case "error":
		return ErrEnd
	case "panic":
		panic(Canary)
	case "Goexit":
		runtime.Goexit()
	case "abort":
		panic(http.ErrAbortHandler)
	case "cancel":
		cancel()
	}
	return nil
}
