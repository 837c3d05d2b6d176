package binding_test

import (
	"strings"
	"testing"

	"github.com/brio-go/brio/internal/testkit"
)

// TestJSONErrorKinds: each type and rule reports a JSON value that does not fit with the kind, message and ctx of
// pydantic 2.
func TestJSONErrorKinds(t *testing.T) {
	t.Parallel()
	app := newKindsApp(t)
	const enum, levels = `"expected":"'alexnet', 'resnet' or 'lenet'"`, `"expected":"1, 2 or 30"`
	for _, test := range []struct{ doc, loc, kind, msg, input, ctx string }{
		{`{"int":"1"}`, `,"int"`, "int_type", "Input should be a valid integer", `"1"`, ""},
		{`{"int":1.5}`, `,"int"`, "int_from_float", "Input should be a valid integer, got a number with a fractional part", `1.5`, ""},
		{`{"int":3}`, `,"int"`, "greater_than", "Input should be greater than 3", `3`, `"gt":3`},
		{`{"int":99999999999999999999}`, `,"int"`, "int_parsing_size", "Unable to parse input string as an integer, exceeded maximum size", `99999999999999999999`, ""},
		{`{"at_least":"3"}`, `,"at_least"`, "float_type", "Input should be a valid number", `"3"`, ""},
		{`{"at_least":1e999}`, `,"at_least"`, "finite_number", "Input should be a finite number", `1e999`, ""},
		{`{"bool":1}`, `,"bool"`, "bool_type", "Input should be a valid boolean", `1`, ""},
		{`{"short":1}`, `,"short"`, "string_type", "Input should be a valid string", `1`, ""},
		{`{"bytes":1}`, `,"bytes"`, "bytes_type", "Input should be a valid bytes", `1`, ""},
		{`{"model":"vgg"}`, `,"model"`, "enum", "Input should be 'alexnet', 'resnet' or 'lenet'", `"vgg"`, enum},
		{`{"model":1}`, `,"model"`, "enum", "Input should be 'alexnet', 'resnet' or 'lenet'", `1`, enum},
		{`{"level":3}`, `,"level"`, "enum", "Input should be 1, 2 or 30", `3`, levels},
		{`{"map":{"vgg":1}}`, `,"map","vgg","[key]"`, "enum", "Input should be 'alexnet', 'resnet' or 'lenet'", `"vgg"`, enum},
		{`{"decimal":"x"}`, `,"decimal"`, "decimal_parsing", "Input should be a valid decimal", `"x"`, ""},
		{`{"decimal":[]}`, `,"decimal"`, "decimal_type", "Decimal input should be an integer, float, string or Decimal object", `[]`, ""},
		{`{"uuid":1}`, `,"uuid"`, "uuid_type", "UUID input should be a string, bytes or UUID object", `1`, ""},
		{`{"uuid":"0102"}`, `,"uuid"`, "uuid_parsing", "Input should be a valid UUID, invalid length: expected length 32 for simple format, found 4", `"0102"`, `"error":"invalid length: expected length 32 for simple format, found 4"`},
		{`{"color":"red"}`, `,"color"`, "color_error", "value is not a valid color", `"red"`, `"error":"no #"`},
		{`{"url":1}`, `,"url"`, "url_type", "URL input should be a string or URL", `1`, ""},
		{`{"url":"a"}`, `,"url"`, "url_parsing", "Input should be a valid URL, relative URL without a base", `"a"`, `"error":"relative URL without a base"`},
		{`{"web":"ftp://a.de"}`, `,"web"`, "url_scheme", "URL scheme should be 'http' or 'https'", `"ftp://a.de"`, `"expected_schemes":"'http' or 'https'"`},
		{`{"site":{}}`, `,"site"`, "url_type", "URL input should be a string or URL", `{}`, ""},
		{`{"site":"a"}`, `,"site"`, "url_parsing", "Input should be a valid URL, relative URL without a base", `"a"`, `"error":"relative URL without a base"`},
		{`{"addr":""}`, `,"addr"`, "ip_any_address", "value is not a valid IPv4 or IPv6 address", `""`, ""},
		{`{"addr":1}`, `,"addr"`, "ip_any_address", "value is not a valid IPv4 or IPv6 address", `1`, ""},
		{`{"addrs":{"":"x"}}`, `,"addrs","","[key]"`, "ip_any_address", "value is not a valid IPv4 or IPv6 address", `""`, ""},
		{`{"prefix":"1.2.3.4"}`, `,"prefix"`, "ip_any_network", "value is not a valid IPv4 or IPv6 network", `"1.2.3.4"`, ""},
		{`{"step":0.35}`, `,"step"`, "multiple_of", "Input should be a multiple of 0.1", `0.35`, `"multiple_of":0.1`},
		{`{"peer":""}`, `,"peer"`, "value_error", "Value error, not a valid IP address with a port", `""`, `"error":{}`},
		{`{"peer":"1.2.3.4"}`, `,"peer"`, "value_error", "Value error, not a valid IP address with a port", `"1.2.3.4"`, `"error":{}`},
		{`{"peer":80}`, `,"peer"`, "string_type", "Input should be a valid string", `80`, ""},
		{`{"mac":""}`, `,"mac"`, "value_error", "Value error, not a valid MAC address", `""`, `"error":{}`},
		{`{"mac":"AQIDBAUG"}`, `,"mac"`, "value_error", "Value error, not a valid MAC address", `"AQIDBAUG"`, `"error":{}`},
		{`{"mac":[1,2,3,4,5,6]}`, `,"mac"`, "string_type", "Input should be a valid string", `[1,2,3,4,5,6]`, ""},
		{`{"big":1.5}`, `,"big"`, "int_from_float", "Input should be a valid integer, got a number with a fractional part", `1.5`, ""},
		{`{"big":true}`, `,"big"`, "int_type", "Input should be a valid integer", `true`, ""},
		{`{"big":"1_0"}`, `,"big"`, "int_parsing", "Input should be a valid integer, unable to parse string as an integer", `"1_0"`, ""},
		{`{"time":1}`, `,"time"`, "datetime_type", "Input should be a valid datetime", `1`, ""},
		{`{"local":1}`, `,"local"`, "datetime_type", "Input should be a valid datetime", `1`, ""},
		{`{"local":"2024-01-01T00:00Z"}`, `,"local"`, "timezone_naive", "Input should not have timezone info", `"2024-01-01T00:00Z"`, ""},
		{`{"date":1}`, `,"date"`, "date_type", "Input should be a valid date", `1`, ""},
		{`{"date":"2024-1-1"}`, `,"date"`, "date_parsing", "Input should be a valid date in the format YYYY-MM-DD, input is too short", `"2024-1-1"`, `"error":"input is too short"`},
		{`{"clock":1}`, `,"clock"`, "time_type", "Input should be a valid time", `1`, ""},
		{`{"duration":true}`, `,"duration"`, "time_delta_type", "Input should be a valid timedelta", `true`, ""},
		{`{"list":{}}`, `,"list"`, "list_type", "Input should be a valid list", `{}`, ""},
		{`{"list":[1,"2"]}`, `,"list",1`, "int_type", "Input should be a valid integer", `"2"`, ""},
		{`{"set":"a"}`, `,"set"`, "set_type", "Input should be a valid set", `"a"`, ""},
		{`{"set":["a",1]}`, `,"set",1`, "string_type", "Input should be a valid string", `1`, ""},
		{`{"set":[]}`, `,"set"`, "too_short", "Set should have at least 1 item after validation, not 0", `[]`, `"actual_length":0,"field_type":"Set","min_length":1`},
		{`{"set":["a","b","a","c","d"]}`, `,"set"`, "too_long", "Set should have at most 3 items after validation, not more", `["a","b","a","c","d"]`, `"actual_length":null,"field_type":"Set","max_length":3`},
		{`{"set":["longer"]}`, `,"set",0`, "string_too_long", "String should have at most 5 characters", `"longer"`, `"max_length":5`},
		{`{"models":["vgg"]}`, `,"models",0`, "enum", "Input should be 'alexnet', 'resnet' or 'lenet'", `"vgg"`, enum},
		{`{"pair":[1]}`, `,"pair"`, "too_short", "List should have at least 2 items after validation, not 1", `[1]`, `"actual_length":1,"field_type":"List","min_length":2`},
		{`{"unique":["a","a"]}`, `,"unique"`, "value_error", "Value error, items must be unique", `["a","a"]`, `"error":{}`},
		{`{"map":[]}`, `,"map"`, "dict_type", "Input should be a valid dictionary", `[]`, ""},
		{`{"item":1}`, `,"item"`, "model_attributes_type", "Input should be a valid dictionary or object to extract fields from", `1`, ""},
		{`{"item":{"price":1}}`, `,"item","name"`, "missing", "Field required", `{"price":1}`, ""},
		{`{"what":1}`, `,"what"`, "extra_forbidden", "Extra inputs are not permitted", `1`, ""},
		{`[]`, ``, "model_attributes_type", "Input should be a valid dictionary or object to extract fields from", `[]`, ""},
		{`null`, ``, "missing", "Field required", `null`, ""},
		{`{"a":}`, `,5`, "json_invalid", "JSON decode error", `{}`, `"error":"Expecting value"`},
	} {
		w := testkit.PostJSON(app, "/", test.doc)
		if want := detailOf(test.kind, `"body"`+test.loc, test.msg, test.input, test.ctx); w.Body.String() != want {
			t.Errorf("%s\n got %s\nwant %s", test.doc, w.Body, want)
		}
		testkit.WantStatus(t, w, 422)
	}
}

// TestJSONRoundTripsTypes: each type writes what it reads. A second spelling of a value is written in the first.
func TestJSONRoundTripsTypes(t *testing.T) {
	t.Parallel()
	app := newKindsApp(t)
	for _, doc := range []string{
		`{"model":"lenet","level":30}`, `{"decimal":"1.50"}`, `{"uuid":"01020304-0506-0708-090a-0b0c0d0e0f10"}`,
		`{"url":"https://u:p@a.de:80/x?y#z"}`, `{"site":"https://u:p@a.de:80/x?y#z"}`, `{"web":"https://a.de"}`,
		`{"addr":"fe80::1%eth0","prefix":"10.0.0.0/8","addrs":{"::1":"home"}}`, `{"peer":"[fe80::1%eth0]:80","mac":"01:23:45:67:89:ab"}`, `{"big":-123456789012345678901234567890}`,
		`{"local":"2024-02-29T01:02:03.5","date":"2024-02-29","clock":"01:02:00"}`, `{"duration":"PT1M30S","pair":[1,2]}`,
		`{"set":["a","b"],"models":["lenet"],"dates":["2023-01-01","2024-02-29"]}`, `{"map":{"lenet":1}}`,
	} {
		testkit.WantBody(t, testkit.PostJSON(app, "/", doc), doc)
	}
	for _, test := range [][2]string{
		{`{"big":"12"}`, `{"big":12}`}, {`{"decimal":1.50}`, `{"decimal":"1.50"}`},
		{`{"set":["b","a","b"]}`, `{"set":["a","b"]}`}, {`{"dates":["2024-01-01","2024-01-01T00:00:00"]}`, `{"dates":["2024-01-01"]}`},
		{`{"duration":90,"site":"http:\/\/a.de"}`, `{"site":"http://a.de","duration":"PT1M30S"}`},
	} {
		testkit.WantBody(t, testkit.PostJSON(app, "/", test[0]), test[1])
	}
	huge := `{"big":"` + strings.Repeat("1", 4301) + `"}`
	if w := testkit.PostJSON(app, "/", huge); !strings.Contains(w.Body.String(), "int_parsing_size") {
		t.Errorf("%s", w.Body)
	}
}
