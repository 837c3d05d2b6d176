// Package hostile has tests of what clients can send, and no code of its own. No request makes an app panic, answer 500 or
// take more than a small multiple of the memory that it may send. Each refusal is JSON with a "detail", with a location
// where there is one.
package hostile
