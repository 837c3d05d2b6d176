package analyzer

import (
	"go/types"
	"path"
	"strings"

	"github.com/brio-go/brio/internal/mistakes"
)

// typeName returns a type as the messages of Check write it.
func (c *checker) typeName(t types.Type) string {
	t = types.Unalias(t)
	if _, ok := t.(*types.Struct); ok {
		return mistakes.Anonymous
	}
	return mistakes.TypeName(types.TypeString(t, (*types.Package).Name))
}

// modelName returns a type as the messages about models write it.
func (c *checker) modelName(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		name := t.Obj().Name()
		if args := t.TypeArgs(); args.Len() > 0 {
			var all []string
			for a := range args.Types() {
				name := c.modelName(a)
				all = append(all, name[strings.LastIndexByte(name, '.')+1:])
			}
			name += "[" + strings.Join(all, ",") + "]"
		}
		if t.Obj().Pkg() == nil {
			return name
		}
		if t.Obj().Pkg().Name() == "main" {
			return "main." + name
		}
		return path.Base(t.Obj().Pkg().Path()) + "." + name
	case *types.Struct:
		return "struct"
	case *types.Pointer:
		return "*" + c.modelName(t.Elem())
	case *types.Slice:
		return "[]" + c.modelName(t.Elem())
	case *types.Map:
		return "map[" + c.modelName(t.Key()) + "]" + c.modelName(t.Elem())
	default:
		return types.TypeString(t, (*types.Package).Name)
	}
}

// nameStructs writes the type of a field in the place of its mirror, in the phrases where a message names it.
func (c *checker) nameStructs(text string, field *types.Var) string {
	out, _ := c.mirror.Type(field.Type())
	text = strings.ReplaceAll(text, out.String(), types.TypeString(field.Type(), (*types.Package).Name))
	mirrored := mirrorName(out.String())
	if !strings.HasSuffix(mirrored, "struct") {
		return text
	}
	for _, phrase := range []string{"cannot be a ", "does not fit ", "and ", "not a "} {
		text = strings.ReplaceAll(text, phrase+mirrored, phrase+c.modelName(field.Type()))
	}
	return text
}

// mirrorName returns the name of a mirror as messages about models write it: structs have none.
func mirrorName(name string) string {
	if i := strings.Index(name, "struct {"); i >= 0 {
		return name[:i] + "struct"
	}
	return name
}
