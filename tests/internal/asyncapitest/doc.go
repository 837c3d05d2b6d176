// Package asyncapitest validates AsyncAPI documents in tests, by the official schema of version 3.0.0.
//
// The schema is the file beside this one: @asyncapi/specs 6.11.1, under the Apache licence, without its descriptions and examples.
package asyncapitest
