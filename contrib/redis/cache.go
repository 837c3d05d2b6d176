package redis

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/brio-go/brio/middleware"
	"github.com/redis/go-redis/v9"
)

// Cache is a middleware.CacheStore: processes that use one server share their answers, and a purge holds for all of them. A value is one key
// of Redis, which expires by itself, and each tag one more, which has the time of its last purge by the clock of the server. A value counts
// if each of its tags has a time, and none is later than the Get before its Put. So a server may evict any key: the values of a tag without a
// time are not found. Use a maxmemory-policy such as allkeys-lru.
//
// Get is one call for the value and one for the times of its tags, Put and Purge one call each with a command for each tag. In a cluster the
// keys stand in slots of their own, and the clocks of the nodes must agree: a purge can miss an answer that was begun before it by less than
// their difference. Cache is safe for concurrent use.
type Cache struct {
	*store
	get, stamp, purge *redis.Script
}

// NewCache returns a store of answers over a client, which it leaves open.
func NewCache(client redis.UniversalClient, o StoreOptions) *Cache {
	return &Cache{newStore(client, o), redis.NewScript(getValue), redis.NewScript(stampTag), redis.NewScript(purgeTag)}
}

// purgeTime is how long the time of a purge is kept at least: a handler that began before the purge must have returned by then.
const purgeTime = time.Hour

// getValue returns the time of the server in microseconds, and the value if there is one.
const getValue = `
local time = redis.call('TIME')
return {string.format('%.0f', time[1] * 1000000 + time[2]), redis.call('GET', KEYS[1])}
`

// stampTag gives a tag a time if it has none, and keeps it for as long as the value. ARGV has the mark of the value, and its time to live in
// milliseconds. The result is 0 if the tag was purged after the mark.
const stampTag = `
local at = redis.call('GET', KEYS[1])
if not at then
	redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
	return 1
end
if tonumber(at) > tonumber(ARGV[1]) then
	return 0
end
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then
	redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 1
`

// purgeTag sets the time of a tag to that of the server, a microsecond ahead: a Get of the same microsecond may have come before. ARGV has the
// time to keep it, in milliseconds.
const purgeTag = `
local time = redis.call('TIME')
redis.call('SET', KEYS[1], string.format('%.0f', time[1] * 1000000 + time[2] + 1), 'PX', math.max(redis.call('PTTL', KEYS[1]), tonumber(ARGV[1])))
return 1
`

// errCacheValue is the error of a value of another form.
var errCacheValue = errors.New("redis: cache: the value has another form")

// Get returns the record of a key.
func (c *Cache) Get(ctx context.Context, key string) (middleware.CacheRecord, error) {
	r, err := ask(ctx, c.store, func(ctx context.Context) (middleware.CacheRecord, error) { return c.find(ctx, c.key("cache", key)) })
	if err != nil {
		return middleware.CacheRecord{}, fmt.Errorf("redis: cache: %w", err)
	}
	return r, nil
}

// find reads a key of Redis and the times of its tags.
func (c *Cache) find(ctx context.Context, key string) (r middleware.CacheRecord, err error) {
	got, err := c.get.Run(ctx, c.client, []string{key}).Slice()
	if err != nil {
		return r, err
	}
	now, isText := "", false
	if len(got) > 0 {
		now, isText = got[0].(string)
	}
	if r.Mark, err = strconv.ParseInt(now, 10, 64); err != nil || !isText {
		return r, errCacheValue
	}
	if len(got) < 2 {
		return r, nil
	}
	text, ok := got[1].(string)
	if !ok { // nil: there is no value
		return r, nil
	}
	mark, tags, value, ok := decodeValue([]byte(text))
	if !ok {
		return r, errCacheValue
	}
	if isValid, err := c.isValid(ctx, mark, tags); err != nil || !isValid {
		return r, err
	}
	r.Value = value
	return r, nil
}

// isValid reports whether each tag has a time, and none is later than the mark.
func (c *Cache) isValid(ctx context.Context, mark int64, tags []string) (bool, error) {
	if len(tags) == 0 {
		return true, nil
	}
	times, err := c.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, t := range tags {
			p.Get(ctx, t)
		}
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		return false, err
	}
	for _, cmd := range times {
		at, err := cmd.(*redis.StringCmd).Int64()
		switch {
		case errors.Is(err, redis.Nil):
			return false, nil
		case err != nil:
			return false, err
		case at > mark:
			return false, nil
		}
	}
	return true, nil
}

// Put stores the value of a record, unless one of its tags was purged after the Mark.
func (c *Cache) Put(ctx context.Context, key string, r middleware.CacheRecord) error {
	tags := make([]string, len(r.Tags))
	for i, t := range r.Tags {
		tags[i] = c.key("cache-tag", t)
	}
	_, err := ask(ctx, c.store, func(ctx context.Context) (bool, error) {
		if isCurrent, err := c.stampAll(ctx, tags, r); err != nil || !isCurrent {
			return false, err
		}
		return true, c.client.Set(ctx, c.key("cache", key), encodeValue(r.Mark, tags, r.Value), r.TTL).Err()
	})
	if err != nil {
		return fmt.Errorf("redis: cache: %w", err)
	}
	return nil
}

// stampAll gives each tag a time. It is false if one was purged after the mark of the record.
func (c *Cache) stampAll(ctx context.Context, tags []string, r middleware.CacheRecord) (isCurrent bool, err error) {
	if len(tags) == 0 {
		return true, nil
	}
	stamped, err := c.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, t := range tags {
			c.stamp.Eval(ctx, p, []string{t}, r.Mark, (r.TTL + time.Second).Milliseconds()) // longer than the value
		}
		return nil
	})
	if err != nil {
		return false, err
	}
	for _, cmd := range stamped {
		if ok, err := cmd.(*redis.Cmd).Bool(); err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}

// Purge removes the values with one of the tags. If it fails, it may have removed some.
func (c *Cache) Purge(ctx context.Context, tags ...string) error {
	if len(tags) == 0 {
		return nil
	}
	_, err := ask(ctx, c.store, func(ctx context.Context) (bool, error) {
		_, err := c.client.Pipelined(ctx, func(p redis.Pipeliner) error {
			for _, t := range tags {
				c.purge.Eval(ctx, p, []string{c.key("cache-tag", t)}, purgeTime.Milliseconds())
			}
			return nil
		})
		return true, err
	})
	if err != nil {
		return fmt.Errorf("redis: cache: %w", err)
	}
	return nil
}

// encodeValue returns what the key of a value has: the mark, the keys of the tags, each with its length, and the value.
func encodeValue(mark int64, tags []string, value []byte) []byte {
	b := binary.AppendVarint(nil, mark)
	b = binary.AppendUvarint(b, uint64(len(tags)))
	for _, t := range tags {
		b = append(binary.AppendUvarint(b, uint64(len(t))), t...)
	}
	return append(b, value...)
}

// decodeValue reads what encodeValue has written.
func decodeValue(b []byte) (mark int64, tags []string, value []byte, ok bool) {
	mark, n := binary.Varint(b)
	if n <= 0 {
		return 0, nil, nil, false
	}
	b = b[n:]
	count, n := binary.Uvarint(b)
	if n <= 0 || count > uint64(len(b)) {
		return 0, nil, nil, false
	}
	b = b[n:]
	for range count {
		size, n := binary.Uvarint(b)
		if n <= 0 || size > uint64(len(b)-n) {
			return 0, nil, nil, false
		}
		tags = append(tags, string(b[n:n+int(size)]))
		b = b[n+int(size):]
	}
	return mark, tags, b, true
}
