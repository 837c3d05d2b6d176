// Package invoke calls functions whose types are known only at start-up. A direct call takes 20 ns and no allocation, where
// reflect.Value.Call takes 500 to 900 ns and two to four allocations.
//
// A direct call is sound for a function whose parameters and results are all pointers, interfaces, maps, channels or functions. Such a
// function takes and returns machine words that are pointers, and nothing else. Go passes these words alike whatever they point to; its
// own generics rely on it. So the function value is called through a signature of unsafe.Pointers with as many words. The first result
// may also be a string or a slice, of any named type: then the signature has string or []unsafe.Pointer in its place, whose words are the
// same. Every other function is called through reflect, and so are all functions in builds with the tag brio_reflect or by a compiler
// other than gc. direct.go, which has a Go signature for each number of words, is generated: its template stands in direct_source_test.go.
//
// The package is small on purpose: no other package calls a function through a signature that is not its own. Its tests run under -race,
// with checkptr, with a collection at every allocation, without optimisation, and on 386. Of Brio it imports only internal/memory.
package invoke
