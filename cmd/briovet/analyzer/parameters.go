package analyzer

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"regexp"
	"strings"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/mistakes"
	"github.com/brio-go/brio/internal/model"
)

// isParams reports whether t, a struct or a pointer to one, is a parameter struct.
func (c *checker) isParams(t types.Type) bool {
	t = deref(t)
	if _, ok := t.Underlying().(*types.Struct); !ok {
		return false
	}
	out, _ := c.mirror.Type(t)
	return bind.IsParams(out)
}

// params judges a parameter struct that a function takes, in the route with the wildcards path; known is false where its path is not
// known in full. app are the options of the app, nil where they are not seen, and reader its Reader. at is what is reported where the field
// stands in another package.
func (c *checker) params(t types.Type, path []string, known bool, app *declared, reader *model.Reader, at ast.Node) {
	t = deref(t)
	if isNamed(t, paramsPath, "Parts") {
		return
	}
	out, _ := c.mirror.Type(t)
	if reader == nil {
		reader = c.reader
	}
	if !known {
		path = wildcardsOf(reader, out)
	}
	_, problems := bind.Compile(reader, out, path)
	for _, text := range problems {
		c.paramsProblem(t, out, text, app != nil, at)
	}
}

// wildcardsOf returns the wildcards that the fields of a parameter struct read.
func wildcardsOf(reader *model.Reader, t reflect.Type) (names []string) {
	typ, _ := reader.Params(t)
	for _, f := range typ.Fields {
		names = append(names, f.Name)
	}
	return names
}

// paramsProblem reports one problem that package bind has found in the mirror of t. isAppKnown says that the options of the app are seen.
func (c *checker) paramsProblem(t types.Type, mirrored reflect.Type, text string, isAppKnown bool, at ast.Node) {
	rest, ok := strings.CutPrefix(text, mirrored.String())
	if !ok {
		rest, ok = strings.CutPrefix(text, "struct")
	}
	if !ok { // a type that is its own mirror
		return
	}
	place := c.locate(t, rest)
	if !c.isCertain(place, text, isAppKnown) {
		return
	}
	if place.inner != nil {
		rest = strings.Replace(rest, place.innerHead, c.modelName(place.inner), 1)
	}
	found := c.mirror.Words(c.typeName(t)+rest, c.typeName)
	if place.field != nil {
		found = c.nameStructs(found, place.field)
	}
	if place.model != nil { // rules that compare fields name the struct
		out, _ := c.mirror.Type(place.model)
		found = strings.ReplaceAll(found, out.String(), c.plainName(place.model))
	}
	if place.field != nil && place.field.Pkg() == c.Pkg {
		c.reportAt(parameters, place.field.Pos(), place.field.Pos()+token.Pos(len(place.field.Name())), found, mistakes.LegalField, c.tagFixes(place.field, text)...)
		return
	}
	c.report(parameters, at, found, mistakes.LegalField)
}

// site is the place that a problem is about.
type site struct {
	owner     *types.Struct // the struct whose field it is
	field     *types.Var    // nil: the struct as a whole
	model     types.Type    // the struct as a type; nil: not known
	inner     types.Type    // the model below a parameter that has the field; nil: the field is of the parameter struct
	innerHead string        // how the problem writes its mirror
}

var (
	// fieldText is a problem of a field: "field Page has …", "fields A and B …", "Page: …", "nothing reads min:"1" of field Page; …".
	fieldText = regexp.MustCompile(`^(?:nothing reads .*? of )?(?:fields? )?((?:Embedded_)?[\pL_][\pL\pN_]*(?:\.[\pL_][\pL\pN_]*)*)`)
	// innerText is the path of a model below a parameter: "struct.Items key: ".
	innerText = regexp.MustCompile(`^((?:\*|\[\]|map\[[^\]]*\])*struct)((?:\.[\pL_][\pL\pN_]*)*)(?: key)?: `)
)

// locate finds the place that the rest of a problem, after the name of the parameter struct t, is about.
func (c *checker) locate(t types.Type, rest string) site {
	s, _ := t.Underlying().(*types.Struct)
	out := site{owner: s, model: t}
	if path, ok := strings.CutPrefix(rest, "."); ok { // a problem of the type of a parameter
		name, below, _ := strings.Cut(path, ": ")
		owner, field := follow(s, name)
		out.owner, out.field = owner, field
		if field == nil {
			return out
		}
		if m := innerText.FindStringSubmatch(below); m != nil {
			out.inner, out.innerHead = field.Type(), m[1]
			inner := structIn(field.Type())
			out.model = elementOf(field.Type())
			if m[2] != "" && inner != nil {
				if _, via := follow(inner, m[2][1:]); via != nil {
					inner, out.model = structIn(via.Type()), elementOf(via.Type())
					out.owner, out.field = inner, via
				}
			}
			if inner != nil {
				if owner, at := follow(inner, fieldName(below[len(m[0]):])); at != nil {
					out.owner, out.field = owner, at
				}
			}
		}
		return out
	}
	if owner, field := follow(s, fieldName(strings.TrimPrefix(rest, ": "))); field != nil {
		out.owner, out.field = owner, field
	}
	return out
}

// fieldName returns the field that a text begins with, "" for none.
func fieldName(text string) string {
	if m := fieldText.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

// follow returns the field at a path of names, and the struct that declares it.
func follow(s *types.Struct, path string) (owner *types.Struct, field *types.Var) {
	for name := range strings.SplitSeq(path, ".") {
		if s == nil {
			return nil, nil
		}
		owner, field = s, nil
		for i := range s.NumFields() {
			if v := s.Field(i); v.Name() == name || v.Embedded() && "Embedded_"+v.Name() == name {
				field = v
			}
		}
		if field == nil {
			return nil, nil
		}
		s = structIn(field.Type())
	}
	return owner, field
}

// structIn returns the struct inside of pointers, lists, maps and Optionals, nil for none.
func structIn(t types.Type) *types.Struct {
	s, _ := elementOf(t).Underlying().(*types.Struct)
	return s
}

// elementOf returns the type inside of pointers, lists, maps and Optionals.
func elementOf(t types.Type) types.Type {
	for range 10 {
		if n, ok := types.Unalias(t).(*types.Named); ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == paramsPath && n.TypeArgs().Len() == 1 && n.Obj().Name() == "Optional" {
			t = n.TypeArgs().At(0)
			continue
		}
		switch u := t.Underlying().(type) {
		case *types.Pointer:
			t = u.Elem()
		case *types.Slice:
			t = u.Elem()
		case *types.Array:
			t = u.Elem()
		case *types.Map:
			t = u.Elem()
		default:
			return t
		}
	}
	return t
}

var (
	// tagText matches problems that depend on names and tags, and not on types.
	tagText = regexp.MustCompile(`has \d+ sources|has a source tag but|has no source;|the \w+ tag has no name|option "|both read the|nothing reads|has the tag|the tag is not read|is always there|is neither "true"|, which the route's path does not have`)
	// crossText matches problems of rules that compare fields.
	crossText = regexp.MustCompile(`validate:"[^"]*(field|required_|excluded_|skip_)`)
)

// isCertain reports whether App.Check makes a problem that was found in a mirror, whatever other packages declare.
func (c *checker) isCertain(at site, text string, isAppKnown bool) bool {
	if !isAppKnown && (strings.Contains(text, "unknown rule") || strings.Contains(text, "brio.ForeignTags(") || strings.Contains(text, "the tag is not read")) {
		return false // the app may have registered it
	}
	if tagText.MatchString(text) {
		return true
	}
	if at.field == nil {
		_, exact := c.mirror.Type(at.owner)
		return exact
	}
	if crossText.MatchString(text) {
		_, exact := c.mirror.Type(at.owner)
		return exact
	}
	_, exact := c.mirror.Type(at.field.Type())
	return exact
}
