package main

import (
	"errors"
	"fmt"
	"log"
	"net/http"

	"github.com/brio-go/brio"
)

// region domain

// The domain knows nothing of HTTP.
type Kind int

const (
	NotFound Kind = iota
	Conflict
)

type DomainError struct {
	Kind Kind
	What string // for users
	Err  error  // for the log
}

func (e *DomainError) Error() string { return e.What }
func (e *DomainError) Unwrap() error { return e.Err }

func reserve(seat int) error {
	switch {
	case seat > 100:
		return &DomainError{NotFound, fmt.Sprintf("There is no seat %d", seat), nil}
	case seat == 13:
		return &DomainError{Conflict, "The seat is taken", errors.New("unique constraint seats_pkey")}
	case seat == 0:
		return errors.New("dial tcp 10.0.0.7:5432: connection refused")
	}
	return nil
}

// endregion

// region edge

// answer says what a client sees of an error of the domain. Handlers return such errors unchanged.
func answer(r *http.Request, err *DomainError) *brio.Response {
	status := map[Kind]int{NotFound: 404, Conflict: 409}[err.Kind]
	return brio.Error(status, err.What).Response()
}

var edge = brio.Options(
	brio.OnError(answer),
	brio.Responds[brio.Problem](404, ""),
	brio.Responds[brio.Problem](409, "The seat is taken"),
)

// endregion

func book(in struct {
	Seat int `path:"seat"`
}) error {
	if err := reserve(in.Seat); err != nil {
		return fmt.Errorf("seat %d: %w", in.Seat, err)
	}
	return nil
}

func main() {
	app := brio.New(brio.ProblemDetails())
	app.Post("/seats/{seat}/booking", book, edge)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
