// Package echo is labstack/echo v5 with its own binders, and validator behind
// echo.Validator.
package echo
