// Package middleware has net/http middleware with FastAPI's names and defaults.
//
//	app := brio.New(brio.Use(middleware.RequestID(), middleware.AccessLog(nil), middleware.CORS(options)))
//
// It works around any http.Handler and knows no routes. Inside a Brio app its errors have the app's ErrorFormat; elsewhere
// they are {"detail": …}.
//
// The program makes middleware once, at its start, and uses it for any number of requests at once. An illegal option is a mistake in
// the report of App.Check and of the start, with the place of the constructor's call and the legal values. Outside of an app,
// middleware with a mistake panics with the same text when it is put around a handler.
//
// Limits are a positive number or brio.NoLimit (-1); 0 means the default. Other negative numbers are mistakes.
//
// Middleware allocates as its comment says for each request; the times are in docs/middleware.md.
package middleware
