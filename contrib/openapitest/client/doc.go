// Package client holds the client that oapi-codegen generates from the document of the app everything, and a test that uses
// it: make judges generates it and runs the test with the tag generated.
package client
