package analyzer

import (
	"go/ast"
	"go/types"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/injectables"
	"github.com/brio-go/brio/internal/mistakes"
	"github.com/brio-go/brio/security"
)

// frameworkRows returns the framework types that functions may take: the rows by which Check finds them.
func frameworkRows() []inject.Row {
	return injectables.Rows(injectables.Source{Scopes: reflect.TypeFor[security.Scopes]()})
}

// isType reports whether t is the type that reflect knows as r: a named type, or a pointer to one.
func isType(t types.Type, r reflect.Type) bool {
	t = types.Unalias(t)
	if r == nil {
		return false
	}
	if r.Kind() == reflect.Pointer {
		p, ok := t.(*types.Pointer)
		if !ok {
			return false
		}
		t, r = types.Unalias(p.Elem()), r.Elem()
	}
	return r.Name() != "" && isNamed(t, r.PkgPath(), r.Name())
}

// row returns the row of a framework type, nil for other types.
func (c *checker) row(t types.Type) *inject.Row {
	for i := range c.rows {
		r := &c.rows[i]
		if isType(t, r.Type) || r.Has != nil && isPointerTo(t, websocketPath, "Conn") {
			return r
		}
	}
	return nil
}

// framework returns the names of the framework types that functions of a route may take.
func (c *checker) framework(isSocket bool) string {
	has := inject.Request
	if isSocket {
		has = inject.Connection
	}
	var names []string
	for _, r := range c.rows {
		if r.Name != "" && r.Needs >= has {
			names = append(names, r.Name)
		}
	}
	return strings.Join(names, ", ")
}

// resolution judges the functions of one route in one placement.
type resolution struct {
	*checker
	placement
	path        []string // the wildcards
	isPathKnown bool
	isSocket    bool
	takesSocket bool // a function takes the connection
	seen        map[*provider]bool
	open        []*provider // the providers on the way to the function
}

// route judges the guards and the handler.
func (r *resolution) route(handler ast.Expr, sig *types.Signature) {
	for depth := range r.levels {
		for _, p := range r.levels[depth].providers {
			if p.isGuard {
				r.provider(p, depth)
			}
		}
	}
	if sig != nil {
		r.function(handler, sig, nil, len(r.levels))
	}
}

// provider judges a provider that the route uses, declared on the level depth.
func (r *resolution) provider(p *provider, depth int) {
	r.checkScopes(p, depth)
	if r.seen[p] || slices.Contains(r.open, p) {
		return
	}
	r.seen[p] = true
	if p.fn == nil || !p.legal {
		return
	}
	r.open = append(r.open, p)
	r.function(p.at, p.fn, p.result, depth)
	r.open = r.open[:len(r.open)-1]
}

// function judges the parameters of a function with a result of type own, which is declared on the level depth.
func (r *resolution) function(at ast.Expr, sig *types.Signature, own types.Type, depth int) {
	for i := range sig.Params().Len() {
		v := sig.Params().At(i)
		t := v.Type()
		if r.isParams(t) {
			r.params(t, r.path, r.isPathKnown, r.app, r.judge, at)
			continue
		}
		if row := r.row(t); row != nil {
			if row.Needs == inject.Connection {
				r.takesSocket = true
				if !r.isSocket {
					found, legal := mistakes.NeedsConnection(i, r.typeName(t))
					r.report(functions, r.parameter(v, at), found, legal)
				}
			}
			continue
		}
		outer := len(r.levels)
		takesOwn := own != nil && (types.Identical(t, own) || isInterface(t) && types.AssignableTo(own, t))
		if takesOwn {
			outer = depth
		}
		if p, found := r.find(t, outer); p != nil {
			r.provider(p, found)
			continue
		}
		r.noOrigin(at, v, i, takesOwn)
	}
}

// isInterface reports whether t is an interface with methods.
func isInterface(t types.Type) bool {
	in, ok := t.Underlying().(*types.Interface)
	return ok && in.NumMethods() > 0
}

// find returns the nearest provider of t on the levels outside of the level below, and its level.
func (r *resolution) find(t types.Type, below int) (*provider, int) {
	for _, implements := range []bool{false, true} {
		if implements && !isInterface(t) {
			break
		}
		for depth := min(below, len(r.levels)) - 1; depth >= 0; depth-- {
			for _, p := range r.levels[depth].providers {
				if p.result != nil && (types.Identical(p.result, t) || implements && types.AssignableTo(p.result, t)) {
					return p, depth
				}
			}
		}
	}
	return nil, 0
}

// noOrigin reports a parameter that nothing gives. Where more may be declared than is seen, it reports the types that no provider would give.
func (r *resolution) noOrigin(at ast.Expr, v *types.Var, i int, takesOwn bool) {
	t := v.Type()
	near, isCertain := r.near(t)
	switch {
	case r.isOpen && !isCertain:
		return
	case takesOwn:
		near = " on an outer level, where a provider finds its own result type"
	}
	found, legal := mistakes.NoOrigin(i, r.typeName(t), near, r.framework(r.isSocket))
	place := r.parameter(v, at)
	r.report(functions, place, found, legal, r.originFixes(t, near, place, place != at)...)
}

// originFixes returns what is meant by a parameter without an origin, if only one change can be meant: a pointer to a framework type, or a
// source tag. isDeclared says that place is the type of the parameter.
func (r *resolution) originFixes(t types.Type, near string, place ast.Node, isDeclared bool) []analysis.SuggestedFix {
	if m := meantParams.FindStringSubmatch(near); m != nil {
		if _, field := follow(structIn(t), m[1]); field != nil && field.Pkg() == r.Pkg {
			return r.tagFixes(field, near)
		}
	}
	if isDeclared && r.row(types.NewPointer(t)) != nil {
		return []analysis.SuggestedFix{{Message: "take a pointer", TextEdits: []analysis.TextEdit{{Pos: place.Pos(), End: place.Pos(), NewText: []byte("*")}}}}
	}
	return nil
}

// near says what is probably meant by a parameter without an origin. isCertain is true for a type that no provider would give.
func (r *resolution) near(t types.Type) (text string, isCertain bool) {
	for _, row := range r.rows {
		for meant, hint := range row.Near {
			if isType(t, meant) {
				return "; " + hint, row.Type != nil && isType(types.NewPointer(t), row.Type)
			}
		}
	}
	other := types.Type(types.NewPointer(t))
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		other = p.Elem()
	}
	if p, _ := r.find(other, len(r.levels)); p != nil {
		return mistakes.OtherProvided(p.name, p.place, r.typeName(other)), false
	}
	if isInterface(t) {
		for _, l := range slices.Backward(r.levels) {
			for _, p := range l.providers {
				if p.result != nil && types.AssignableTo(types.NewPointer(p.result), t) {
					return mistakes.PointerHasMethods(p.name, p.place, r.typeName(p.result)), false
				}
			}
		}
	}
	base := deref(t)
	switch base.Underlying().(type) {
	case *types.Struct:
		out, _ := r.mirror.Type(base)
		if meant := r.checker.reader.MeantParams(out); meant != "" {
			_, word, _ := strings.Cut(meant, "did you mean ")
			return ": " + meant, !strings.Contains(word, `"`)
		}
		return mistakes.NoProviderOfStruct(r.typeName(base)), false
	case *types.Interface:
		return mistakes.NoImplementation(), false
	}
	return mistakes.NoProvider(), false
}

// parameter returns the declaration of a parameter where it stands in this package's files, and otherwise the function.
func (c *checker) parameter(v *types.Var, at ast.Expr) ast.Node {
	lit, ok := ast.Unparen(at).(*ast.FuncLit)
	var list *ast.FieldList
	switch {
	case ok:
		list = lit.Type.Params
	default:
		if decl := c.declarations[c.function(at)]; decl != nil {
			list = decl.Type.Params
		}
	}
	if list != nil {
		for _, f := range list.List {
			for _, name := range f.Names {
				if c.TypesInfo.Defs[name] == v {
					return f.Type
				}
			}
			if len(f.Names) == 0 && f.Type.Pos() == v.Pos() {
				return f.Type
			}
		}
	}
	return at
}

// function returns the function that an expression names, nil for others.
func (c *checker) function(e ast.Expr) *types.Func {
	var id *ast.Ident
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		id = e
	case *ast.SelectorExpr:
		id = e.Sel
	case *ast.IndexExpr:
		return c.function(e.X)
	}
	fn, _ := c.TypesInfo.Uses[id].(*types.Func)
	return fn
}

// checkScopes reports scopes that no function receives, where all that may receive them is seen.
func (r *resolution) checkScopes(p *provider, depth int) {
	if len(p.scopes) == 0 || r.isOpen || r.app == nil || r.app.unchecked || r.usesScopes(p, depth, nil) {
		return
	}
	found, legal := mistakes.UncheckedScopes(p.scopes, "brio.Scopes")
	r.report(scopes, p.at, found, legal)
}

// usesScopes reports whether p, or a provider that it needs, receives the scopes.
func (r *resolution) usesScopes(p *provider, depth int, open []*provider) bool {
	if p.fn == nil {
		return !p.isValue
	}
	if slices.Contains(open, p) {
		return false
	}
	open = append(open, p)
	for v := range p.fn.Params().Variables() {
		t := v.Type()
		if row := r.row(t); row != nil {
			if row.IsScopes {
				return true
			}
			continue
		}
		outer := len(r.levels)
		if p.result != nil && types.Identical(t, p.result) {
			outer = depth
		}
		if need, at := r.find(t, outer); need != nil && r.usesScopes(need, at, open) {
			return true
		}
	}
	return false
}
