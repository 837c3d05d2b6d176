package echo

import (
	"net/http"

	"github.com/go-playground/validator/v10"
	"github.com/labstack/echo/v5"

	"github.com/brio-go/brio/bench/api"
)

type itemParams struct {
	ItemID  int      `param:"item_id" json:"item_id" validate:"gt=0"`
	Q       string   `query:"q" json:"q" validate:"max=50"`
	Limit   int      `query:"limit" json:"limit" validate:"min=1,max=100"`
	Tags    []string `query:"tags" json:"tags"`
	XToken  string   `header:"X-Token" json:"x-token" validate:"required"`
	Session string   `json:"session" validate:"required"`
}

type structValidator struct{ v *validator.Validate }

func (s structValidator) Validate(v any) error { return s.v.Struct(v) }

func fail(c *echo.Context, in string, err error) error {
	return c.JSON(http.StatusUnprocessableEntity, api.Explain(err, in))
}

func getItem(c *echo.Context) error {
	p := itemParams{Limit: 10}
	if err := c.Bind(&p); err != nil {
		return fail(c, "request", err)
	}
	if err := echo.BindHeaders(c, &p); err != nil {
		return fail(c, "header", err)
	}
	if ck, err := c.Cookie(api.SessionName); err == nil {
		p.Session = ck.Value
	}
	if err := c.Validate(&p); err != nil {
		return fail(c, "request", err)
	}
	return c.JSON(http.StatusOK, api.ItemOut(p))
}

func createUser(c *echo.Context) error {
	var in api.UserIn
	err := c.Bind(&in)
	if err == nil {
		err = c.Validate(&in)
	}
	if err != nil {
		return fail(c, "body", err)
	}
	u := api.Create(&in)
	c.SetCookie(api.NewSessionCookie())
	c.Response().Header().Set("X-Created-By", api.CreatedBy)
	return c.JSON(http.StatusCreated, u.Public())
}

func placeOrder(c *echo.Context) error {
	var in api.OrderIn
	err := c.Bind(&in)
	if err == nil {
		err = c.Validate(&in)
	}
	if err != nil {
		return fail(c, "body", err)
	}
	o := api.Place(&in)
	return c.JSON(http.StatusCreated, o.Public())
}

func authenticated(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		u, err := api.CurrentUser(c.Request().Header.Get("Authorization"))
		if err != nil {
			c.Response().Header().Set("WWW-Authenticate", api.Challenge)
			return c.JSON(http.StatusUnauthorized, api.Message{Detail: err.Error()})
		}
		c.Set("user", u)
		return next(c)
	}
}

func me(c *echo.Context) error {
	return c.JSON(http.StatusOK, c.Get("user").(*api.UserInDB).Public())
}

func Handler() http.Handler {
	e := echo.New()
	e.Validator = structValidator{api.NewValidator()}
	e.GET("/", func(c *echo.Context) error { return c.String(http.StatusOK, api.Hello) })
	e.GET("/items/:item_id", getItem)
	e.POST("/users", createUser)
	e.GET("/users", func(c *echo.Context) error { return c.JSON(http.StatusOK, api.PublicUsers(api.Users)) })
	e.POST("/orders", placeOrder)
	e.GET("/orders", func(c *echo.Context) error { return c.JSON(http.StatusOK, api.PublicOrders(api.Orders)) })
	e.GET("/me", me, authenticated)
	for _, rt := range api.Routes() {
		last := rt.Last()
		e.Add(rt.Method, rt.Colon(), func(c *echo.Context) error {
			return c.String(http.StatusOK, c.ParamOr(last, "ok"))
		})
	}
	return e
}
