package responsemodel_test

import (
	"errors"
	"fmt"

	"github.com/brio-go/brio/responsemodel"
)

type UserRow struct {
	ID           int
	Name         string
	Nickname     *string
	PasswordHash string
}

type User struct {
	ID       int     `json:"id"`
	Name     string  `json:"name"`
	Nickname *string `json:"nickname"`
}

func Example() {
	// Compile once: a mistake in the types shows here.
	users := responsemodel.Must(responsemodel.As[UserRow, User](responsemodel.ExcludeNone()))

	// Write many values. The password is never read.
	message, err := users.Encode(UserRow{ID: 7, Name: "Ada", PasswordHash: "$2a$…"})
	fmt.Println(string(message), err)
	// Output: {"id":7,"name":"Ada"} <nil>
}

func ExampleNew() {
	type Event struct {
		Kind string   `json:"kind"`
		User User     `json:"user"`
		Tags []string `json:"tags"`
	}
	events, err := responsemodel.New[Event](responsemodel.Exclude("user.nickname"))
	if err != nil {
		panic(err)
	}
	line, err := events.Append(nil, Event{Kind: "login", User: User{ID: 7, Name: "Ada"}})
	fmt.Println(string(line), err)
	// Output: {"kind":"login","user":{"id":7,"name":"Ada"},"tags":[]} <nil>
}

func ExampleAs() {
	// What another service has sent passes through the model too.
	users, err := responsemodel.As[map[string]any, User]()
	if err != nil {
		panic(err)
	}
	text, err := users.Encode(map[string]any{"id": 7.0, "name": "Ada", "token": "secret"})
	fmt.Println(string(text), err)
	_, err = users.Encode(map[string]any{"name": "Ada"})
	fmt.Println(err)
	// Output:
	// {"id":7,"name":"Ada"} <nil>
	// responsemodel: result.id: the model requires a value, but the map has no such key
}

func ExampleAs_mistake() {
	type Row struct{ ID string }
	_, err := responsemodel.As[Row, User]()
	fmt.Println(err)
	// Output:
	// responsemodel: As[responsemodel_test.Row, responsemodel_test.User]: result.id: the source has string, which cannot be written as the model's int
	// responsemodel: As[responsemodel_test.Row, responsemodel_test.User]: result: model User has the required field name (Name), which Row does not have
}

func ExampleAppend() {
	line, err := responsemodel.Append([]byte("user="), &User{ID: 7, Name: "Ada"})
	fmt.Println(string(line), err)
	// Output: user={"id":7,"name":"Ada","nickname":null} <nil>
}

func ExampleEncoder_Append() {
	users := responsemodel.Must(responsemodel.As[UserRow, User](responsemodel.Include("id")))
	var lines []byte
	for id := range 3 {
		var err error
		if lines, err = users.Append(lines, UserRow{ID: id}); err != nil {
			panic(err)
		}
		lines = append(lines, '\n')
	}
	fmt.Print(string(lines))
	// Output:
	// {"id":0}
	// {"id":1}
	// {"id":2}
}

type Point struct{ X, Y int }

func (p Point) Sum() int { return p.X + p.Y }

func (Point) Computed() []responsemodel.ComputedField {
	return []responsemodel.ComputedField{responsemodel.Computed("sum", Point.Sum)}
}

func ExampleComputed() {
	text, err := responsemodel.Append(nil, Point{1, 2})
	fmt.Println(string(text), err)
	// Output: {"X":1,"Y":2,"sum":3} <nil>
}

func ExampleCheckRules() {
	type Order struct {
		Count int `json:"count" validate:"min=1"`
	}
	orders := responsemodel.Must(responsemodel.New[Order](responsemodel.CheckRules()))
	_, err := orders.Encode(Order{})
	fmt.Println(err)
	// Output: responsemodel: result.count: it breaks a rule of the model: Input should be greater than or equal to 1
}

type Item struct {
	Name  string   `json:"name"`
	Price *float64 `json:"price"`
	responsemodel.FieldsSet
}

func ExampleFieldsSet() {
	items := responsemodel.Must(responsemodel.New[Item](responsemodel.ExcludeUnset()))
	var change Item
	change.Mark("price") // set, to null
	text, err := items.Encode(change)
	fmt.Println(string(text), err)
	// Output: {"price":null} <nil>
}

// The options of an Encoder are those of routes. A value that does not fit is a MismatchError, which says where.
func ExampleOption() {
	type Point struct {
		X    int    `json:"x" default:"1"`
		Name string `json:"name,omitempty" validate:"even"`
	}
	options := []responsemodel.Option{
		responsemodel.ByAlias(false),
		responsemodel.ExcludeDefaults(),
		responsemodel.CheckRules(),
		responsemodel.RegisterValidation("even", func(v any, _ string) bool { return len(v.(string))%2 == 0 }),
	}
	var points *responsemodel.Encoder[Point] = responsemodel.Must(responsemodel.New[Point](options...))
	for _, p := range []Point{{X: 1, Name: "ab"}, {X: 2, Name: "abc"}} {
		text, err := points.Encode(p)
		mismatch, isMismatch := errors.AsType[*responsemodel.MismatchError](err)
		fmt.Println(string(text), isMismatch)
		if isMismatch {
			fmt.Println(mismatch.Path, mismatch.Text)
		}
	}
	// Output:
	// {"Name":"ab"} false
	//  true
	// result.Name it breaks a rule of the model: Value error, must satisfy even
}
