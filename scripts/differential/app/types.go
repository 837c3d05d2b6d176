package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/params"
)

// Shade is an enum of texts.
type Shade string

// Values are the shades that there are.
func (Shade) Values() []Shade { return []Shade{"light", "dark"} }

// Level is an enum of numbers.
type Level int

// Values are the levels that there are.
func (Level) Values() []Level { return []Level{1, 2, 3} }

// Cents is a decimal that orders itself.
type Cents struct{ n int64 }

// UnmarshalText reads digits.
func (c *Cents) UnmarshalText(text []byte) (err error) {
	c.n, err = strconv.ParseInt(string(text), 10, 32)
	return err
}

// MarshalText writes digits.
func (c Cents) MarshalText() ([]byte, error) { return strconv.AppendInt(nil, c.n, 10), nil }

// Cmp is that of math/big.
func (c Cents) Cmp(d Cents) int { return int(c.n - d.n) }

func (c Cents) String() string { return strconv.FormatInt(c.n, 10) }

// Decimal is a string or a number in, a string out.
type Decimal struct{ text string }

// TextFormat names its format.
func (Decimal) TextFormat() string { return "decimal" }

// MarshalJSON writes a string.
func (d Decimal) MarshalJSON() ([]byte, error) { return json.Marshal(d.text) }

// UnmarshalJSON reads a string or a number.
func (d *Decimal) UnmarshalJSON(doc []byte) error {
	return d.UnmarshalText([]byte(strings.Trim(string(doc), `"`)))
}

// UnmarshalText reads a number.
func (d *Decimal) UnmarshalText(text []byte) error {
	if d.text = string(text); strings.Trim(d.text, "+-.0123456789eE") != "" {
		return errors.New("no number")
	}
	_, _, err := big.ParseFloat(d.text, 10, 64, big.ToNearestEven)
	return err
}

func (d Decimal) String() string { return d.text }

// Colour has an error of its own.
type Colour string

// UnmarshalText takes three colours.
func (c *Colour) UnmarshalText(text []byte) error {
	switch string(text) {
	case "red", "green", "blue":
		*c = Colour(text)
		return nil
	case "grey":
		return errors.New("too dull")
	}
	return &brio.ErrorDetail{Type: "colour", Msg: "Input should be a colour", Ctx: map[string]any{"given": string(text)}}
}

// Odd reads JSON by itself.
type Odd struct{ Doc string }

// UnmarshalJSON refuses even lengths.
func (o *Odd) UnmarshalJSON(doc []byte) error {
	if o.Doc = string(doc); len(doc)%2 == 0 {
		return errors.New("even")
	}
	return nil
}

// MarshalJSON writes what was read.
func (o Odd) MarshalJSON() ([]byte, error) { return []byte(o.Doc), nil }

// Scalars has a member of every scalar type.
type Scalars struct {
	Bool     bool                 `json:"bool"`
	Int      int                  `json:"int"`
	Int8     int8                 `json:"int8"`
	Int16    int16                `json:"int16"`
	Int32    int32                `json:"int32"`
	Int64    int64                `json:"int64"`
	Uint     uint                 `json:"uint"`
	Uint8    uint8                `json:"uint8"`
	Uint16   uint16               `json:"uint16"`
	Uint32   uint32               `json:"uint32"`
	Uint64   uint64               `json:"uint64"`
	Float32  float32              `json:"float32"`
	Float64  float64              `json:"float64"`
	Text     string               `json:"text"`
	Number   json.Number          `json:"number"`
	Bytes    []byte               `json:"bytes"`
	Shade    Shade                `json:"shade"`
	Level    Level                `json:"level"`
	Decimal  Decimal              `json:"decimal"`
	Cents    Cents                `json:"cents"`
	Colour   Colour               `json:"colour"`
	Odd      Odd                  `json:"odd"`
	Big      big.Int              `json:"big"`
	Addr     netip.Addr           `json:"addr"`
	Prefix   netip.Prefix         `json:"prefix"`
	IP       net.IP               `json:"ip"`
	URL      params.URL           `json:"url"`
	Link     url.URL              `json:"link"`
	Quoted   int                  `json:"quoted,string"`
	Pointer  *int                 `json:"pointer"`
	Twice    **string             `json:"twice"`
	Optional brio.Optional[int8]  `json:"optional"`
	Shaded   brio.Optional[Shade] `json:"shaded"`
}

// Some is Scalars of which nothing is required.
type Some struct {
	Bool     bool                       `json:"bool,omitempty"`
	Int      int                        `json:"int,omitempty"`
	Uint8    uint8                      `json:"uint8,omitempty"`
	Int64    int64                      `json:"int64,omitempty"`
	Uint64   uint64                     `json:"uint64,omitempty"`
	Float32  float32                    `json:"float32,omitempty"`
	Float64  float64                    `json:"float64,omitempty"`
	Text     string                     `json:"text,omitempty"`
	Number   json.Number                `json:"number,omitempty"`
	Bytes    []byte                     `json:"bytes,omitempty"`
	Decimal  *Decimal                   `json:"decimal"`
	Cents    *Cents                     `json:"cents"`
	Colour   *Colour                    `json:"colour"`
	Odd      *Odd                       `json:"odd"`
	Big      *big.Int                   `json:"big"`
	Addr     *netip.Addr                `json:"addr"`
	Prefix   *netip.Prefix              `json:"prefix"`
	URL      *params.URL                `json:"url"`
	Link     *url.URL                   `json:"link"`
	Quoted   *int                       `json:"quoted,string"`
	Quote    *bool                      `json:"quote,string"`
	Optional brio.Optional[float64]     `json:"optional"`
	Decimals brio.Optional[Decimal]     `json:"decimals"`
	Nested   brio.Optional[*Range]      `json:"nested"`
	Ranges   brio.Optional[[]Range]     `json:"ranges"`
	Any      any                        `json:"any"`
	Raw      json.RawMessage            `json:"raw,omitempty"`
	Anys     []any                      `json:"anys,omitempty"`
	Members  map[string]any             `json:"members,omitempty"`
	Raws     map[string]json.Number     `json:"raws,omitempty"`
	Structs  map[string]struct{ A int } `json:"structs,omitempty"`
}

// Times has a member of every type of time.
type Times struct {
	At       time.Time                        `json:"at,omitempty"`
	Maybe    *time.Time                       `json:"maybe"`
	Wait     time.Duration                    `json:"wait,omitempty"`
	Waits    []time.Duration                  `json:"waits,omitempty"`
	Day      *params.Date                     `json:"day"`
	Clock    *params.TimeOfDay                `json:"clock"`
	Local    *params.LocalDateTime            `json:"local"`
	Moment   *params.DateTime                 `json:"moment"`
	All      []time.Time                      `json:"all,omitempty"`
	ByDay    map[params.Date]params.TimeOfDay `json:"byDay,omitempty"`
	Optional brio.Optional[time.Time]         `json:"optional"`
	Zero     time.Time                        `json:"zero,omitzero" default:"2026-01-02T03:04:05Z"`
}

// Range is two numbers.
type Range struct {
	From *int `json:"from"`
	To   *int `json:"to"`
}

// Cat is a pet.
type Cat struct {
	Kind  string `json:"kind" validate:"oneof=cat"`
	Lives int    `json:"lives" default:"9" validate:"max=9"`
}

// Dog is a pet.
type Dog struct {
	Kind string  `json:"kind" validate:"oneof=dog wolf"`
	Bark *string `json:"bark" validate:"omitempty,min=2"`
}

// Pet is chosen by its kind.
type Pet struct {
	brio.OneOf `discriminator:"kind"`
	Cat        *Cat
	Dog        *Dog
}

// Either is a text, a number, a list or a cat.
type Either struct {
	brio.AnyOf
	Int   *int
	Float *float64
	Text  *string
	List  *[]int
	Cat   *Cat
	Range *Range
}

// Exact fits one of its variants.
type Exact struct {
	brio.OneOf
	Short *struct {
		_ struct{} `name:"Short"`
		A string   `json:"a" validate:"max=2"`
		B int      `json:"b,omitempty"`
	}
	Long *struct {
		_ struct{} `extra:"forbid" name:"Long"`
		A string   `json:"a" validate:"min=2"`
		C *Either  `json:"c"`
	}
	Day *params.Date
}

// Unions has unions everywhere.
type Unions struct {
	Pet    *Pet                  `json:"pet"`
	Pets   []Pet                 `json:"pets,omitempty"`
	ByName map[string]Either     `json:"byName,omitempty"`
	Either brio.Optional[Either] `json:"either"`
	Exact  *Exact                `json:"exact"`
	Exacts []*Exact              `json:"exacts,omitempty" validate:"max=3"`
}

// Containers has lists and maps of many types.
type Containers struct {
	Matrix  [][]int                     `json:"matrix,omitempty"`
	Triple  [3]int8                     `json:"triple,omitempty"`
	Pairs   [2][2]string                `json:"pairs,omitempty"`
	Ints    map[int]int                 `json:"ints,omitempty"`
	Bytes   map[uint8]bool              `json:"bytes,omitempty"`
	Days    map[params.Date]*Range      `json:"days,omitempty"`
	Shades  map[Shade]Level             `json:"shades,omitempty"`
	Cents   map[Cents]Decimal           `json:"cents,omitempty"`
	Deep    map[string]map[string][]Cat `json:"deep,omitempty"`
	Set     brio.Set[string]            `json:"set,omitempty"`
	Numbers brio.Set[int]               `json:"numbers,omitempty"`
	Colours brio.Set[Shade]             `json:"colours,omitempty"`
	Ranges  []*Range                    `json:"ranges,omitempty"`
	Cats    []Cat                       `json:"cats,omitempty"`
	Options []brio.Optional[int]        `json:"options,omitempty"`
	Floats  []float64                   `json:"floats,omitempty"`
	Bools   []bool                      `json:"bools,omitempty"`
	Texts   []string                    `json:"texts,omitempty"`
	Uints   []uint16                    `json:"uints,omitempty"`
	Blobs   [][]byte                    `json:"blobs,omitempty"`
	List    *[]string                   `json:"list"`
	Map     *map[string]string          `json:"map"`
	Bare    Bare                        `json:"bare,omitempty"`
}

// Bare is lists of lists.
type Bare []Bare

// Tree contains itself.
type Tree struct {
	Name     string           `json:"name" validate:"min=1,max=9"`
	Left     *Tree            `json:"left"`
	Children []Tree           `json:"children,omitempty" validate:"max=4"`
	ByName   map[string]*Tree `json:"byName,omitempty"`
}

// Defaults has defaults of many types.
type Defaults struct {
	Int      int                `json:"int" default:"3" validate:"max=9"`
	Text     string             `json:"text" default:"x" validate:"min=1"`
	Pointer  *int               `json:"pointer" default:"4" validate:"min=2"`
	Float    float64            `json:"float" default:"1.5"`
	Optional brio.Optional[int] `json:"optional" default:"5"`
	List     []string           `json:"list" default:"x,y" validate:"dive,oneof=x y"`
	Range    Range              `json:"range" default:"{\"from\":1}"`
	Map      map[string]int     `json:"map" default:"{\"a\":1}"`
	Set      brio.Set[string]   `json:"set" default:"[\"b\",\"a\"]"`
	At       time.Time          `json:"at" default:"2026-01-02T03:04:05+02:00"`
	Wait     time.Duration      `json:"wait" default:"PT1M30S"`
	Shade    Shade              `json:"shade" default:"light"`
	Decimal  Decimal            `json:"decimal" default:"1.10"`
	Bytes    []byte             `json:"bytes" default:"AQI="`
	Pair     [2]int             `json:"pair" default:"[1,2]"`
}

// Aliased has names that need care.
type Aliased struct {
	Embedded
	*Pointed
	Dash    int `json:"a-b,omitempty"`
	Umlaut  int `json:"Ünï,omitempty"`
	Case    int `json:"Case,omitempty"`
	Lower   int `json:"lower,omitempty"`
	Plain   int
	Hidden  int    `json:"-"`
	Dot     int    `json:"a.b,omitempty"`
	Slash   int    `json:"a/b~c,omitempty"`
	Amp     int    `json:"a&b,omitempty"`
	ID      int    `json:"id" readonly:"true"`
	Pass    string `json:"pass,omitempty" writeonly:"true" secret:"true"`
	Private *int   `json:"private" secret:"true" validate:"min=5"`
}

// Embedded is flattened.
type Embedded struct {
	Base int `json:"base,omitempty"`
	Top  string
}

// Pointed is flattened too.
type Pointed struct {
	More string `json:"more,omitempty"`
}

// Closed refuses what it does not declare.
type Closed struct {
	_     struct{} `extra:"forbid"`
	A     int      `json:"a"`
	B     *Open    `json:"b"`
	Inner []Closed `json:"inner,omitempty"`
}

// Open collects what it does not declare.
type Open struct {
	A     int            `json:"a,omitempty"`
	Extra map[string]any `json:"-" extra:"allow"`
}

// OpenNumbers collects numbers.
type OpenNumbers struct {
	A     int            `json:"a,omitempty"`
	B     *Range         `json:"b"`
	Extra map[string]int `json:"-" extra:"allow" validate:"max=3,dive,gte=1"`
}

// Checked validates itself and has rules that compare members.
type Checked struct {
	Name  string    `json:"name" validate:"min=1"`
	Start int       `json:"start" default:"0"`
	End   int       `json:"end" default:"10" validate:"gtfield=Start"`
	Same  string    `json:"same,omitempty" validate:"omitempty,eqfield=Name"`
	If    *string   `json:"if" validate:"required_if=Name need"`
	With  *string   `json:"with" validate:"required_with=If"`
	Not   *string   `json:"not" validate:"excluded_with=With"`
	Inner []Checked `json:"inner,omitempty" validate:"max=3"`
	Part  *Checked  `json:"part"`
}

// Validate answers in each way that there is.
func (c *Checked) Validate(context.Context) error {
	switch c.Name {
	case "plain":
		return errors.New("the name is plain")
	case "detail":
		return &brio.ErrorDetail{Type: "own", Loc: []any{"start"}, Msg: "Not this start", Ctx: map[string]any{"start": c.Start}}
	case "whole":
		return &brio.ErrorDetail{Type: "own.whole", Msg: "Not this"}
	case "http":
		return brio.Error(409, map[string]any{"name": c.Name})
	case "several":
		return &brio.ValidationError{Errors: []brio.ErrorDetail{{Type: "a", Loc: []any{"name"}, Msg: "A"}, {Type: "b", Loc: []any{"inner", 0}, Msg: "B", Input: 7}}}
	case "panic":
		panic("the name is panic")
	case "set":
		c.Name = fmt.Sprintf("set %d", c.Start)
	}
	return nil
}

// Item is much of it at once, as programs have it.
type Item struct {
	ID       int                `json:"id" readonly:"true"`
	Name     string             `json:"name" validate:"min=2,max=40"`
	Price    float64            `json:"price" validate:"gte=0"`
	Weight   float32            `json:"weight" default:"1"`
	Small    int8               `json:"small" default:"1"`
	Large    int64              `json:"large" default:"9007199254740993"`
	Unsigned uint64             `json:"unsigned" default:"7"`
	Big      big.Int            `json:"big" default:"123"`
	Note     *string            `json:"note" validate:"omitempty,max=9"`
	Shade    Shade              `json:"shade" default:"light"`
	Level    *Level             `json:"level"`
	Tags     []string           `json:"tags,omitempty" validate:"omitempty,max=9,dive,min=1"`
	Unique   brio.Set[string]   `json:"unique" default:"[]"`
	Labels   map[string]string  `json:"labels" default:"{}"`
	Counts   map[int]int        `json:"counts" default:"{}"`
	Any      any                `json:"any"`
	Data     []byte             `json:"data" default:"AQI="`
	Wait     time.Duration      `json:"wait" default:"PT1M30S"`
	Made     time.Time          `json:"made" default:"2026-01-02T03:04:05Z"`
	Later    brio.Optional[int] `json:"later"`
	Password string             `json:"password" writeonly:"true" default:"secret" secret:"true"`
	Parent   *Item              `json:"parent"`
	Pet      *Pet               `json:"pet"`
	Either   *Either            `json:"either"`
}

// Recorded remembers what was set.
type Recorded struct {
	Name  string             `json:"name,omitempty"`
	Price *float64           `json:"price"`
	Range Range              `json:"range" default:"{}"`
	Inner *Recorded          `json:"inner"`
	Later brio.Optional[int] `json:"later"`
	Tags  []string           `json:"tags" default:"[]"`
	brio.FieldsSet
}

// First and Full are what Named computes from.
type Named struct {
	First string `json:"first"`
	Last  string `json:"last" default:"Doe"`
	Age   *int   `json:"age"`
}

// FullName is computed.
func (n Named) FullName() string { return n.First + " " + n.Last }

// Initials are computed, and fail without a name.
func (n Named) Initials() *string {
	if n.First == "" {
		return nil
	}
	s := n.First[:1]
	return &s
}

// Computed lists the computed members.
func (Named) Computed() []brio.ComputedField {
	return []brio.ComputedField{brio.Computed("full_name", Named.FullName), brio.Computed("initials", Named.Initials)}
}

// User and Address are the body of the benchmarks.
type User struct {
	Name     string   `json:"name" validate:"min=3,max=50"`
	Email    string   `json:"email" validate:"email"`
	FullName *string  `json:"full_name" validate:"omitempty,max=100"`
	Password string   `json:"password" validate:"min=8" writeonly:"true"`
	Age      int      `json:"age" validate:"gte=0,lte=150"`
	Tags     []string `json:"tags" validate:"max=10,dive,min=1,max=20"`
	Address  Address  `json:"address"`
}

// Address is that of a User.
type Address struct {
	Street string `json:"street" validate:"min=1"`
	City   string `json:"city" validate:"min=1"`
	Zip    string `json:"zip" validate:"len=6,alphanum"`
}

// Row is a User of a database, for models.
type Row struct {
	User
	ID     int
	Hash   string
	Secret map[string]string
}
