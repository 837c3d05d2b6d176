// Package original is the program on gin.
package original

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

type User struct {
	Name string `json:"name" binding:"required,min=2"`
	Age  int    `json:"age" binding:"gte=0,lte=150"`
}

type Search struct {
	Limit int `form:"limit,default=10" binding:"min=1,max=100"`
}

func New() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	users := []User{{"ann", 30}}
	r := gin.New()
	r.Use(gin.Recovery())
	r.GET("/users", func(c *gin.Context) {
		var in Search
		if err := c.ShouldBindQuery(&in); err != nil {
			c.JSON(http.StatusBadRequest, gin.H{"error": err.Error()})
			return
		}
		c.JSON(http.StatusOK, users[:min(in.Limit, len(users))])
	})
	admin := r.Group("/admin", gin.BasicAuth(gin.Accounts{"root": "secret"}))
	admin.POST("/users", func(c *gin.Context) {
		var in User
		if err := c.ShouldBindJSON(&in); err != nil {
			c.JSON(http.StatusBadRequest, gin.H{"error": err.Error()})
			return
		}
		users = append(users, in)
		c.JSON(http.StatusCreated, in)
	})
	admin.GET("/me", func(c *gin.Context) {
		c.JSON(http.StatusOK, gin.H{"user": c.MustGet(gin.AuthUserKey).(string)})
	})
	return r
}
