package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/brio-go/brio/bench/api"
)

type Request struct {
	Method, Target string
	Header         [][2]string
	Body           string
}

type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Case is a workload (its name starts with W) or a further check.
type Case struct {
	Name     string
	Requests []Request
	Check    func(i int, r Response) error
}

const validBody = `{"username":"johndoe","email":"john.doe@example.com","full_name":"John Ronald Doe","password":"correct-horse-battery-staple","age":42,"tags":["admin","staff","beta-tester"],"address":{"street":"221B Baker Street, Marylebone, second floor","city":"London","zip":"NW16XE"}}`

// An order by card, with members that are null or set, and one by transfer that lacks them. Their times are in UTC and with an offset.
const (
	cardOrder     = `{"customer":"johndoe","placed_at":"2026-11-29T10:15:30Z","deliver_after":"2026-12-01T08:00:00+01:00","items":{"sku-1001":2,"sku-2002":1,"gift-box":12},"labels":{"channel":"web","campaign":"advent-2026"},"message":"Happy birthday, and many more","coupon":null,"payment":{"kind":"card","holder":"John Ronald Doe","number":"4111111111111111","expires":"2028-03-31T00:00:00Z"}}`
	transferOrder = `{"customer":"janedoe","placed_at":"2026-11-30T18:45:00.125Z","items":{"sku-3003":1,"sku-4004":4},"labels":{"channel":"phone"},"payment":{"kind":"transfer","iban":"DE89370400440532013000","reference":"order of 30 November"}}`
)

var (
	jsonType = [2]string{"Content-Type", "application/json"}
	// A few headers that any client sends, so that headers are not an empty map.
	common = [][2]string{{"Accept", "*/*"}, {"User-Agent", "github.com/brio-go/brio/bench/1.0"}}
)

// invalidBody has three errors: the e-mail, the age and the zip.
var invalidBody = strings.NewReplacer("john.doe@example.com", "not-an-email", `"age":42`, `"age":200`, "NW16XE", "N1").Replace(validBody)

func get(target string, header ...[2]string) Request {
	return Request{"GET", target, slices.Concat(common, header), ""}
}

func post(target, body string) Request {
	return Request{"POST", target, append(slices.Clone(common), jsonType), body}
}

// routed takes 16 parameterised routes spread over the table, filled in.
func routed() (reqs []Request, want []string) {
	values := strings.NewReplacer("{p1}", "golang", "{p2}", "go", "{p3}", "4711", "{p4}", "bug")
	last := []string{"ok", "golang", "go", "4711", "bug"}
	var with []api.Route
	for _, r := range api.Routes() {
		if r.Params > 0 {
			with = append(with, r)
		}
	}
	for i := range 16 {
		r := with[i*len(with)/16]
		reqs = append(reqs, Request{r.Method, values.Replace(r.Path), common, ""})
		want = append(want, last[r.Params])
	}
	return reqs, want
}

func Cases() []Case {
	token, session := [2]string{"X-Token", "tok-0123456789"}, [2]string{"Cookie", "session=s-0123456789; theme=dark"}
	item := api.ItemOut{ItemID: 42, Q: "hello world", Limit: 20, Tags: []string{"a", "b"}, XToken: token[1], Session: "s-0123456789"}
	defaulted := item
	defaulted.Limit = 10
	var in api.UserIn
	if err := json.Unmarshal([]byte(validBody), &in); err != nil {
		panic(err)
	}
	created := api.Create(&in)
	orders := []Request{post("/orders", cardOrder), post("/orders", transferOrder)}
	routedRequests, routedWant := routed()
	return []Case{
		{"W1_plaintext", []Request{get("/")}, text(api.Hello)},
		{"W2_params", []Request{get("/items/42?q=hello+world&limit=20&tags=a&tags=b", token, session)}, jsonIs(200, item)},
		{"W3_body", []Request{post("/users", validBody)}, all(jsonIs(201, created.Public()), hasCreated)},
		{"W4_list", []Request{get("/users")}, jsonIs(200, api.PublicUsers(api.Users))},
		{"W5_depends", []Request{get("/me", [2]string{"Authorization", "Bearer " + api.Token(7)})}, jsonIs(200, api.Users[6].Public())},
		{"W6_invalid", []Request{post("/users", invalidBody)}, locations("body.address.zip", "body.age", "body.email")},
		{"W7_routes", routedRequests, func(i int, r Response) error { return text(routedWant[i])(i, r) }},
		{"W8_order", orders, all(each(jsonIs(201, placed(cardOrder)), jsonIs(201, placed(transferOrder))), hasNoSecret)},
		{"W9_orders", []Request{get("/orders")}, all(jsonIs(200, api.PublicOrders(api.Orders)), hasNoSecret)},

		{"default_limit", []Request{get("/items/42?q=hello+world&tags=a&tags=b", token, session)}, jsonIs(200, defaulted)},
		{"escaped_query", []Request{get("/items/42?q=hello%20world&limit=20&tags=%61&tags=b", token, session)}, jsonIs(200, item)},
		{"bad_params", []Request{
			get("/items/0?limit=20&tags=a", token, session),
			get("/items/x?limit=20&tags=a", token, session),
			get("/items/1?limit=101&tags=a", token, session),
			get("/items/1?limit=x&tags=a", token, session),
			get("/items/1?tags=a&q="+strings.Repeat("q", 51), token, session),
			get("/items/1?tags=a", session),
			get("/items/1?tags=a", token),
		}, clientError},
		{"bad_json", []Request{
			post("/users", `{"username":`),
			post("/users", ``),
			post("/users", strings.Replace(validBody, `"age":42`, `"age":"old"`, 1)),
		}, clientError},
		{"tag_too_long", []Request{post("/users", strings.Replace(validBody, "staff", strings.Repeat("x", 21), 1))}, clientError},
		{"bad_order", []Request{
			post("/orders", strings.Replace(cardOrder, "10:15:30Z", "10:15", 1)),
			post("/orders", strings.Replace(cardOrder, `"sku-1001":2`, `"sku-1001":0`, 1)),
			post("/orders", strings.Replace(cardOrder, `"sku-1001":2,"sku-2002":1,"gift-box":12`, ``, 1)),
			post("/orders", strings.Replace(cardOrder, `"web"`, `"`+strings.Repeat("x", 51)+`"`, 1)),
			post("/orders", strings.Replace(cardOrder, `"coupon":null`, `"coupon":"abc"`, 1)),
			post("/orders", strings.Replace(cardOrder, "4111111111111111", "4111", 1)),
			post("/orders", strings.Replace(cardOrder, `"kind":"card"`, `"kind":"cash"`, 1)),
			post("/orders", strings.Replace(transferOrder, "DE89370400440532013000", "DE89", 1)),
		}, clientError},
		{"unauthenticated", []Request{
			get("/me"),
			get("/me", [2]string{"Authorization", "Basic eDp5"}),
			get("/me", [2]string{"Authorization", "Bearer nobody"}),
		}, all(clientError, challenged)},
		{"not_found", []Request{get("/no/such/route")}, status(404)},
	}
}

// placed is the answer to an order.
func placed(body string) api.OrderOut {
	var in api.OrderIn
	if err := json.Unmarshal([]byte(body), &in); err != nil {
		panic(err)
	}
	order := api.Place(&in)
	return order.Public()
}

// Workloads are the cases to measure.
func Workloads() []Case {
	return slices.DeleteFunc(Cases(), func(c Case) bool { return c.Name[0] != 'W' })
}

func all(checks ...func(int, Response) error) func(int, Response) error {
	return func(i int, r Response) error {
		for _, c := range checks {
			if err := c(i, r); err != nil {
				return err
			}
		}
		return nil
	}
}

// each has one check for each request.
func each(checks ...func(int, Response) error) func(int, Response) error {
	return func(i int, r Response) error { return checks[i](i, r) }
}

func status(want int) func(int, Response) error {
	return func(_ int, r Response) error {
		if r.Status != want {
			return fmt.Errorf("status %d, want %d: %.300s", r.Status, want, r.Body)
		}
		return nil
	}
}

func contentType(r Response, want string) error {
	if got := r.Header.Get("Content-Type"); !strings.HasPrefix(got, want) {
		return fmt.Errorf("Content-Type %q, want %s", got, want)
	}
	return nil
}

func text(want string) func(int, Response) error {
	return func(i int, r Response) error {
		if err := status(200)(i, r); err != nil {
			return err
		}
		if string(r.Body) != want {
			return fmt.Errorf("body %q, want %q", r.Body, want)
		}
		return contentType(r, "text/plain")
	}
}

func jsonIs(code int, want any) func(int, Response) error {
	b, err := json.Marshal(want)
	if err != nil {
		panic(err)
	}
	var wantTree any
	if err := json.Unmarshal(b, &wantTree); err != nil {
		panic(err)
	}
	return func(i int, r Response) error {
		if err := status(code)(i, r); err != nil {
			return err
		}
		var got any
		if err := json.Unmarshal(r.Body, &got); err != nil {
			return fmt.Errorf("%w in %.300s", err, r.Body)
		}
		if !reflect.DeepEqual(got, wantTree) {
			return fmt.Errorf("body %.400s\nwant %.400s", r.Body, b)
		}
		return contentType(r, "application/json")
	}
}

func hasCreated(_ int, r Response) error {
	if got := r.Header.Get("X-Created-By"); got != api.CreatedBy {
		return fmt.Errorf("X-Created-By %q", got)
	}
	cookies := (&http.Response{Header: r.Header}).Cookies()
	if len(cookies) != 1 {
		return fmt.Errorf("%d cookies: %v", len(cookies), cookies)
	}
	got, want := cookies[0], api.NewSessionCookie()
	if got.Name != want.Name || got.Value != want.Value || got.Path != want.Path || got.HttpOnly != want.HttpOnly || got.SameSite != want.SameSite {
		return fmt.Errorf("cookie %v, want %v", got, want)
	}
	if bytes.Contains(r.Body, []byte("password")) {
		return fmt.Errorf("password leaked: %s", r.Body)
	}
	return nil
}

// hasNoSecret wants neither how an order was paid nor by whom it was handled.
func hasNoSecret(_ int, r Response) error {
	for _, secret := range []string{"4111111111111111", "DE89370400440532013000", "clerk"} {
		if bytes.Contains(r.Body, []byte(secret)) {
			return fmt.Errorf("%s leaked: %.300s", secret, r.Body)
		}
	}
	return nil
}

func challenged(_ int, r Response) error {
	if r.Status != 401 || r.Header.Get("WWW-Authenticate") != api.Challenge {
		return fmt.Errorf("status %d, WWW-Authenticate %q", r.Status, r.Header.Get("WWW-Authenticate"))
	}
	return nil
}

// clientError wants a 4xx with a message: detail as text or as a list of errors.
func clientError(_ int, r Response) error {
	if r.Status < 400 || r.Status > 499 {
		return fmt.Errorf("status %d, want 4xx: %.300s", r.Status, r.Body)
	}
	ls, detail, err := explained(r.Body)
	if err == nil && len(ls) == 0 && detail == "" {
		err = fmt.Errorf("no message in %.300s", r.Body)
	}
	return err
}

// locations wants a 422 that lists exactly these errors, each with a message. Of
// the two shapes in use, FastAPI's {"detail":[{loc,msg}]} and RFC 9457's
// {"errors":[{location,message}]}, either will do.
func locations(want ...string) func(int, Response) error {
	return func(i int, r Response) error {
		if err := status(422)(i, r); err != nil {
			return err
		}
		got, _, err := explained(r.Body)
		if err != nil {
			return err
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			return fmt.Errorf("locations %v, want %v", got, want)
		}
		return nil
	}
}

func explained(body []byte) (locs []string, detail string, err error) {
	var doc struct {
		Detail json.RawMessage
		Errors []struct{ Location, Message string }
	}
	if err := json.Unmarshal(body, &doc); err != nil {
		return nil, "", fmt.Errorf("%w in %.300s", err, body)
	}
	for _, e := range doc.Errors {
		if e.Message == "" {
			return nil, "", fmt.Errorf("error without a message: %.300s", body)
		}
		locs = append(locs, e.Location)
	}
	var list []struct {
		Loc []any
		Msg string
	}
	if json.Unmarshal(doc.Detail, &list) == nil {
		for _, e := range list {
			if e.Msg == "" {
				return nil, "", fmt.Errorf("error without a message: %.300s", body)
			}
			var parts []string
			for _, p := range e.Loc {
				parts = append(parts, fmt.Sprint(p))
			}
			locs = append(locs, strings.Join(parts, "."))
		}
		return locs, "", nil
	}
	return locs, detail, json.Unmarshal(doc.Detail, &detail)
}
