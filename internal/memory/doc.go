// Package memory reads and writes values of types that are known at start-up only, by their place in memory.
//
// A caller describes types when the app starts: a [Field] of a struct, the [Elem] of a list, the [Held] value of an interface. Each is
// checked against the type then. A request has a [Place], made of a reflect.Value, of a pointer or by New; accessors lead from it to
// the places inside, and [Load] and [Store] read and write there. All of it compiles to a few instructions and never allocates.
//
// What the callers ensure, and the unsafe code relies on:
//
//   - A Place points to a live value of the type that it was made for. A Field, Elem or Held is used on places of the type that it was
//     made of. Load and Store name the type of the value, or a type of the same memory: a named string may be read as a string.
//   - A Place moves by accessors only, inside of the value that it started from or along pointers of that value. So the garbage
//     collector and checkptr follow it.
//   - The zero Place points to nothing. It may be asked for IsValid alone.
//   - A [Cursor] stays inside of its text, and inside of the capacity where it writes. Nothing writes through the cursor of a string.
//
// With the build tag brio_reflect, and for compilers other than gc, all of it is reflect and bounds-checked slices: the same functions,
// slower, with a panic where a caller breaks a rule above. `make invoke` runs the tests of the callers in such a build. The package
// must not know what values mean; it imports nothing of Brio.
// Only this package and internal/invoke import unsafe.
package memory
