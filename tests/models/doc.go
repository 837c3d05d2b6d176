// Package models has tests of models on whole apps, and no code of its own: which members of a result a client sees and by
// which names, computed fields, records of set fields, and what programs do with a model outside of requests.
package models
