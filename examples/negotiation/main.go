// Command negotiation answers in JSON, CBOR or MessagePack, as the client's Accept prefers. Run it and send requests:
//
//	go run .
//	curl -i localhost:8000/items/1
//	curl -i localhost:8000/items/1 -H 'Accept: application/cbor' --output -
//	curl -i localhost:8000/items/1 -H 'Accept: application/msgpack, application/json;q=0.5' --output -
//	curl -i localhost:8000/items/1 -H 'Accept: image/png'
//
// The program is a module of its own, because Brio's core depends on neither of the two libraries.
package main

import (
	"bytes"
	"flag"
	"log"

	"github.com/fxamacker/cbor/v2"
	"github.com/vmihailenco/msgpack/v5"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
)

// row is a row of the database. Clients see an Item.
type row struct {
	ID     int
	Name   string
	Price  float64
	Tags   []string
	Margin float64
}

// Item is the response model, in every media type.
type Item struct {
	ID    int      `json:"id"`
	Name  string   `json:"name"`
	Price float64  `json:"price"`
	Tags  []string `json:"tags"`
}

type byID struct {
	ID int `path:"id"`
}

func readItem(in *byID) (*row, error) {
	if in.ID != 1 {
		return nil, brio.Error(404, "No such item")
	}
	return &row{ID: 1, Name: "Hat", Price: 12.5, Margin: 0.4}, nil
}

// newCBOR returns the marshal function for an Encoder. Maps of both formats have no order. Sorted keys give a value one encoding, which
// caches and AutoETag need.
func newCBOR() (func(any) ([]byte, error), error) {
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		return nil, err
	}
	return mode.Marshal, nil
}

func marshalMsgpack(v any) ([]byte, error) {
	var b bytes.Buffer
	e := msgpack.NewEncoder(&b)
	e.SetSortMapKeys(true)
	e.UseCompactInts(true)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func newApp() (*brio.App, error) {
	marshalCBOR, err := newCBOR()
	if err != nil {
		return nil, err
	}
	app := brio.New(
		brio.Title("Negotiation"),
		brio.Encoder("application/cbor", marshalCBOR),
		brio.Encoder("application/msgpack", marshalMsgpack),
		brio.AutoETag(),
	)
	app.Get("/items/{id}", readItem, brio.ResponseModel[Item](), brio.Responds[response.Detail](404, "No such item"))
	return app, nil
}

func main() {
	addr := flag.String("addr", ":8000", "address to listen on")
	flag.Parse()
	app, err := newApp()
	if err == nil {
		err = app.Run(*addr)
	}
	if err != nil {
		log.Fatal(err)
	}
}
