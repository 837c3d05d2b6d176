package funcname

import (
	"cmp"
	"fmt"
	"path"
	"reflect"
	"runtime"
	"strings"
)

// Caller returns the place of a call as reports print it: the last folder, the file and the line. The call is skip frames above
// the function that calls Caller.
func Caller(skip int) string {
	var pcs [1]uintptr
	if runtime.Callers(skip+2, pcs[:]) == 0 {
		return "unknown"
	}
	f, _ := runtime.CallersFrames(pcs[:]).Next()
	return placeOf(f)
}

// Entry returns the function of a package through which the program has called it, as in middleware.CORS, and the place of that call.
// A function of the package may call others of it: the outermost one counts. pkg is the import path of the package, whose function
// calls Entry.
func Entry(pkg string) (function, place string) {
	var pcs [16]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		n := Parse(f.Function)
		if n.Package != pkg {
			return function, placeOf(f)
		}
		function = path.Base(pkg) + "." + cmp.Or(n.Func, n.Outer)
	}
	return function, "unknown"
}

// placeOf returns the last folder, the file and the line of a frame.
func placeOf(f runtime.Frame) string {
	file := f.File
	if i := strings.LastIndexByte(file, '/'); i >= 0 {
		if j := strings.LastIndexByte(file[:i], '/'); j >= 0 {
			file = file[j+1:]
		}
	}
	return fmt.Sprintf("%s:%d", file, f.Line)
}

// Short names a function by the last element of its package and its name, as in middleware.Gzip. A function literal has the
// name of the function that it stands in. For other values it is the name of the type.
func Short(f any) string {
	n := Of(reflect.ValueOf(f))
	if n == (Name{}) {
		return fmt.Sprintf("%T", f)
	}
	return path.Base(n.Package) + "." + cmp.Or(n.Func, n.Outer)
}
