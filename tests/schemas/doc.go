// Package schemas holds the schemas of types to what the types do: requests that are read or refused, results that are written. The
// validator that reads the schemas is another author's.
package schemas
