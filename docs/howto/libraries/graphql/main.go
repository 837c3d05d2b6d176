package main

import (
	"context"
	"log"

	"github.com/brio-go/brio"
	"github.com/graph-gophers/graphql-go"
)

// region schema
const schema = `
	type Query { book(id: ID!): Book }
	type Book { title: String! }
`

// Root has the resolvers.
type Root struct{ books map[graphql.ID]Book }

type Book struct{ title string }

func (b *Book) Title() string { return b.title }

func (r *Root) Book(ctx context.Context, in struct{ ID graphql.ID }) *Book {
	ctx.Value(viewer{}).(*User).reads++
	if b, ok := r.books[in.ID]; ok {
		return &b
	}
	return nil
}

// endregion

// User is who sends a request.
type User struct {
	name  string
	reads int
}

type viewer struct{}

func user(in struct {
	Name string `header:"X-User"`
}) *User {
	return &User{name: in.Name}
}

// region handler

// Query is a request of GraphQL over HTTP.
type Query struct {
	Query         string         `json:"query" validate:"max=10000"`
	OperationName string         `json:"operationName" default:""`
	Variables     map[string]any `json:"variables,omitempty"`
}

func query(ctx context.Context, schema *graphql.Schema, who *User, in brio.Body[Query]) *graphql.Response {
	ctx = context.WithValue(ctx, viewer{}, who)
	return schema.Exec(ctx, in.Value.Query, in.Value.OperationName, in.Value.Variables)
}

// endregion

func main() {
	root := &Root{map[graphql.ID]Book{"1": {"Emma"}}}
	parsed := graphql.MustParseSchema(schema, root, graphql.MaxDepth(10), graphql.MaxParallelism(8))
	app := brio.New(brio.Supply(parsed), brio.Provide(user))
	app.Post("/graphql", query, brio.NoResponseModel())
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
