// Package redis shares the state of many processes in Redis or Valkey: hubs over its pub/sub, rate limits, sessions, the answers of
// middleware.Idempotency, and those of middleware.Cache.
//
//	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:6379", ContextTimeoutEnabled: true}) // github.com/redis/go-redis/v9
//	defer client.Close()
//	broker := brioredis.New(client)
//	defer broker.Close()
//	app := brio.New(brio.SupplyFunc(hub.Open(hub.Options[Message]{Broker: broker, Name: "chat"})))
//
// Each room of a hub is a channel, and messages are delivered at most once. A hub stores nothing.
//
//	limits := brioredis.NewLimits(client, brioredis.StoreOptions{})
//	limit := middleware.RateLimit(middleware.RateLimitOptions{Limit: 100, Window: time.Minute, Store: limits})
//
//	keys := brioredis.NewIdempotency(client, brioredis.StoreOptions{})
//	once := middleware.Idempotency(middleware.IdempotencyOptions{Store: keys})
//
//	sessions := brioredis.NewSessions(client, brioredis.StoreOptions{})
//	session := middleware.ServerSessions(middleware.ServerSessionOptions{Store: sessions})
//
//	answers := brioredis.NewCache(client, brioredis.StoreOptions{})
//	cache := middleware.Cache(middleware.CacheOptions{Store: answers})
//
// Each record is one key of Redis, which expires by itself; the sessions of a user have a set beside. When the server does not answer, a store
// stops asking it for a moment and returns ErrOpen at once. The package is a module of its own; go-redis does the work.
package redis
