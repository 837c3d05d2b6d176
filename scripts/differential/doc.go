// Differential sends the same generated requests to two programs, one built with another commit of Brio and one with this checkout, and
// reports where their answers differ in status, header fields or body.
//
// run.sh builds the two programs of ./app and starts this one; `make differential` runs it. Requests are made from the document of each app:
// values of its schemas, most of them broken somewhere, in each place that a request has. A request follows from the seed and its
// number alone, so that a report can be repeated: -seed 7 -first 1234 -count 1.
//
// A difference is reported when a second try, over new connections, shows it again. Date is not compared.
package main
