package main

import "testing"

// TestRead: a block that any of several tests has run is covered, and counts once.
func TestRead(t *testing.T) {
	packages, err := read("mode: atomic\n" + module + "a.go:1.1,2.2 3 0\n" + module + "internal/x/b.go:1.1,2.2 3 0\n" + module + "internal/x/b.go:3.1,4.2 1 0\n" + module + "internal/x/b.go:1.1,2.2 3 7\n")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := packages["internal/x"], (statements{4, 3}); got != want || got.percent() != 75 {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := packages["."], (statements{3, 0}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestReadBounds: a bound has a reason.
func TestReadBounds(t *testing.T) {
	own, err := readBounds("# text\n\ninternal/x 80 because of y\n")
	if err != nil || own["internal/x"] != 80 {
		t.Errorf("got %v, %v", own, err)
	}
	if _, err := readBounds("internal/x 80\n"); err == nil {
		t.Error("a bound without a reason is no error")
	}
}
