// Package middleware has net/http middleware with FastAPI's names and defaults.
//
//	app := brio.New(brio.Use(middleware.RequestID(), middleware.AccessLog(nil), middleware.CORS(options)))
//
// It works around any http.Handler and knows no routes. Inside a Brio app its errors have the app's ErrorFormat; elsewhere
// they are {"detail": …}.
//
// The program makes middleware once, at its start. A wrong option is a panic there; the text has the value that was found and
// the legal ones. The result is safe for concurrent use.
//
// Each file has one middleware and states its cost for a request. Short constructors are marked go:noinline, so that
// App.Explain finds their names.
package middleware
