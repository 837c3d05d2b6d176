package gin

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/gin-gonic/gin/binding"
	"github.com/go-playground/validator/v10"

	"github.com/brio-go/brio/bench/api"
)

type itemPath struct {
	ItemID int `uri:"item_id" json:"item_id" validate:"gt=0"`
}

type itemQuery struct {
	Q     string   `form:"q" json:"q" validate:"max=50"`
	Limit int      `form:"limit,default=10" json:"limit" validate:"min=1,max=100"`
	Tags  []string `form:"tags" json:"tags"`
}

type itemHeader struct {
	XToken string `header:"X-Token" json:"x-token" validate:"required"`
}

func fail(c *gin.Context, in string, err error) {
	c.JSON(http.StatusUnprocessableEntity, api.Explain(err, in))
}

func getItem(c *gin.Context) {
	var path itemPath
	if err := c.ShouldBindUri(&path); err != nil {
		fail(c, "path", err)
		return
	}
	var query itemQuery
	if err := c.ShouldBindQuery(&query); err != nil {
		fail(c, "query", err)
		return
	}
	var header itemHeader
	if err := c.ShouldBindHeader(&header); err != nil {
		fail(c, "header", err)
		return
	}
	session, err := c.Cookie(api.SessionName)
	if err != nil {
		fail(c, "cookie", err)
		return
	}
	c.JSON(http.StatusOK, api.ItemOut{ItemID: path.ItemID, Q: query.Q, Limit: query.Limit, Tags: query.Tags, XToken: header.XToken, Session: session})
}

func createUser(c *gin.Context) {
	var in api.UserIn
	if err := c.ShouldBindJSON(&in); err != nil {
		fail(c, "body", err)
		return
	}
	u := api.Create(&in)
	c.SetSameSite(http.SameSiteLaxMode)
	c.SetCookie(api.SessionName, api.SessionValue, 0, "/", "", false, true)
	c.Header("X-Created-By", api.CreatedBy)
	c.JSON(http.StatusCreated, u.Public())
}

func placeOrder(c *gin.Context) {
	var in api.OrderIn
	if err := c.ShouldBindJSON(&in); err != nil {
		fail(c, "body", err)
		return
	}
	o := api.Place(&in)
	c.JSON(http.StatusCreated, o.Public())
}

func authenticated(c *gin.Context) {
	u, err := api.CurrentUser(c.GetHeader("Authorization"))
	if err != nil {
		c.Header("WWW-Authenticate", api.Challenge)
		c.AbortWithStatusJSON(http.StatusUnauthorized, api.Message{Detail: err.Error()})
		return
	}
	c.Set("user", u)
}

func me(c *gin.Context) {
	c.JSON(http.StatusOK, c.MustGet("user").(*api.UserInDB).Public())
}

func Handler() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	api.Configure(binding.Validator.Engine().(*validator.Validate))
	r := gin.New()
	r.GET("/", func(c *gin.Context) { c.String(http.StatusOK, api.Hello) })
	r.GET("/items/:item_id", getItem)
	r.POST("/users", createUser)
	r.GET("/users", func(c *gin.Context) { c.JSON(http.StatusOK, api.PublicUsers(api.Users)) })
	r.POST("/orders", placeOrder)
	r.GET("/orders", func(c *gin.Context) { c.JSON(http.StatusOK, api.PublicOrders(api.Orders)) })
	r.GET("/me", authenticated, me)
	r.NoRoute(func(c *gin.Context) { c.JSON(http.StatusNotFound, api.Message{Detail: "Not Found"}) })
	for _, rt := range api.Routes() {
		last := rt.Last()
		r.Handle(rt.Method, rt.Colon(), func(c *gin.Context) {
			if v := c.Param(last); v != "" {
				c.String(http.StatusOK, v)
				return
			}
			c.String(http.StatusOK, "ok")
		})
	}
	return r
}
