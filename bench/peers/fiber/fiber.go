package fiber

import (
	"github.com/go-playground/validator/v10"
	"github.com/gofiber/fiber/v3"
	"github.com/valyala/fasthttp"

	"github.com/brio-go/brio/bench/api"
)

type itemPath struct {
	ItemID int `uri:"item_id" json:"item_id" validate:"gt=0"`
}

type itemQuery struct {
	Q     string   `query:"q" json:"q" validate:"max=50"`
	Limit int      `query:"limit,default:10" json:"limit" validate:"min=1,max=100"`
	Tags  []string `query:"tags" json:"tags"`
}

type itemHeader struct {
	XToken string `header:"X-Token" json:"x-token" validate:"required"`
}

type itemCookie struct {
	Session string `cookie:"session" json:"session" validate:"required"`
}

type structValidator struct{ v *validator.Validate }

func (s structValidator) Validate(v any) error { return s.v.Struct(v) }

func fail(c fiber.Ctx, in string, err error) error {
	return c.Status(fiber.StatusUnprocessableEntity).JSON(api.Explain(err, in))
}

func getItem(c fiber.Ctx) error {
	var path itemPath
	if err := c.Bind().URI(&path); err != nil {
		return fail(c, "path", err)
	}
	var query itemQuery
	if err := c.Bind().Query(&query); err != nil {
		return fail(c, "query", err)
	}
	var header itemHeader
	if err := c.Bind().Header(&header); err != nil {
		return fail(c, "header", err)
	}
	var cookie itemCookie
	if err := c.Bind().Cookie(&cookie); err != nil {
		return fail(c, "cookie", err)
	}
	return c.JSON(api.ItemOut{ItemID: path.ItemID, Q: query.Q, Limit: query.Limit, Tags: query.Tags, XToken: header.XToken, Session: cookie.Session})
}

func createUser(c fiber.Ctx) error {
	var in api.UserIn
	if err := c.Bind().JSON(&in); err != nil {
		return fail(c, "body", err)
	}
	u := api.Create(&in)
	c.Cookie(&fiber.Cookie{Name: api.SessionName, Value: api.SessionValue, Path: "/", HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode, SessionOnly: true})
	c.Set("X-Created-By", api.CreatedBy)
	return c.Status(fiber.StatusCreated).JSON(u.Public())
}

func placeOrder(c fiber.Ctx) error {
	var in api.OrderIn
	if err := c.Bind().JSON(&in); err != nil {
		return fail(c, "body", err)
	}
	o := api.Place(&in)
	return c.Status(fiber.StatusCreated).JSON(o.Public())
}

func authenticated(c fiber.Ctx) error {
	u, err := api.CurrentUser(c.Get("Authorization"))
	if err != nil {
		c.Set("WWW-Authenticate", api.Challenge)
		return c.Status(fiber.StatusUnauthorized).JSON(api.Message{Detail: err.Error()})
	}
	c.Locals("user", u)
	return c.Next()
}

func me(c fiber.Ctx) error {
	return c.JSON(fiber.Locals[*api.UserInDB](c, "user").Public())
}

func Handler() fasthttp.RequestHandler {
	app := fiber.New(fiber.Config{StructValidator: structValidator{api.NewValidator()}})
	app.Get("/", func(c fiber.Ctx) error { return c.SendString(api.Hello) })
	app.Get("/items/:item_id", getItem)
	app.Post("/users", createUser)
	app.Get("/users", func(c fiber.Ctx) error { return c.JSON(api.PublicUsers(api.Users)) })
	app.Post("/orders", placeOrder)
	app.Get("/orders", func(c fiber.Ctx) error { return c.JSON(api.PublicOrders(api.Orders)) })
	app.Get("/me", authenticated, me)
	for _, rt := range api.Routes() {
		last := rt.Last()
		app.Add([]string{rt.Method}, rt.Colon(), func(c fiber.Ctx) error {
			if last == "" {
				return c.SendString("ok")
			}
			return c.SendString(c.Params(last))
		})
	}
	return app.Handler()
}
