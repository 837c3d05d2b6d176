// Package everything is an app that has one of everything that a document can say: parameters of all kinds, bodies, unions,
// streams, files, forms, webhooks, callbacks, security, enums, durations, large numbers and other methods. Tools of others
// judge its document in every version, and generated clients use it.
package everything
