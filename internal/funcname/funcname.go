package funcname

import (
	"net/url"
	"reflect"
	"runtime"
	"strings"
)

// Name is the declared name of a function.
type Name struct {
	Package  string // the import path; "main" for a program
	Receiver string // the type of a method, without pointer and type arguments; "" for a function
	Func     string // "" for a function literal
	Outer    string // the declared function around a function literal
}

// Of returns the name of the function fn; the zero Name for nil and for other values.
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

// receiverMarks removes the marks of a pointer receiver.
var receiverMarks = strings.NewReplacer("(", "", "*", "", ")", "")

// Parse splits a name of the runtime: path.Func, path.Receiver.Method-fm, path.(*Receiver[...]).Method, path.Func.func1.2.
func Parse(name string) Name {
	for { // removes type arguments, which are written as [...]
		open, end := strings.IndexByte(name, '['), strings.IndexByte(name, ']')
		if open < 0 || end < open {
			break
		}
		name = name[:open] + name[end+1:]
	}
	name = strings.TrimSuffix(name, "-fm") // marks a method value
	dir := name[:strings.LastIndexByte(name, '/')+1]
	last, rest, _ := strings.Cut(name[len(dir):], ".")
	path, err := url.PathUnescape(dir + last) // dots of the last element are escaped
	if err != nil {
		path = dir + last
	}
	n := Name{Package: path}
	parts := strings.Split(receiverMarks.Replace(rest), ".")
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

// isLiteral reports whether a part of a name is the compiler's number of a function literal: func1.
func isLiteral(part string) bool {
	number, ok := strings.CutPrefix(part, "func")
	return ok && number != "" && strings.Trim(number, "0123456789") == ""
}
