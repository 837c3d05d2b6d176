package finite_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/brio-go/brio/internal/finite"
)

type stringer struct{ n int }

func (s stringer) String() string { return fmt.Sprintf("s%d", s.n) }

// Text is fmt.Sprint for every value that ends.
func TestTextIsThatOfFmt(t *testing.T) {
	type inner struct {
		A any
		b []int
	}
	p := &inner{A: "x", b: []int{1}}
	for _, v := range []any{nil, "x", 1, 1.5, []byte("a"), []any{1, "x", nil, stringer{2}}, map[string]any{"b": 1, "a": []string{"x"}}, p, *p, stringer{1}, &stringer{1},
		errors.New("x"), fmt.Errorf("a: %w", fs.ErrNotExist), [2]bool{true}, struct{}{}, []error{errors.New("x")}, strings.Repeat("long", 10_000)} {
		if got, want := finite.Text(v), fmt.Sprint(v); got != want {
			t.Errorf("%T: got %.200s, want %.200s", v, got, want)
		}
	}
}

// What contains itself is cut to the size of a line of a log, also where each level has many elements.
func TestTextCutsCycles(t *testing.T) {
	wide := make([]any, 100)
	for i := range wide {
		wide[i] = wide
	}
	m := map[any]any{"x": strings.Repeat("é", 1000)}
	m["m"] = m
	type node struct{ next *node }
	n := &node{}
	n.next = n // fmt prints the address of what an inner pointer points to
	type box struct{ items []any }
	b := box{make([]any, 1)}
	b.items[0] = b
	items := []any{0, &b, (*box)(nil)} // fmt prints the address of an inner pointer, so it does not matter that b contains itself
	items[0] = items
	for want, v := range map[string]any{"[[[[[…": wide, "map[": m, "&{0x": n, "{[{[": b, "&{[{[": &b, "[[[": items} {
		if got := finite.Text(v); !strings.HasPrefix(got, want) || len(got) > 10_000 {
			t.Errorf("%d bytes: %.100s, want %s", len(got), got, want)
		}
	}
}

// What has a method for fmt is printed by it, also inside of a value that is cut and where the method's value contains itself.
func TestTextCallsMethods(t *testing.T) {
	own := &ring{}
	own.next = []any{own, own}
	many := make([]any, 20_000)
	for i := range many {
		many[i] = stringer{i}
	}
	type box struct {
		Ring any
		none *ring
	}
	items := []any{&box{}, own, stringer{3}, errors.New("x")}
	items[0] = items
	for _, c := range []struct {
		v    any
		want string
	}{
		{own, "ring"}, {box{own, nil}, "{ring <nil>}"}, {many, "[s0 s1 s2 "}, {map[string]any{"k": many}, "map[k:[s0 "}, {items, "[[[[[… … … …] ring s3 x] ring s3 x] ring s3 x] ring s3 x]"},
	} {
		if got := finite.Text(c.v); !strings.HasPrefix(got, c.want) {
			t.Errorf("got %.100s, want %s", got, c.want)
		}
	}
}

// ring contains itself, and has a text.
type ring struct{ next []any }

func (*ring) String() string { return "ring" }

// loop wraps itself, and is fs.ErrExist by a method when it is asked.
type loop struct{ is bool }

func (loop) Error() string          { return "loop" }
func (l loop) Unwrap() []error      { return []error{l, l} }
func (l loop) Is(target error) bool { return l.is && target == fs.ErrExist }
func (l loop) As(target any) (found bool) {
	if p, ok := target.(**fs.PathError); ok && l.is {
		*p, found = &fs.PathError{Op: "loop"}, true
	}
	return found
}

// Is and As find what errors.Is and errors.AsType find, and end where errors wrap themselves.
func TestWalksEnd(t *testing.T) {
	path := &fs.PathError{Op: "x", Err: fs.ErrNotExist}
	for _, c := range []struct {
		err    error
		target error
		is     bool
		op     string
	}{
		{nil, fs.ErrExist, false, ""},
		{fmt.Errorf("a: %w", errors.Join(errors.New("x"), path)), fs.ErrNotExist, true, "x"},
		{path, fs.ErrExist, false, "x"},
		{loop{}, fs.ErrExist, false, ""},
		{loop{is: true}, fs.ErrExist, true, "loop"},
		{fmt.Errorf("a: %w", loop{}), fs.ErrExist, false, ""},
	} {
		if got := finite.Is(c.err, c.target); got != c.is {
			t.Errorf("Is(%v, %v) is %t", c.err, c.target, got)
		}
		found, ok := finite.As[*fs.PathError](c.err)
		if ok != (c.op != "") || ok && found.Op != c.op {
			t.Errorf("As(%v): %v, %t", c.err, found, ok)
		}
	}
}

// recursive prints itself by a method.
func recursive(depth int) string {
	if finite.IsRecursive() {
		return fmt.Sprint(depth)
	}
	return recursive(depth + 1)
}

//go:noinline
func asksOnce() bool { return finite.IsRecursive() }

func under(frames int) bool {
	if frames == 0 {
		return asksOnce()
	}
	is := under(frames - 1)
	return is
}

// IsRecursive notices its caller's recursion, and no other.
func TestIsRecursive(t *testing.T) {
	if got := recursive(0); len(got) > 3 {
		t.Errorf("noticed after %s calls", got)
	}
	if under(1000) {
		t.Error("the recursion of another function is taken for the caller's")
	}
}
