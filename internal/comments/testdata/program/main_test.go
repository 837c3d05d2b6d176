package main

// helper is of a test.
func helper() {}
