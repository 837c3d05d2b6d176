package document

import (
	"github.com/brio-go/brio/internal/jsonpatch"
	"github.com/brio-go/brio/openapi/spec"
)

// jsonPatch returns the schema of a JSON Patch: a list of operations, each of which has the members that it needs (RFC 6902, 4).
func (s *schemas) jsonPatch() *spec.Schema {
	maxItems := jsonpatch.MaxOperations
	list := typeSchema("array")
	list.MaxItems = &maxItems
	list.Items = s.refer(s.jsonPatchOperation())
	return list
}

func (s *schemas) jsonPatchOperation() *component {
	c, fresh := s.component(componentKey{synthetic: "JSONPatchOperation"}, "JSONPatchOperation")
	if fresh {
		c.schema = &spec.Schema{OneOf: []*spec.Schema{
			patchOperation(map[string]*spec.Schema{"value": {}}, "add", "replace", "test"),
			patchOperation(nil, "remove"),
			patchOperation(map[string]*spec.Schema{"from": jsonPointer()}, "move", "copy"),
		}}
		c.schema.Description = "An operation of a JSON Patch (RFC 6902)"
	}
	return c
}

// patchOperation returns the schema of operations with further required members.
func patchOperation(more map[string]*spec.Schema, names ...string) *spec.Schema {
	op := typeSchema("string")
	for _, name := range names {
		op.Enum = append(op.Enum, name)
	}
	out := typeSchema("object")
	out.Properties, out.Required = map[string]*spec.Schema{"op": op, "path": jsonPointer()}, []string{"op", "path"}
	for name, schema := range more {
		out.Properties[name], out.Required = schema, append(out.Required, name)
	}
	return out
}

// jsonPointer returns the schema of a JSON Pointer (RFC 6901).
func jsonPointer() *spec.Schema {
	out := typeSchema("string")
	out.Format, out.Pattern = "json-pointer", "^(/([^~/]|~[01])*)*$"
	return out
}
