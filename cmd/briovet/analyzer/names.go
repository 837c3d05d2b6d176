package analyzer

import (
	"go/ast"
	"go/types"
	"strings"
)

// The packages whose functions declare something.
const (
	brioPath         = "github.com/brio-go/brio"
	routingPath      = brioPath + "/routing"
	paramsPath       = brioPath + "/params"
	responsePath     = brioPath + "/response"
	securityPath     = brioPath + "/security"
	dependenciesPath = brioPath + "/dependencies"
	backgroundPath   = brioPath + "/background"
	websocketPath    = brioPath + "/websocket"
)

// isBrio reports whether a path is that of a package which programs import.
func isBrio(path string) bool {
	return path == brioPath || strings.HasPrefix(path, brioPath+"/") && !strings.HasPrefix(path, brioPath+"/cmd/") && !strings.HasPrefix(path, brioPath+"/internal/")
}

// routeMethods are the methods of a Router that register a handler, with the index of the path; the handler follows it.
var routeMethods = map[string]int{
	"Get": 0, "Post": 0, "Put": 0, "Patch": 0, "Delete": 0, "Head": 0, "Options": 0, "Trace": 0, "WebSocket": 0, "Handle": 1,
}

// isMethod reports whether fn is a method of a type of a package.
func isMethod(fn *types.Func, path, typ string) bool {
	recv := fn.Signature().Recv()
	return recv != nil && isNamed(deref(recv.Type()), path, typ)
}

// isFunc reports whether fn is the function of a package with one of the names.
func isFunc(fn *types.Func, path string, names ...string) bool {
	if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != path || fn.Signature().Recv() != nil {
		return false
	}
	for _, name := range names {
		if fn.Name() == name {
			return true
		}
	}
	return len(names) == 0
}

// isNamed reports whether t is the type of a package with a name.
func isNamed(t types.Type, path, name string) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == path && n.Obj().Name() == name
}

// deref returns the type that a pointer points to, and other types as they are.
func deref(t types.Type) types.Type {
	if p, ok := types.Unalias(t).Underlying().(*types.Pointer); ok {
		return types.Unalias(p.Elem())
	}
	return types.Unalias(t)
}

// receiver returns the expression before the method of a call, nil for a call of a function.
func receiver(call *ast.CallExpr) ast.Expr {
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		return sel.X
	}
	return nil
}
