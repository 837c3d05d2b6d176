package params_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/params"
)

// send sends a request to the app and prints the answer. A body is JSON.
func send(app http.Handler, method, target, body string) {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	fmt.Println(w.Code, strings.TrimSpace(w.Body.String()))
}

// sendForm sends a multipart form with one field and one file, and prints the answer.
func sendForm(app http.Handler, target string) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("title", "Holiday")
	file, _ := form.CreateFormFile("photo", "beach.txt")
	_, _ = io.WriteString(file, "sand and sea")
	_ = form.Close()
	r := httptest.NewRequest("POST", target, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	fmt.Println(w.Code, strings.TrimSpace(w.Body.String()))
}

type Item struct {
	Name  string  `json:"name" validate:"min=2"`
	Price float64 `json:"price" validate:"gt=0"`
}

func Example() {
	type createItem struct {
		Shop  string `path:"shop" validate:"min=2"`
		Draft bool   `query:"draft" default:"false"`
		Item  Item   `body:""`
	}
	app := brio.New()
	app.Post("/shops/{shop}/items", func(in createItem) string {
		return fmt.Sprintf("%s in %s, draft: %v", in.Item.Name, in.Shop, in.Draft)
	})
	send(app, "POST", "/shops/north/items?draft=yes", `{"name":"Lamp","price":12.5}`)
	send(app, "POST", "/shops/north/items", `{"name":"Lamp","price":0}`)
	// Output:
	// 200 "Lamp in north, draft: true"
	// 422 {"detail":[{"type":"greater_than","loc":["body","price"],"msg":"Input should be greater than 0","input":0,"ctx":{"gt":0}}]}
}

func ExampleBody() {
	app := brio.New()
	app.Post("/items", func(in params.Body[Item]) string { return in.Value.Name })
	send(app, "POST", "/items", `{"name":"Lamp","price":12.5}`)
	// Output: 200 "Lamp"
}

func ExampleQuery() {
	type page struct {
		Limit  int `json:"limit" default:"20" validate:"max=100"`
		Offset int `json:"offset" default:"0"`
	}
	app := brio.New()
	app.Get("/items", func(q params.Query[page]) page { return q.Value })
	send(app, "GET", "/items?offset=40", "")
	// Output: 200 {"limit":20,"offset":40}
}

func ExampleForm() {
	type login struct {
		Name string `json:"name"`
	}
	app := brio.New()
	app.Post("/login", func(f params.Form[login]) string { return "Hello " + f.Value.Name })
	r := httptest.NewRequest("POST", "/login", strings.NewReader("name=Ada"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	fmt.Println(w.Body)
	// Output: "Hello Ada"
}

func ExampleOptional() {
	type search struct {
		Color params.Optional[string] `json:"color"`
	}
	app := brio.New()
	app.Post("/search", func(in params.Body[search]) string {
		color, ok := in.Value.Color.Get()
		switch {
		case ok:
			return color
		case in.Value.Color.IsNull():
			return "null"
		}
		return "absent"
	})
	send(app, "POST", "/search", `{"color":"red"}`)
	send(app, "POST", "/search", `{"color":null}`)
	send(app, "POST", "/search", `{}`)
	// Output:
	// 200 "red"
	// 200 "null"
	// 200 "absent"
}

func ExamplePatch() {
	stored := Item{Name: "Lamp", Price: 12.5}
	app := brio.New()
	app.Patch("/items/7", func(in params.Body[params.Patch[Item]]) Item {
		fmt.Println("price sent:", in.Value.Has("price"))
		in.Value.Apply(&stored)
		return stored
	})
	send(app, "PATCH", "/items/7", `{"name":"Desk lamp"}`)
	// Output:
	// price sent: false
	// 200 {"name":"Desk lamp","price":12.5}
}

func ExampleJSONPatch() {
	stored := Item{Name: "Lamp", Price: 12.5}
	app := brio.New()
	app.Patch("/items/7", func(in params.Body[params.JSONPatch[Item]]) (Item, error) {
		show := func(op params.PatchOperation) { fmt.Println(op.Op, op.Path) }
		for _, op := range in.Value.Operations() {
			show(op)
		}
		err := in.Value.Apply(&stored)
		if conflict, ok := errors.AsType[*params.ConflictError](err); ok {
			fmt.Println("conflict:", conflict.Errors[0].Type)
		}
		return stored, err
	})
	patch := func(operations string) {
		r := httptest.NewRequest("PATCH", "/items/7", strings.NewReader(operations))
		r.Header.Set("Content-Type", "application/json-patch+json")
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		fmt.Println(w.Code, stored.Name)
	}
	patch(`[{"op":"test","path":"/price","value":12.5},{"op":"replace","path":"/name","value":"Desk lamp"}]`)
	patch(`[{"op":"replace","path":"/name","value":"Lamp"},{"op":"test","path":"/price","value":9}]`)
	// Output:
	// test /price
	// replace /name
	// 200 Desk lamp
	// replace /name
	// test /price
	// conflict: patch_test
	// 409 Desk lamp
}

func ExampleSet() {
	type tagged struct {
		Tags params.Set[string] `json:"tags"`
	}
	app := brio.New()
	app.Post("/tags", func(in params.Body[tagged]) tagged {
		in.Value.Tags.Add("new")
		return in.Value
	})
	send(app, "POST", "/tags", `{"tags":["red","blue","red"]}`)
	// Output: 200 {"tags":["blue","new","red"]}
}

func ExampleSetOf() {
	fmt.Println(params.SetOf(3, 1, 3, 2).Slice())
	// Output: [1 2 3]
}

// Level is an enum: a type with a method Values.
type Level string

func (Level) Values() []Level { return []Level{"info", "error"} }

func ExampleEnum() {
	var _ params.Enum[Level] = Level("")
	app := brio.New()
	app.Get("/log", func(in struct {
		Level Level `query:"level"`
	}) Level {
		return in.Level
	})
	send(app, "GET", "/log?level=info", "")
	send(app, "GET", "/log?level=all", "")
	// Output:
	// 200 "info"
	// 422 {"detail":[{"type":"enum","loc":["query","level"],"msg":"Input should be 'info' or 'error'","input":"all","ctx":{"expected":"'info' or 'error'"}}]}
}

// Size is a number or a text.
type Size struct {
	params.AnyOf
	Number *float64
	Text   *string
}

func ExampleAnyOf() {
	app := brio.New()
	app.Post("/size", func(in params.Body[Size]) string {
		if in.Value.Number != nil {
			return fmt.Sprint("number ", *in.Value.Number)
		}
		return "text " + *in.Value.Text
	})
	send(app, "POST", "/size", `4.5`)
	send(app, "POST", "/size", `"XL"`)
	// Output:
	// 200 "number 4.5"
	// 200 "text XL"
}

type Cat struct {
	Kind  string `json:"kind" validate:"oneof=cat"`
	Lives int    `json:"lives"`
}

type Dog struct {
	Kind string `json:"kind" validate:"oneof=dog"`
	Name string `json:"name"`
}

// Pet is a Cat or a Dog. The member kind says which.
type Pet struct {
	params.OneOf `discriminator:"kind"`
	Cat          *Cat
	Dog          *Dog
}

func ExampleOneOf() {
	app := brio.New()
	app.Post("/pets", func(in params.Body[Pet]) Pet { return in.Value })
	send(app, "POST", "/pets", `{"kind":"dog","name":"Rex"}`)
	send(app, "POST", "/pets", `{"kind":"cow"}`)
	// Output:
	// 200 {"kind":"dog","name":"Rex"}
	// 422 {"detail":[{"type":"union_tag_invalid","loc":["body"],"msg":"Input tag 'cow' found using 'kind' does not match any of the expected tags: 'cat', 'dog'","input":{"kind":"cow"},"ctx":{"discriminator":"'kind'","expected_tags":"'cat', 'dog'","tag":"cow"}}]}
}

func ExampleDate() {
	app := brio.New()
	app.Get("/days/{day}", func(in struct {
		Day params.Date `path:"day"`
	}) string {
		return in.Day.In(time.UTC).Weekday().String()
	})
	send(app, "GET", "/days/2024-02-29", "")
	send(app, "GET", "/days/2023-02-29", "")
	// Output:
	// 200 "Thursday"
	// 422 {"detail":[{"type":"date_parsing","loc":["path","day"],"msg":"Input should be a valid date in the format YYYY-MM-DD, day value is outside expected range","input":"2023-02-29","ctx":{"error":"day value is outside expected range"}}]}
}

func ExampleDateOf() {
	berlin := time.FixedZone("CET", 3600)
	fmt.Println(params.DateOf(time.Date(2024, 12, 31, 23, 30, 0, 0, time.UTC).In(berlin)))
	// Output: 2025-01-01
}

func ExampleTimeOfDay() {
	open := params.TimeOfDay{Hour: 9, Minute: 30}
	fmt.Println(open, open.Compare(params.TimeOfDay{Hour: 12}))
	// Output: 09:30:00 -1
}

func ExampleLocalDateTime() {
	departure := params.LocalDateTime{Date: params.Date{Year: 2024, Month: 5, Day: 6}, Time: params.TimeOfDay{Hour: 12}}
	berlin := time.FixedZone("CEST", 2*3600)
	fmt.Println(departure, departure.In(berlin).UTC())
	// Output: 2024-05-06T12:00:00 2024-05-06 10:00:00 +0000 UTC
}

func ExampleDateTime() {
	var with, without params.DateTime
	fmt.Println(with.UnmarshalText([]byte("2024-05-06T12:00:00+02:00")), without.UnmarshalText([]byte("2024-05-06T12:00:00")))
	fmt.Println(with, with.NoZone)
	fmt.Println(without, without.NoZone)
	// Output:
	// <nil> <nil>
	// 2024-05-06T12:00:00+02:00 false
	// 2024-05-06T12:00:00 true
}

func ExampleURL() {
	var u params.URL
	fmt.Println(u.UnmarshalText([]byte("/only/a/path")) != nil, u.UnmarshalText([]byte("https://example.com/a?b=c")), u.Host)
	// Output: true <nil> example.com
}

func ExampleUploadFile() {
	app := brio.New()
	app.Post("/photos", func(in struct {
		Title string            `form:"title"`
		Photo params.UploadFile `file:"photo"`
	}) (string, error) {
		content, err := in.Photo.ReadAll()
		return fmt.Sprintf("%s: %s, %d bytes: %s", in.Title, in.Photo.Filename, in.Photo.Size, content), err
	})
	sendForm(app, "/photos")
	// Output: 200 "Holiday: beach.txt, 12 bytes: sand and sea"
}

func ExampleParts() {
	app := brio.New()
	app.Post("/photos", func(parts *params.Parts) (string, error) {
		var total int64
		for part, err := range parts.All() {
			if err != nil {
				return "", err
			}
			n, err := io.Copy(io.Discard, part)
			if err != nil {
				return "", err
			}
			fmt.Printf("%s %q %d\n", part.Name, part.Filename, n)
			total += n
		}
		return fmt.Sprint(total), nil
	})
	sendForm(app, "/photos")
	// Output:
	// title "" 7
	// photo "beach.txt" 12
	// 200 "19"
}

// Span is a pair of numbers in order.
type Span struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// Validate implements params.Validator.
func (s Span) Validate(context.Context) error {
	if s.From > s.To {
		return &params.ErrorDetail{Type: "span", Loc: []any{"to"}, Msg: "The span ends before it begins"}
	}
	return nil
}

func ExampleValidator() {
	var _ params.Validator = Span{}
	app := brio.New()
	app.Post("/spans", func(in params.Body[Span]) int { return in.Value.To - in.Value.From })
	send(app, "POST", "/spans", `{"from":3,"to":1}`)
	// Output: 422 {"detail":[{"type":"span","loc":["body","to"],"msg":"The span ends before it begins","input":1}]}
}

func ExampleValidationError() {
	logged := brio.OnError(func(_ *http.Request, err *params.ValidationError) *brio.Response {
		fmt.Println(err)
		return brio.Error(400, fmt.Sprintf("%d mistakes", len(err.Errors))).Response()
	})
	app := brio.New(logged)
	app.Post("/items", func(in params.Body[Item]) string { return in.Value.Name })
	send(app, "POST", "/items", `{"name":"x"}`)
	// Output:
	// 2 validation errors; [body name]: String should have at least 2 characters; [body price]: Field required
	// 400 {"detail":"2 mistakes"}
}

// A source as one model. UploadLimits and Part are for forms with files, which Parts streams.
func ExampleParts_All() {
	app := brio.New(brio.UploadLimits(params.UploadLimits{Files: 2, FileSize: 1 << 30}))
	app.Post("/", func(in struct {
		params.Header[struct {
			XToken string `json:"x_token"`
		}]
	}, cookies params.Cookie[struct {
		Theme string `json:"theme" default:"light"`
	}], parts *params.Parts) (string, error) {
		text := in.Value.XToken + " " + cookies.Value.Theme
		for part, err := range parts.All() {
			if err != nil {
				return "", err
			}
			text += " " + describePart(part)
		}
		return text, nil
	})
	form := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"hat.txt\"\r\n\r\na hat\r\n--b--\r\n"
	r := httptest.NewRequest("POST", "/", strings.NewReader(form))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	r.Header.Set("X-Token", "secret")
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	fmt.Println(w.Code, w.Body)
	// Output:
	// 200 "secret light file hat.txt \"a hat\" <nil>"
}

// describePart reads one part of a form.
func describePart(part *params.Part) string {
	content, err := io.ReadAll(part)
	return fmt.Sprintf("%s %s %q %v", part.Name, part.Filename, content, err)
}

// Some and Null make an Optional.
func ExampleSome() {
	type Patch struct {
		Name params.Optional[string] `json:"name,omitzero"`
	}
	for _, p := range []Patch{{}, {params.Null[string]()}, {params.Some("hat")}} {
		text, err := json.Marshal(p)
		fmt.Println(string(text), err)
	}
	// Output:
	// {} <nil>
	// {"name":null} <nil>
	// {"name":"hat"} <nil>
}
