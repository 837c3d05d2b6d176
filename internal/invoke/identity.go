package invoke

import (
	"reflect"
	"unsafe"
)

// Identity returns a comparable value that identifies a function. It is the pointer to the closure, which an interface holds as its
// data word: two closures of one function literal are two functions, though they share their code. A function without captured
// variables has one pointer everywhere. For a value that is not a function, each call returns another identity.
func Identity(fn any) any {
	if reflect.ValueOf(fn).Kind() != reflect.Func {
		return new(byte)
	}
	return (*[2]unsafe.Pointer)(unsafe.Pointer(&fn))[1]
}
