// Package translate writes the texts of errors in the language of a client.
//
// The router compiles the catalogues of the app to Messages at start-up. For each error it passes the public part and the
// client's Accept-Language, and receives the same part with translated texts. The package does not read requests.
package translate
