// Package redis connects the hubs of many processes over the pub/sub of Redis or Valkey:
//
//	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:6379"}) // github.com/redis/go-redis/v9
//	defer client.Close()
//	broker := brioredis.New(client)
//	defer broker.Close()
//	app := brio.New(brio.SupplyFunc(hub.Open(hub.Options[Message]{Broker: broker, Name: "chat"})))
//
// Each room is a channel, and messages are delivered at most once. Nothing is stored. The package is a module of its own; go-redis does the
// work.
package redis
