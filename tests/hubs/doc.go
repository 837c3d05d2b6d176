// Package hubs has tests of hubs in whole apps: WebSockets and event streams in one room. Tests with brokers stand in contrib/nats and
// contrib/redis.
package hubs
