package comments

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strings"
)

// parseFolder reads the comments of the package called clause in a folder. When a name is declared several times, for several
// systems, the first comment counts.
func parseFolder(dir, clause string, tests bool) *pkg {
	p := &pkg{funcs: map[string]string{}, types: map[string][]*declared{}, fset: token.NewFileSet()}
	for _, file := range goFiles(dir, tests) {
		f, err := parser.ParseFile(p.fset, file, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err == nil && f.Name.Name == clause {
			p.files = append(p.files, f)
			p.file(f)
		}
	}
	p.promote()
	return p
}

// pkg has the declarations of a package.
type pkg struct {
	funcs map[string]string // comments by Func and Type.Method
	types map[string][]*declared
	files []*ast.File
	fset  *token.FileSet
}

// declared is one declaration of a type.
type declared struct {
	text   string
	of     string            // of type A B: B, a type of this package
	names  []string          // the names of its fields
	fields map[string]string // the comments of its fields
	embeds []string          // the types of this package that it embeds
	local  bool              // it is declared inside of a function
}

// file reads one file: its functions, and its types, also those inside of functions.
func (p *pkg) file(f *ast.File) {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Name.Name != "_" {
				setFirst(p.funcs, methodPrefix(d)+d.Name.Name, commentText(d.Doc))
			}
			p.declarations(d, true)
		case *ast.GenDecl:
			p.declarations(d, false)
		}
	}
}

// declarations adds the types that a declaration declares.
func (p *pkg) declarations(n ast.Node, local bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		d, ok := n.(*ast.GenDecl)
		if !ok || d.Tok != token.TYPE {
			return true
		}
		for _, s := range d.Specs {
			s := s.(*ast.TypeSpec)
			doc := commentText(s.Doc)
			if doc == "" && !d.Lparen.IsValid() {
				doc = commentText(d.Doc)
			}
			p.typ(s, doc, local)
		}
		return true
	})
}

// typ adds the declaration of a type. It skips aliases, which reflection does not see.
func (p *pkg) typ(s *ast.TypeSpec, doc string, local bool) {
	if s.Assign.IsValid() {
		return
	}
	d := &declared{text: doc, fields: map[string]string{}, local: local}
	if st, ok := s.Type.(*ast.StructType); ok {
		for _, f := range st.Fields.List {
			d.field(f, p.comment(f, st))
		}
	} else {
		d.of = baseName(s.Type)
	}
	name := s.Name.Name
	if other := p.topLevelType(name); other != nil && !local {
		other.join(d) // a declaration for another system
		return
	}
	p.types[name] = append(p.types[name], d)
}

// comment returns the comment above a field. A comment behind the field is for developers. A comment behind the brace of the
// struct, which the parser gives to the first field, is about the struct.
func (p *pkg) comment(f *ast.Field, st *ast.StructType) string {
	if f.Doc != nil && p.fset.Position(f.Doc.Pos()).Line == p.fset.Position(st.Fields.Opening).Line {
		return ""
	}
	return commentText(f.Doc)
}

// field adds the names of one field declaration. An embedded type is a field too.
func (d *declared) field(f *ast.Field, doc string) {
	names := make([]string, 0, 1)
	for _, n := range f.Names {
		names = append(names, n.Name)
	}
	if len(f.Names) == 0 {
		name := baseName(f.Type)
		if name != "" {
			d.embeds = append(d.embeds, name)
		} else if sel, ok := unwrap(f.Type).(*ast.SelectorExpr); ok {
			name = sel.Sel.Name
		}
		names = append(names, name)
	}
	for _, n := range names {
		d.names = append(d.names, n)
		setFirst(d.fields, n, doc)
	}
}

// topLevelType returns the type of that name that is declared outside of functions, or nil.
func (p *pkg) topLevelType(name string) *declared {
	if i := slices.IndexFunc(p.types[name], func(d *declared) bool { return !d.local }); i >= 0 {
		return p.types[name][i]
	}
	return nil
}

// join adds comments of o that d does not have.
func (d *declared) join(o *declared) {
	d.text = cmp.Or(d.text, o.text)
	for field, doc := range o.fields {
		setFirst(d.fields, field, doc)
	}
}

// promote gives types the methods of the types that they embed, and gives types defined by another type its fields.
func (p *pkg) promote() {
	own := maps.Clone(p.funcs)
	for name := range p.types {
		d := p.topLevelType(name)
		if d == nil {
			continue // a type inside of a function has no methods
		}
		for range len(p.types) { // follows type A B and type B C; the bound is for source that does not compile
			of := p.topLevelType(d.of)
			if of == nil {
				break
			}
			d.names, d.fields, d.of, d.embeds = of.names, of.fields, of.of, of.embeds
		}
		for level, depth := d.embeds, 0; len(level) > 0 && depth < maxEmbedding; depth++ {
			var next []string
			for _, e := range level {
				for key, doc := range own {
					if method, ok := strings.CutPrefix(key, e+"."); ok {
						if _, hidden := p.funcs[name+"."+method]; !hidden {
							p.funcs[name+"."+method] = doc
						}
					}
				}
				if inner := p.topLevelType(e); inner != nil {
					next = append(next, inner.embeds...)
				}
			}
			level = next
		}
	}
}

const maxEmbedding = 8 // levels of embedded structs whose methods are promoted; real programs have fewer

// addTo adds the comments of used declarations to the table; with a nil use, of all. Empty comments were only there to hide
// promoted ones.
func (p *pkg) addTo(t Table, path string, use *uses) {
	add := func(key, doc string) {
		if doc != "" {
			t[path+"."+key] = doc
		}
	}
	for name, doc := range p.funcs {
		if use.function(name) {
			add(name+call, doc)
		}
	}
	for name, ds := range p.types {
		if !use.typ(name) {
			continue
		}
		for i, d := range ds {
			key := name
			if len(ds) > 1 {
				if slices.IndexFunc(ds, d.looksLike) != i || slices.ContainsFunc(ds, func(o *declared) bool { return o.looksLike(d) && !o.says(d) }) {
					continue // several types have the same name and fields
				}
				key += fieldList(d.names)
			}
			add(key, d.text)
			for field, doc := range d.fields {
				if use == nil || ast.IsExported(field) {
					add(key+"."+field, doc)
				}
			}
		}
	}
}

func (d *declared) looksLike(o *declared) bool { return slices.Equal(d.names, o.names) }

func (d *declared) says(o *declared) bool { return d.text == o.text && maps.Equal(d.fields, o.fields) }

// setFirst sets the comment of a key, unless it has one.
func setFirst(m map[string]string, key, doc string) {
	if m[key] == "" {
		m[key] = doc
	}
}

// commentText returns the text of a comment without directives.
func commentText(c *ast.CommentGroup) string {
	if c == nil {
		return ""
	}
	kept := slices.DeleteFunc(slices.Clone(c.List), func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//nolint") })
	if len(kept) == 0 {
		return ""
	}
	return strings.TrimSpace((&ast.CommentGroup{List: kept}).Text())
}

// methodPrefix returns the receiver's type and a dot for a method, "" for a function.
func methodPrefix(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return ""
	}
	return baseName(d.Recv.List[0].Type) + "."
}

// baseName returns the name of a type of this package, without pointer and type arguments; "" for any other expression.
func baseName(e ast.Expr) string {
	if id, ok := unwrap(e).(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

// unwrap removes pointers, parentheses and type arguments.
func unwrap(e ast.Expr) ast.Expr {
	for {
		switch x := e.(type) {
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.IndexListExpr:
			e = x.X
		default:
			return e
		}
	}
}
