package analyzer

import (
	"fmt"
	"go/ast"
	"go/types"
	"path/filepath"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/document"
	"github.com/brio-go/brio/internal/model"
)

// declared is what the options of an app, router, include or route declare.
type declared struct {
	providers []*provider
	isOpen    bool // an option may declare more than is seen
	prefix    string

	rules     []string // of RegisterValidation
	foreign   model.Foreign
	unchecked bool // scopes that nothing checks are legal
}

// provider is one declared dependency.
type provider struct {
	at      ast.Expr         // the argument of the option
	name    string           // as Check names it
	place   string           // of the option: file:line
	fn      *types.Signature // nil: a value, or a security scheme
	result  types.Type       // nil: none
	isGuard bool
	isValue bool
	scopes  []string // the constant ones
	legal   bool     // false: a mistake that is reported where it is declared, so that nothing is said of its parameters
}

// options reads a list of options.
func (c *checker) options(list []ast.Expr, spread bool) declared {
	var out declared
	if spread {
		out.isOpen = true
		return out
	}
	for _, e := range list {
		out.add(c, e)
	}
	return out
}

// add adds what an option declares.
func (d *declared) add(c *checker, e ast.Expr) {
	call, ok := c.definition(e).(*ast.CallExpr)
	if !ok {
		d.isOpen = true
		return
	}
	fn := c.callee(call)
	if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != brioPath || fn.Signature().Recv() != nil {
		d.isOpen = true
		return
	}
	args := call.Args
	if call.Ellipsis.IsValid() && fn.Name() != "Supply" {
		d.isOpen = true
		return
	}
	switch fn.Name() {
	case "Options":
		for _, a := range args {
			d.add(c, a)
		}
	case "Provide", "Depends":
		for _, a := range args {
			d.provide(c.provider(a, call, fn.Name() == "Depends"))
		}
	case "Security":
		if len(args) == 0 {
			break
		}
		p := c.provider(args[0], call, true)
		if p != nil {
			p.scopes = append(p.scopes, c.texts(args[1:])...)
		}
		d.provide(p)
	case "Supply":
		d.isOpen = d.isOpen || call.Ellipsis.IsValid()
		for _, a := range args {
			t := c.TypesInfo.TypeOf(a)
			if t == nil || types.IsInterface(t) {
				d.isOpen = d.isOpen || !c.TypesInfo.Types[a].IsNil()
				continue
			}
			t = types.Default(t)
			d.providers = append(d.providers, &provider{at: a, place: c.place(call), name: fmt.Sprintf("Supply(%s)", types.TypeString(t, (*types.Package).Name)), result: t, isValue: true, legal: true})
		}
	case "SupplyFunc", "Settings":
		t := c.typeArgument(call)
		if t == nil {
			d.isOpen = true
			break
		}
		d.providers = append(d.providers, &provider{at: call, place: c.place(call), name: types.TypeString(t, (*types.Package).Name), result: t, isValue: true, legal: true})
	case "Prefix":
		text, ok := c.text(args[0])
		d.prefix += text
		d.isOpen = d.isOpen || !ok
	case "RegisterValidation":
		text, ok := c.text(args[0])
		d.rules = append(d.rules, text)
		d.isOpen = d.isOpen || !ok
	case "ForeignTags":
		d.foreign.All = d.foreign.All || len(args) == 0 || len(c.texts(args)) < len(args)
		d.foreign.Keys = append(d.foreign.Keys, c.texts(args)...)
	case "UncheckedScopes", "FastAPICompat":
		d.unchecked = true
	}
}

// provide adds a provider; nil is one that is not understood.
func (d *declared) provide(p *provider) {
	if p == nil {
		d.isOpen = true
		return
	}
	d.providers = append(d.providers, p)
}

// reader returns a Reader with the rules and tags of an app.
func (c *checker) readerOf(d *declared) *model.Reader {
	if len(d.rules) == 0 && len(d.foreign.Keys) == 0 && !d.foreign.All {
		return c.reader
	}
	engine := constraint.New()
	for _, name := range d.rules {
		_ = engine.Register(name, func(any, string) bool { return true }) // Check reports a name that is taken
	}
	r := model.NewReader(engine)
	r.DocumentTags, r.Foreign = document.Tags(), d.foreign
	return r
}

// definition returns the expression that an identifier was declared with, if it has that one value always. Other expressions it returns
// as they are.
func (c *checker) definition(e ast.Expr) ast.Expr {
	for range 10 {
		e = ast.Unparen(e)
		id, ok := e.(*ast.Ident)
		if !ok {
			return e
		}
		v, ok := c.TypesInfo.Uses[id].(*types.Var)
		if !ok || c.values[v] == nil || len(c.values[v].all) != 1 || c.values[v].all[0] == nil {
			return e
		}
		e = c.values[v].all[0]
	}
	return e
}

// texts returns the constant texts among expressions.
func (c *checker) texts(list []ast.Expr) (out []string) {
	for _, e := range list {
		if text, ok := c.text(e); ok {
			out = append(out, text)
		}
	}
	return out
}

// place returns where an option stands, as Check writes it.
func (c *checker) place(n ast.Node) string {
	p := c.Fset.Position(n.Pos())
	return fmt.Sprintf("%s:%d", filepath.Base(p.Filename), p.Line)
}

// typeArgument returns the one type argument of a call of a generic function, nil without one.
func (c *checker) typeArgument(call *ast.CallExpr) types.Type {
	fun := ast.Unparen(call.Fun)
	if x, ok := fun.(*ast.IndexExpr); ok {
		fun = x.X
	}
	var id *ast.Ident
	switch f := fun.(type) {
	case *ast.Ident:
		id = f
	case *ast.SelectorExpr:
		id = f.Sel
	default:
		return nil
	}
	if args := c.TypesInfo.Instances[id].TypeArgs; args.Len() == 1 {
		return args.At(0)
	}
	return nil
}

// provider reads an argument of Provide, Depends or Security. It returns nil if its result is not known.
func (c *checker) provider(e ast.Expr, option *ast.CallExpr, isGuard bool) *provider {
	p := &provider{at: e, place: c.place(option), isGuard: isGuard, legal: true}
	inner := c.definition(e)
	for {
		call, ok := inner.(*ast.CallExpr)
		if !ok {
			break
		}
		fn := c.callee(call)
		if len(call.Args) == 0 || !isFunc(fn, brioPath, wrappers...) && !isFunc(fn, dependenciesPath, wrappers...) {
			break
		}
		if fn.Name() == "Scoped" {
			p.scopes = append(p.scopes, c.texts(call.Args[1:])...)
		}
		inner = c.definition(call.Args[0])
	}
	if call, ok := inner.(*ast.CallExpr); ok {
		if t := c.credentials(call); t != nil {
			p.name, p.result, p.isValue = c.callee(call).Name(), t, true
			return p
		}
	}
	p.fn, p.name = c.signature(inner), c.functionName(inner)
	if p.fn == nil {
		return nil
	}
	results := p.fn.Results()
	n := results.Len()
	if n > 0 && isError(results.At(n-1).Type()) {
		n--
	}
	if n > 0 && isCloser(results.At(n-1).Type()) {
		n--
	}
	if n > 0 {
		n--
		p.result = results.At(n).Type()
	}
	p.legal = n == 0 && (p.result == nil || !isError(p.result)) && !p.fn.Variadic()
	return p
}

// wrappers are the functions that say more of a provider.
var wrappers = []string{"NoCache", "BeforeResponse", "Scoped", "Failing"}

// isCloser reports whether t is the type of a clean-up.
func isCloser(t types.Type) bool {
	s, ok := types.Unalias(t).(*types.Signature)
	if !ok || s.Variadic() || s.Params().Len() > 1 || s.Results().Len() > 1 {
		return false
	}
	for v := range s.Params().Variables() {
		if !isError(v.Type()) {
			return false
		}
	}
	for v := range s.Results().Variables() {
		if !isError(v.Type()) {
			return false
		}
	}
	return true
}

// credentialTypes are the types that the schemes of package security yield.
var credentialTypes = map[string]string{
	"HTTPBearer": "Token", "OAuth2PasswordBearer": "Token", "OAuth2AuthorizationCode": "Token", "OAuth2ClientCredentials": "Token", "OAuth2Implicit": "Token",
	"OAuth2": "Token", "HTTPBasic": "BasicCredentials", "APIKeyQuery": "APIKey", "APIKeyHeader": "APIKey", "APIKeyCookie": "APIKey", "AnyOf": "Credentials",
}

// credentials returns the type that a security scheme yields, nil if the call makes none that is known.
func (c *checker) credentials(call *ast.CallExpr) types.Type {
	fn := c.callee(call)
	if !isFunc(fn, securityPath) {
		return nil
	}
	if fn.Name() == "As" {
		if t := c.typeArgument(call); t != nil {
			return types.NewPointer(t)
		}
		return nil
	}
	if name := credentialTypes[fn.Name()]; name != "" {
		if obj := fn.Pkg().Scope().Lookup(name); obj != nil {
			return types.NewPointer(obj.Type())
		}
	}
	return nil
}

// functionName returns the name of a function as Check writes it.
func (c *checker) functionName(e ast.Expr) string {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		if fn, ok := c.TypesInfo.Uses[e].(*types.Func); ok {
			return fn.Name()
		}
	case *ast.SelectorExpr:
		if fn, ok := c.TypesInfo.Uses[e.Sel].(*types.Func); ok {
			return fn.Name()
		}
	case *ast.IndexExpr:
		return c.functionName(e.X)
	}
	return "a function literal"
}

// value is what a package does with a variable.
type value struct {
	all []ast.Expr // what is assigned to it; nil: something that has no expression
}

// readValues notes what is assigned to the variables of the package.
func (c *checker) readValues() {
	c.values = map[*types.Var]*value{}
	note := func(e ast.Expr, to ast.Expr) {
		id, ok := ast.Unparen(e).(*ast.Ident)
		if !ok {
			return
		}
		v, ok := c.TypesInfo.ObjectOf(id).(*types.Var)
		if !ok {
			return
		}
		if c.values[v] == nil {
			c.values[v] = &value{}
		}
		c.values[v].all = append(c.values[v].all, to)
	}
	for n := range c.inspector.PreorderSeq((*ast.AssignStmt)(nil), (*ast.ValueSpec)(nil), (*ast.RangeStmt)(nil), (*ast.UnaryExpr)(nil), (*ast.IncDecStmt)(nil)) {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, e := range n.Lhs {
				if len(n.Lhs) == len(n.Rhs) {
					note(e, n.Rhs[i])
				} else {
					note(e, nil)
				}
			}
		case *ast.ValueSpec:
			for i, id := range n.Names {
				switch {
				case len(n.Values) == len(n.Names):
					note(id, n.Values[i])
				default:
					note(id, nil)
				}
			}
		case *ast.RangeStmt:
			note(n.Key, nil)
			note(n.Value, nil)
		case *ast.IncDecStmt:
			note(n.X, nil)
		case *ast.UnaryExpr:
			if n.Op.String() == "&" {
				note(n.X, nil)
			}
		}
	}
}
