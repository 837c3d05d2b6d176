// Package original is the program on Huma.
package original

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

type Review struct {
	Author string `json:"author" minLength:"2" maxLength:"20"`
	Rating int    `json:"rating" minimum:"1" maximum:"5"`
}

type ListInput struct {
	Limit int `query:"limit" default:"10" minimum:"1" maximum:"100"`
}

type ListOutput struct{ Body []Review }

type CreateInput struct {
	Product string `path:"product" maxLength:"30"`
	Body    Review
}

type CreateOutput struct {
	Location string `header:"Location"`
	Body     Review
}

func New() http.Handler {
	reviews := []Review{{"ann", 5}}
	mux := http.NewServeMux()
	config := huma.DefaultConfig("Reviews", "1.0.0")
	config.CreateHooks = nil // no "$schema" in bodies
	api := humago.New(mux, config)
	huma.Get(api, "/reviews", func(ctx context.Context, in *ListInput) (*ListOutput, error) {
		return &ListOutput{reviews[:min(in.Limit, len(reviews))]}, nil
	})
	huma.Register(api, huma.Operation{Method: "POST", Path: "/products/{product}/reviews", DefaultStatus: 201},
		func(ctx context.Context, in *CreateInput) (*CreateOutput, error) {
			if in.Product != "tea" {
				return nil, huma.Error404NotFound("No such product")
			}
			reviews = append(reviews, in.Body)
			return &CreateOutput{"/reviews", in.Body}, nil
		})
	return mux
}
