package encode

import (
	"fmt"
	"reflect"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/model"
)

// Validating returns a Compiler whose Encoders return an error for values that break the rules (validate and pattern tags) of their
// model. Values without a model have no rules.
func (c *Compiler) Validating() *Compiler {
	return &Compiler{reader: c.reader, freeFlags: c.freeFlags, absentNulls: c.absentNulls, validate: true}
}

// checkNode checks a member's value before it is written.
type checkNode struct {
	node
	from  reflect.Type // of the source
	rules *constraint.Rules
}

// withRules checks values of type from by the rules of the model's field before n writes them.
func (b *builder) withRules(from *model.Type, field *model.Field, n node) node {
	if !b.validate || field.Rules.Empty() {
		return n
	}
	return &checkNode{n, from.Go, field.Rules}
}

func (n *checkNode) append(dst []byte, p memory.Place, depth int) ([]byte, error) {
	if step, broken := FirstBroken(n.rules, p.Value(n.from)); broken != nil {
		return dst, withStep(newMismatch("it breaks a rule of the model: %s", broken.Msg), step)
	}
	return n.node.append(dst, p, depth)
}

// FirstBroken returns the first rule that v breaks, and the step from v to the value that breaks it. Missing values break none.
func FirstBroken(rules *constraint.Rules, v reflect.Value) (step string, broken *constraint.Failure) {
	if rules.Empty() {
		return "", nil
	}
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			return "", nil
		}
		v = v.Elem()
	}
	if w, ok := addressable(v).Addr().Interface().(model.Wrapper); ok {
		inside, presence := w.Unwrap()
		if *presence != model.Present {
			return "", nil
		}
		return FirstBroken(rules, inside)
	}
	if rules.OmitEmpty && v.IsZero() {
		return "", nil
	}
	if broken = rules.Check(v); broken != nil {
		return "", broken
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Array:
		for i := 0; i < v.Len() && !rules.Elem.Empty(); i++ {
			if step, broken := FirstBroken(rules.Elem, v.Index(i)); broken != nil {
				return fmt.Sprintf("[%d]", i) + step, broken
			}
		}
	case reflect.Map:
		elems, keys := rules.Elem, rules.Key
		if v.Type().Elem().Size() == 0 { // a set: its elements are the keys
			elems, keys = nil, rules.Elem
		}
		for it := v.MapRange(); it.Next(); {
			key := mapStep(fmt.Sprint(it.Key()))
			if step, broken := FirstBroken(keys, it.Key()); broken != nil {
				return key + step + " key", broken
			}
			if step, broken := FirstBroken(elems, it.Value()); broken != nil {
				return key + step, broken
			}
		}
	}
	return "", nil
}

// crossNode checks the rules that compare the fields of a struct, where source and model are one.
type crossNode struct {
	node
	engine *constraint.Engine
	mdl    *model.Type
}

// withCrossRules checks the rules that compare fields before n writes the struct.
func (b *builder) withCrossRules(src, mdl *model.Type, n node) node {
	if !b.validate || src != mdl || len(mdl.Cross) == 0 {
		return n
	}
	return &crossNode{n, b.c.reader.Rules, mdl}
}

// append checks the rules of the struct and of the structs that it embeds, then writes it.
func (n *crossNode) append(dst []byte, p memory.Place, depth int) ([]byte, error) {
	for i, broken := range n.mdl.BrokenCross(n.engine, p.Value(n.mdl.Go)) {
		return dst, withStep(newMismatch("it breaks a rule of the model: %s", broken.Msg), "."+n.mdl.Fields[i].Name)
	}
	return n.node.append(dst, p, depth)
}
