// Package api has what all peers share: the models, the data, the services and the form of errors. Peers differ only in how they route,
// bind, validate and write.
package api
