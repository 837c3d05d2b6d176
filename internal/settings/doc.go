// Package settings reads a struct from environment variables, and checks it as a request body is checked.
//
// Compile reads a struct type once and reports mistakes in its declaration. Read makes a value and reports every variable that is wrong,
// by its name. Package caarlos0/env reads the single values. No message has a value: any variable may be a secret.
package settings
