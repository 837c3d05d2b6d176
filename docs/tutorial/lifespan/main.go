package main

import (
	"context"
	"fmt"
	"log"

	"github.com/brio-go/brio"
)

// Model stands for something that takes long to load.
type Model struct{ name string }

func loadModel(ctx context.Context) (*Model, func(context.Context) error, error) {
	fmt.Println("load the model")
	return &Model{name: "small"}, func(context.Context) error {
		fmt.Println("unload the model")
		return nil
	}, nil
}

func warmUp(ctx context.Context) (stop func(context.Context) error, err error) {
	model, err := brio.Supplied[*Model](ctx)
	if err != nil {
		return nil, err
	}
	fmt.Println("warm up", model.name)
	return nil, nil
}

func predict(m *Model, in struct {
	X int `query:"x"`
}) map[string]any {
	return map[string]any{"model": m.name, "y": 2 * in.X}
}

func main() {
	app := brio.New(brio.Title("Predictions"), brio.SupplyFunc(loadModel), brio.Lifespan(warmUp))
	app.Get("/predict", predict)
	if err := app.Run("127.0.0.1:8000", brio.RequestLog(false)); err != nil {
		log.Fatal(err)
	}
}
