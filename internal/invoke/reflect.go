//go:build !gc || brio_reflect

package invoke

// canCallDirectly is false in builds without direct calls.
const canCallDirectly = false

func call(word, int, int, *argWords, *resultWords) { panic("invoke: no direct calls in this build") }

func call1(*word, int, word, *resultWords) { panic("invoke: no direct calls in this build") }

func callFor[T string | []word](word, int, int, *argWords) (v T, second Value) {
	panic("invoke: no direct calls in this build")
}

func call1For[T string | []word](word, int, word) (v T, second Value) {
	panic("invoke: no direct calls in this build")
}

func callPointer(word, bool, word) (word, error) { panic("invoke: no direct calls in this build") }

func callText(word, bool, bool, word) (string, error) { panic("invoke: no direct calls in this build") }
