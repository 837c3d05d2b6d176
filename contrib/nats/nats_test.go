package nats_test

import (
	"log"
	"testing"

	"github.com/brio-go/brio/contrib/nats"
	"github.com/brio-go/brio/hub"
	"github.com/brio-go/brio/internal/testkit/hubtest"
)

func open(addr string) (hub.Broker, func() error) {
	b, err := nats.Connect("nats://" + addr)
	if err != nil {
		log.Fatal(err)
	}
	return b, b.Close
}

func TestMain(m *testing.M) { hubtest.Main(m, open) }

func TestBroker(t *testing.T) { hubtest.Run(t, hubtest.NATS, open) }
