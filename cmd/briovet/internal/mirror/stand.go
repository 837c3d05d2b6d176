package mirror

import "reflect"

// The stand-ins have the kinds of scalars and names of their own, so that a message about one can be turned into one about the type of the
// program. One mirror uses each for one type; a program that has more types of a kind is told their kind.
type (
	stringStandA  string
	stringStandB  string
	stringStandC  string
	stringStandD  string
	intStandA     int
	intStandB     int
	intStandC     int
	intStandD     int
	int32StandA   int32
	int32StandB   int32
	int32StandC   int32
	int32StandD   int32
	int64StandA   int64
	int64StandB   int64
	int64StandC   int64
	int64StandD   int64
	uintStandA    uint
	uintStandB    uint
	uintStandC    uint
	uintStandD    uint
	float64StandA float64
	float64StandB float64
	float64StandC float64
	float64StandD float64
	boolStandA    bool
	boolStandB    bool
	boolStandC    bool
	boolStandD    bool
)

// stand has the stand-ins of each scalar. It does not change.
var stand = map[reflect.Type][]reflect.Type{
	reflect.TypeFor[string]():  {reflect.TypeFor[stringStandA](), reflect.TypeFor[stringStandB](), reflect.TypeFor[stringStandC](), reflect.TypeFor[stringStandD]()},
	reflect.TypeFor[int]():     {reflect.TypeFor[intStandA](), reflect.TypeFor[intStandB](), reflect.TypeFor[intStandC](), reflect.TypeFor[intStandD]()},
	reflect.TypeFor[int32]():   {reflect.TypeFor[int32StandA](), reflect.TypeFor[int32StandB](), reflect.TypeFor[int32StandC](), reflect.TypeFor[int32StandD]()},
	reflect.TypeFor[int64]():   {reflect.TypeFor[int64StandA](), reflect.TypeFor[int64StandB](), reflect.TypeFor[int64StandC](), reflect.TypeFor[int64StandD]()},
	reflect.TypeFor[uint]():    {reflect.TypeFor[uintStandA](), reflect.TypeFor[uintStandB](), reflect.TypeFor[uintStandC](), reflect.TypeFor[uintStandD]()},
	reflect.TypeFor[float64](): {reflect.TypeFor[float64StandA](), reflect.TypeFor[float64StandB](), reflect.TypeFor[float64StandC](), reflect.TypeFor[float64StandD]()},
	reflect.TypeFor[bool]():    {reflect.TypeFor[boolStandA](), reflect.TypeFor[boolStandB](), reflect.TypeFor[boolStandC](), reflect.TypeFor[boolStandD]()},
}
