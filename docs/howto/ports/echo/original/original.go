// Package original is the program on echo.
package original

import (
	"fmt"
	"net/http"

	"github.com/go-playground/validator/v10"
	"github.com/labstack/echo/v5"
)

type Book struct {
	ID    int    `json:"id"`
	Title string `json:"title" validate:"required"`
}

type structValidator struct{ v *validator.Validate }

func (s structValidator) Validate(i any) error {
	if err := s.v.Struct(i); err != nil {
		return echo.NewHTTPError(http.StatusUnprocessableEntity, err.Error())
	}
	return nil
}

func New() http.Handler {
	books := []Book{{1, "Emma"}}
	e := echo.New()
	e.Validator = structValidator{validator.New()}
	e.GET("/books/:id", func(c *echo.Context) error {
		id, err := echo.PathParam[int](c, "id")
		if err != nil {
			return err
		}
		for _, b := range books {
			if b.ID == id {
				return c.JSON(http.StatusOK, b)
			}
		}
		return echo.NewHTTPError(http.StatusNotFound, "No such book")
	})
	staff := e.Group("/staff", keyAuth)
	staff.POST("/books", func(c *echo.Context) error {
		var in Book
		if err := c.Bind(&in); err != nil {
			return err
		}
		if err := c.Validate(&in); err != nil {
			return err
		}
		in.ID = len(books) + 1
		books = append(books, in)
		c.Response().Header().Set("Location", fmt.Sprint("/books/", in.ID))
		return c.JSON(http.StatusCreated, in)
	})
	return e
}

func keyAuth(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		if c.Request().Header.Get("X-Key") != "k" {
			return echo.NewHTTPError(http.StatusUnauthorized, "Wrong key")
		}
		return next(c)
	}
}
