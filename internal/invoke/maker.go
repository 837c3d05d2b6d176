package invoke

import "reflect"

// Maker makes values of a type, for a third less than reflect.New: it does not ask for the type of the pointer.
type Maker struct {
	typ   reflect.Type
	rtype word // typ as the runtime knows it
}

// MakerOf makes the Maker of a type.
func MakerOf(t reflect.Type) Maker {
	return Maker{t, Interface(t).second}
}

// Type is the type of what New makes.
func (m *Maker) Type() reflect.Type { return m.typ }
