//go:build gc && !brio_reflect

package invoke

import "unsafe"

// canCallDirectly is true in builds in which call is sound.
const canCallDirectly = true

// call calls the closure through the signature with nin words in and nout words out, and stores the results in r. There is one case
// for each pair.
func call(closure word, nin, nout int, a *argWords, r *resultWords) {
	f := unsafe.Pointer(&closure)
	switch nin*(maxOut+1) + nout {
	case 0 * (maxOut + 1):
		(*(*func())(f))()
	case 0*(maxOut+1) + 1:
		r[0] = (*(*func() word)(f))()
	case 0*(maxOut+1) + 2:
		r[0], r[1] = (*(*func() (word, word))(f))()
	case 0*(maxOut+1) + 3:
		r[0], r[1], r[2] = (*(*func() (word, word, word))(f))()
	case 0*(maxOut+1) + 4:
		r[0], r[1], r[2], r[3] = (*(*func() (word, word, word, word))(f))()
	case 1 * (maxOut + 1):
		(*(*func(word))(f))(a[0])
	case 1*(maxOut+1) + 1:
		r[0] = (*(*func(word) word)(f))(a[0])
	case 1*(maxOut+1) + 2:
		r[0], r[1] = (*(*func(word) (word, word))(f))(a[0])
	case 1*(maxOut+1) + 3:
		r[0], r[1], r[2] = (*(*func(word) (word, word, word))(f))(a[0])
	case 1*(maxOut+1) + 4:
		r[0], r[1], r[2], r[3] = (*(*func(word) (word, word, word, word))(f))(a[0])
	case 2 * (maxOut + 1):
		(*(*func(word, word))(f))(a[0], a[1])
	case 2*(maxOut+1) + 1:
		r[0] = (*(*func(word, word) word)(f))(a[0], a[1])
	case 2*(maxOut+1) + 2:
		r[0], r[1] = (*(*func(word, word) (word, word))(f))(a[0], a[1])
	case 2*(maxOut+1) + 3:
		r[0], r[1], r[2] = (*(*func(word, word) (word, word, word))(f))(a[0], a[1])
	case 2*(maxOut+1) + 4:
		r[0], r[1], r[2], r[3] = (*(*func(word, word) (word, word, word, word))(f))(a[0], a[1])
	case 3 * (maxOut + 1):
		(*(*func(word, word, word))(f))(a[0], a[1], a[2])
	case 3*(maxOut+1) + 1:
		r[0] = (*(*func(word, word, word) word)(f))(a[0], a[1], a[2])
	case 3*(maxOut+1) + 2:
		r[0], r[1] = (*(*func(word, word, word) (word, word))(f))(a[0], a[1], a[2])
	case 3*(maxOut+1) + 3:
		r[0], r[1], r[2] = (*(*func(word, word, word) (word, word, word))(f))(a[0], a[1], a[2])
	case 3*(maxOut+1) + 4:
		r[0], r[1], r[2], r[3] = (*(*func(word, word, word) (word, word, word, word))(f))(a[0], a[1], a[2])
	case 4 * (maxOut + 1):
		(*(*func(word, word, word, word))(f))(a[0], a[1], a[2], a[3])
	case 4*(maxOut+1) + 1:
		r[0] = (*(*func(word, word, word, word) word)(f))(a[0], a[1], a[2], a[3])
	case 4*(maxOut+1) + 2:
		r[0], r[1] = (*(*func(word, word, word, word) (word, word))(f))(a[0], a[1], a[2], a[3])
	case 4*(maxOut+1) + 3:
		r[0], r[1], r[2] = (*(*func(word, word, word, word) (word, word, word))(f))(a[0], a[1], a[2], a[3])
	case 4*(maxOut+1) + 4:
		r[0], r[1], r[2], r[3] = (*(*func(word, word, word, word) (word, word, word, word))(f))(a[0], a[1], a[2], a[3])
	case 5 * (maxOut + 1):
		(*(*func(word, word, word, word, word))(f))(a[0], a[1], a[2], a[3], a[4])
	case 5*(maxOut+1) + 1:
		r[0] = (*(*func(word, word, word, word, word) word)(f))(a[0], a[1], a[2], a[3], a[4])
	case 5*(maxOut+1) + 2:
		r[0], r[1] = (*(*func(word, word, word, word, word) (word, word))(f))(a[0], a[1], a[2], a[3], a[4])
	case 5*(maxOut+1) + 3:
		r[0], r[1], r[2] = (*(*func(word, word, word, word, word) (word, word, word))(f))(a[0], a[1], a[2], a[3], a[4])
	case 5*(maxOut+1) + 4:
		r[0], r[1], r[2], r[3] = (*(*func(word, word, word, word, word) (word, word, word, word))(f))(a[0], a[1], a[2], a[3], a[4])
	case 6 * (maxOut + 1):
		(*(*func(word, word, word, word, word, word))(f))(a[0], a[1], a[2], a[3], a[4], a[5])
	case 6*(maxOut+1) + 1:
		r[0] = (*(*func(word, word, word, word, word, word) word)(f))(a[0], a[1], a[2], a[3], a[4], a[5])
	case 6*(maxOut+1) + 2:
		r[0], r[1] = (*(*func(word, word, word, word, word, word) (word, word))(f))(a[0], a[1], a[2], a[3], a[4], a[5])
	case 6*(maxOut+1) + 3:
		r[0], r[1], r[2] = (*(*func(word, word, word, word, word, word) (word, word, word))(f))(a[0], a[1], a[2], a[3], a[4], a[5])
	case 6*(maxOut+1) + 4:
		r[0], r[1], r[2], r[3] = (*(*func(word, word, word, word, word, word) (word, word, word, word))(f))(a[0], a[1], a[2], a[3], a[4], a[5])
	case 7 * (maxOut + 1):
		(*(*func(word, word, word, word, word, word, word))(f))(a[0], a[1], a[2], a[3], a[4], a[5], a[6])
	case 7*(maxOut+1) + 1:
		r[0] = (*(*func(word, word, word, word, word, word, word) word)(f))(a[0], a[1], a[2], a[3], a[4], a[5], a[6])
	case 7*(maxOut+1) + 2:
		r[0], r[1] = (*(*func(word, word, word, word, word, word, word) (word, word))(f))(a[0], a[1], a[2], a[3], a[4], a[5], a[6])
	case 7*(maxOut+1) + 3:
		r[0], r[1], r[2] = (*(*func(word, word, word, word, word, word, word) (word, word, word))(f))(a[0], a[1], a[2], a[3], a[4], a[5], a[6])
	case 7*(maxOut+1) + 4:
		r[0], r[1], r[2], r[3] = (*(*func(word, word, word, word, word, word, word) (word, word, word, word))(f))(a[0], a[1], a[2], a[3], a[4], a[5], a[6])
	case 8 * (maxOut + 1):
		(*(*func(word, word, word, word, word, word, word, word))(f))(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7])
	case 8*(maxOut+1) + 1:
		r[0] = (*(*func(word, word, word, word, word, word, word, word) word)(f))(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7])
	case 8*(maxOut+1) + 2:
		r[0], r[1] = (*(*func(word, word, word, word, word, word, word, word) (word, word))(f))(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7])
	case 8*(maxOut+1) + 3:
		r[0], r[1], r[2] = (*(*func(word, word, word, word, word, word, word, word) (word, word, word))(f))(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7])
	case 8*(maxOut+1) + 4:
		r[0], r[1], r[2], r[3] = (*(*func(word, word, word, word, word, word, word, word) (word, word, word, word))(f))(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7])
	default:
		panic("invoke: a signature with too many words")
	}
}

// call1 is call for one word in.
func call1(closure *word, nout int, a word, r *resultWords) {
	f := unsafe.Pointer(closure)
	switch nout {
	case 0:
		(*(*func(word))(f))(a)
	case 1:
		r[0] = (*(*func(word) word)(f))(a)
	case 2:
		r[0], r[1] = (*(*func(word) (word, word))(f))(a)
	case 3:
		r[0], r[1], r[2] = (*(*func(word) (word, word, word))(f))(a)
	case 4:
		r[0], r[1], r[2], r[3] = (*(*func(word) (word, word, word, word))(f))(a)
	default:
		panic("invoke: a signature with too many words")
	}
}

// callFor is call for a function whose first result is a T, and whose second, if nout is 2, an error.
func callFor[T string | []word](closure word, nin, nout int, a *argWords) (v T, second Value) {
	var err error
	f := unsafe.Pointer(&closure)
	switch nin*2 + nout {
	case 0*2 + 1:
		v = (*(*func() T)(f))()
	case 0*2 + 2:
		v, err = (*(*func() (T, error))(f))()
	case 1*2 + 1:
		v = (*(*func(word) T)(f))(a[0])
	case 1*2 + 2:
		v, err = (*(*func(word) (T, error))(f))(a[0])
	case 2*2 + 1:
		v = (*(*func(word, word) T)(f))(a[0], a[1])
	case 2*2 + 2:
		v, err = (*(*func(word, word) (T, error))(f))(a[0], a[1])
	case 3*2 + 1:
		v = (*(*func(word, word, word) T)(f))(a[0], a[1], a[2])
	case 3*2 + 2:
		v, err = (*(*func(word, word, word) (T, error))(f))(a[0], a[1], a[2])
	case 4*2 + 1:
		v = (*(*func(word, word, word, word) T)(f))(a[0], a[1], a[2], a[3])
	case 4*2 + 2:
		v, err = (*(*func(word, word, word, word) (T, error))(f))(a[0], a[1], a[2], a[3])
	case 5*2 + 1:
		v = (*(*func(word, word, word, word, word) T)(f))(a[0], a[1], a[2], a[3], a[4])
	case 5*2 + 2:
		v, err = (*(*func(word, word, word, word, word) (T, error))(f))(a[0], a[1], a[2], a[3], a[4])
	case 6*2 + 1:
		v = (*(*func(word, word, word, word, word, word) T)(f))(a[0], a[1], a[2], a[3], a[4], a[5])
	case 6*2 + 2:
		v, err = (*(*func(word, word, word, word, word, word) (T, error))(f))(a[0], a[1], a[2], a[3], a[4], a[5])
	case 7*2 + 1:
		v = (*(*func(word, word, word, word, word, word, word) T)(f))(a[0], a[1], a[2], a[3], a[4], a[5], a[6])
	case 7*2 + 2:
		v, err = (*(*func(word, word, word, word, word, word, word) (T, error))(f))(a[0], a[1], a[2], a[3], a[4], a[5], a[6])
	case 8*2 + 1:
		v = (*(*func(word, word, word, word, word, word, word, word) T)(f))(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7])
	case 8*2 + 2:
		v, err = (*(*func(word, word, word, word, word, word, word, word) (T, error))(f))(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7])
	default:
		panic("invoke: a signature with too many words")
	}
	return v, *(*Value)(unsafe.Pointer(&err))
}

// call1For is callFor for one word in.
func call1For[T string | []word](closure word, nout int, a word) (v T, second Value) {
	var err error
	f := unsafe.Pointer(&closure)
	if nout == 1 {
		v = (*(*func(word) T)(f))(a)
	} else {
		v, err = (*(*func(word) (T, error))(f))(a)
	}
	return v, *(*Value)(unsafe.Pointer(&err))
}

// callPointer calls a function that takes a pointer and returns a pointer; with fails also an error.
func callPointer(closure word, fails bool, a word) (word, error) {
	f := unsafe.Pointer(&closure)
	if fails {
		return (*(*func(word) (word, error))(f))(a)
	}
	return (*(*func(word) word)(f))(a), nil
}

// callText calls a function that returns a string; with takes it takes a pointer, with fails it also returns an error.
func callText(closure word, takes, fails bool, a word) (string, error) {
	f := unsafe.Pointer(&closure)
	switch {
	case takes && fails:
		return (*(*func(word) (string, error))(f))(a)
	case takes:
		return (*(*func(word) string)(f))(a), nil
	case fails:
		return (*(*func() (string, error))(f))()
	}
	return (*(*func() string)(f))(), nil
}
