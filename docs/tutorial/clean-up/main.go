package main

import (
	"errors"
	"fmt"
	"log"

	"github.com/brio-go/brio"
)

// Tx stands for a transaction of a database.
type Tx struct{ id int }

var count int

func openTx() (*Tx, func(error) error, error) {
	count++
	tx := &Tx{id: count}
	fmt.Printf("%d begins\n", tx.id)
	return tx, func(err error) error {
		if err != nil {
			fmt.Printf("%d rolls back: %v\n", tx.id, err)
			return err
		}
		fmt.Printf("%d commits\n", tx.id)
		return nil
	}, nil
}

func transfer(tx *Tx, in struct {
	Amount int `query:"amount"`
}) (string, error) {
	switch {
	case in.Amount < 0:
		return "", brio.Error(409, "An amount is positive")
	case in.Amount > 1000:
		return "", errors.New("the other bank does not answer")
	}
	return "done", nil
}

func main() {
	app := brio.New(brio.Title("Bank"), brio.Provide(brio.BeforeResponse(openTx)))
	app.Post("/transfers", transfer)
	if err := app.Run("127.0.0.1:8000", brio.RequestLog(false)); err != nil {
		log.Fatal(err)
	}
}
