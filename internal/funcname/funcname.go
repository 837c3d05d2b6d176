package funcname

import (
	"net/url"
	"reflect"
	"runtime"
	"strings"
)

// Name is how a function was declared.
type Name struct {
	Package  string // the import path; "main" for the package of a program
	Receiver string // the type of a method, without pointer and type arguments; "" for a function
	Func     string // "" for a function literal, which has no name
	Outer    string // of a function literal: the declared function that it stands in
}

// Of names the function fn. It is the zero Name for what is not a function, or nil.
func Of(fn reflect.Value) Name {
	if fn.Kind() != reflect.Func || fn.IsNil() {
		return Name{}
	}
	f := runtime.FuncForPC(fn.Pointer())
	if f == nil {
		return Name{}
	}
	return Parse(f.Name())
}

// bare takes away what stands around a receiver.
var bare = strings.NewReplacer("(", "", "*", "", ")", "")

// Parse takes a name apart that the runtime has given: path.Func, path.Receiver.Method-fm, path.(*Receiver[...]).Method, path.Func.func1.2.
func Parse(name string) Name {
	for { // type arguments, which are written as [...]
		open, end := strings.IndexByte(name, '['), strings.IndexByte(name, ']')
		if open < 0 || end < open {
			break
		}
		name = name[:open] + name[end+1:]
	}
	name = strings.TrimSuffix(name, "-fm") // a method value
	dir := name[:strings.LastIndexByte(name, '/')+1]
	last, rest, _ := strings.Cut(name[len(dir):], ".")
	path, err := url.PathUnescape(dir + last) // the dots of the last element are escaped
	if err != nil {
		path = dir + last
	}
	n := Name{Package: path}
	parts := strings.Split(bare.Replace(rest), ".")
	declared := len(parts)
	for i, part := range parts {
		if isLiteral(part) {
			declared = i
			break
		}
	}
	own := strings.Join(parts[:declared], ".")
	if declared < len(parts) {
		n.Outer = own[strings.LastIndexByte(own, '.')+1:]
		return n
	}
	if receiver, method, ok := strings.Cut(own, "."); ok {
		n.Receiver, n.Func = receiver, method
	} else {
		n.Func = own
	}
	return n
}

// isLiteral reports whether the compiler numbered a part of a name: func1, the first literal of a function.
func isLiteral(part string) bool {
	number, ok := strings.CutPrefix(part, "func")
	return ok && number != "" && strings.Trim(number, "0123456789") == ""
}
