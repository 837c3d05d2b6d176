// Package original is the program on fiber.
package original

import (
	"errors"
	"net/http"

	"github.com/gofiber/fiber/v3"
	"github.com/gofiber/fiber/v3/middleware/adaptor"
)

type Todo struct {
	ID   int    `json:"id"`
	Text string `json:"text"`
}

func New() http.Handler {
	todos := []Todo{{1, "tea"}}
	app := fiber.New(fiber.Config{ErrorHandler: func(c fiber.Ctx, err error) error {
		status := fiber.StatusInternalServerError
		if e := (*fiber.Error)(nil); errors.As(err, &e) {
			status = e.Code
		}
		return c.Status(status).JSON(fiber.Map{"detail": err.Error()})
	}})
	api := app.Group("/api", func(c fiber.Ctx) error {
		c.Locals("user", c.Get("X-User", "guest"))
		return c.Next()
	})
	api.Get("/todos", func(c fiber.Ctx) error { return c.JSON(todos) })
	api.Get("/todos/:id", func(c fiber.Ctx) error {
		id := fiber.Params[int](c, "id")
		for _, t := range todos {
			if t.ID == id {
				return c.JSON(t)
			}
		}
		return fiber.NewError(fiber.StatusNotFound, "No such todo")
	})
	api.Post("/todos", func(c fiber.Ctx) error {
		if fiber.Locals[string](c, "user") == "guest" {
			return fiber.NewError(fiber.StatusForbidden, "Guests only read")
		}
		var in Todo
		if err := c.Bind().Body(&in); err != nil {
			return fiber.NewError(fiber.StatusBadRequest, err.Error())
		}
		if in.Text == "" {
			return fiber.NewError(fiber.StatusBadRequest, "text is required")
		}
		in.ID = len(todos) + 1
		todos = append(todos, in)
		return c.Status(fiber.StatusCreated).JSON(in)
	})
	return adaptor.FiberApp(app) // for the comparison; a program calls app.Listen
}
