package binding_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/brio-go/brio/internal/testkit"
)

// TestTextErrorKinds: each type and rule reports a text that does not fit with the kind, message and ctx of pydantic 2.
func TestTextErrorKinds(t *testing.T) {
	t.Parallel()
	app := newKindsApp(t)
	for _, test := range []struct{ query, kind, msg, ctx string }{
		{"int=foo", "int_parsing", "Input should be a valid integer, unable to parse string as an integer", ""},
		{"int=99999999999999999999", "int_parsing_size", "Unable to parse input string as an integer, exceeded maximum size", ""},
		{"int=3", "greater_than", "Input should be greater than 3", `"gt":3`},
		{"at_least=2.5", "greater_than_equal", "Input should be greater than or equal to 3", `"ge":3`},
		{"at_least=x", "float_parsing", "Input should be a valid number, unable to parse string as a number", ""},
		{"at_least=inf", "finite_number", "Input should be a finite number", ""},
		{"below=3", "less_than", "Input should be less than 3", `"lt":3`},
		{"at_most=11", "less_than_equal", "Input should be less than or equal to 10.5", `"le":10.5`},
		{"small=128", "less_than_equal", "Input should be less than or equal to 127", `"le":127`},
		{"bool=perhaps", "bool_parsing", "Input should be a valid boolean, unable to interpret input", ""},
		{"short=abcd", "string_too_long", "String should have at most 3 characters", `"max_length":3`},
		{"long=", "string_too_short", "String should have at least 1 character", `"min_length":1`},
		{"pattern=x", "string_pattern_mismatch", "String should match pattern '^fixed$'", `"pattern":"^fixed$"`},
		{"literal=x", "literal_error", "Input should be 'created_at' or 'updated_at'", `"expected":"'created_at' or 'updated_at'"`},
		{"email=x", "value_error", "value is not a valid email address: An email address must have an @-sign.", `"reason":"An email address must have an @-sign."`},
		{"bytes=ab", "bytes_too_short", "Data should have at least 3 bytes", `"min_length":3`},
		{"even=3", "value_error", "Value error, not even", `"error":{}`},
		{"model=vgg", "enum", "Input should be 'alexnet', 'resnet' or 'lenet'", `"expected":"'alexnet', 'resnet' or 'lenet'"`},
		{"level=3", "enum", "Input should be 1, 2 or 30", `"expected":"1, 2 or 30"`},
		{"level=x", "enum", "Input should be 1, 2 or 30", `"expected":"1, 2 or 30"`},
		{"decimal=x", "decimal_parsing", "Input should be a valid decimal", ""},
		{"uuid=z2345678", "uuid_parsing", "Input should be a valid UUID, invalid character: found `z` at 1", "\"error\":\"invalid character: found `z` at 1\""},
		{"color=red", "color_error", "value is not a valid color", `"error":"no #"`},
		{"url=a/b", "url_parsing", "Input should be a valid URL, relative URL without a base", `"error":"relative URL without a base"`},
		{"url=", "url_parsing", "Input should be a valid URL, input is empty", `"error":"input is empty"`},
		{"url=http://", "url_parsing", "Input should be a valid URL, empty host", `"error":"empty host"`},
		{"url=http://a:x", "url_parsing", "Input should be a valid URL, invalid port number", `"error":"invalid port number"`},
		{"web=ftp://a.de", "url_scheme", "URL scheme should be 'http' or 'https'", `"expected_schemes":"'http' or 'https'"`},
		{"link=ftp://a.de", "url_scheme", "URL scheme should be 'http' or 'https'", `"expected_schemes":"'http' or 'https'"`},
		{"site=/b", "url_parsing", "Input should be a valid URL, relative URL without a base", `"error":"relative URL without a base"`},
		{"addr=1.2.3", "ip_any_address", "value is not a valid IPv4 or IPv6 address", ""},
		{"addr=", "ip_any_address", "value is not a valid IPv4 or IPv6 address", ""},
		{"prefix=1.2.3.4/33", "ip_any_network", "value is not a valid IPv4 or IPv6 network", ""},
		{"step=0.30000000000000004", "multiple_of", "Input should be a multiple of 0.1", `"multiple_of":0.1`},
		{"step=0.35", "multiple_of", "Input should be a multiple of 0.1", `"multiple_of":0.1`},
		{"peer=1.2.3.4:65536", "value_error", "Value error, not a valid IP address with a port", `"error":{}`},
		{"mac=01:23:45:67:89", "value_error", "Value error, not a valid MAC address", `"error":{}`},
		{"big=0x10", "int_parsing", "Input should be a valid integer, unable to parse string as an integer", ""},
		{"time=foo", "datetime_from_date_parsing", "Input should be a valid datetime or date, input is too short", `"error":"input is too short"`},
		{"time=invalid-date", "datetime_from_date_parsing", "Input should be a valid datetime or date, invalid character in year", `"error":"invalid character in year"`},
		{"time=2024-01-01T25:00:00Z", "datetime_parsing", "Input should be a valid datetime, hour value is outside expected range of 0-23", `"error":"hour value is outside expected range of 0-23"`},
		{"time=2024-01-01T00:00:00", "timezone_aware", "Input should have timezone info", ""},
		{"past=2999-01-01T00:00:00Z", "datetime_past", "Input should be in the past", ""},
		{"local=2024-13-01", "datetime_from_date_parsing", "Input should be a valid datetime or date, month value is outside expected range of 1-12", `"error":"month value is outside expected range of 1-12"`},
		{"local=2024-01-01T10:61", "datetime_parsing", "Input should be a valid datetime, minute value is outside expected range of 0-59", `"error":"minute value is outside expected range of 0-59"`},
		{"local=2024-01-01T10:00Z", "timezone_naive", "Input should not have timezone info", ""},
		{"date=2023-02-29", "date_parsing", "Input should be a valid date in the format YYYY-MM-DD, day value is outside expected range", `"error":"day value is outside expected range"`},
		{"date=2024-02-29T00:00:01Z", "date_from_datetime_inexact", "Datetimes provided to dates should have zero time - e.g. be exact dates", ""},
		{"date=2024-02-29Txx", "date_from_datetime_parsing", "Input should be a valid date or datetime, input is too short", `"error":"input is too short"`},
		{"clock=24:00", "time_parsing", "Input should be in a valid time format, hour value is outside expected range of 0-23", `"error":"hour value is outside expected range of 0-23"`},
		{"clock=10:00Z", "time_parsing", "Input should be in a valid time format, unexpected extra characters at the end of the input", `"error":"unexpected extra characters at the end of the input"`},
		{"duration=soon", "time_delta_parsing", "Input should be a valid timedelta, the form is PT1M30S, 1m30s or a number of seconds", `"error":"the form is PT1M30S, 1m30s or a number of seconds"`},
	} {
		name, value, _ := strings.Cut(test.query, "=")
		want := detailOf(test.kind, `"query","`+name+`"`, test.msg, strconv.Quote(value), test.ctx)
		if w := testkit.Get(app, "/?"+test.query); w.Body.String() != want {
			t.Errorf("%s\n got %s\nwant %s", test.query, w.Body, want)
		}
	}
	for _, test := range [][2]string{
		{"list=1", detailOf("too_short", `"query","list"`, "List should have at least 2 items after validation, not 1", `["1"]`, `"actual_length":1,"field_type":"List","min_length":2`)},
		{"list=1&list=x", detailOf("int_parsing", `"query","list",1`, "Input should be a valid integer, unable to parse string as an integer", `"x"`, "")},
		{"pair=1&pair=2&pair=3", detailOf("too_long", `"query","pair"`, "List should have at most 2 items after validation, not 3", `["1","2","3"]`, `"actual_length":3,"field_type":"List","max_length":2`)},
		{"unique=a&unique=a", detailOf("value_error", `"query","unique"`, "Value error, items must be unique", `["a","a"]`, `"error":{}`)},
		{"set=a&set=b&set=c&set=d", detailOf("too_long", `"query","set"`, "Set should have at most 3 items after validation, not more", `["a","b","c","d"]`, `"actual_length":null,"field_type":"Set","max_length":3`)},
		{"set=a&set=longer", detailOf("string_too_long", `"query","set",1`, "String should have at most 5 characters", `"longer"`, `"max_length":5`)},
		{"models=lenet&models=vgg", detailOf("enum", `"query","models",1`, "Input should be 'alexnet', 'resnet' or 'lenet'", `"vgg"`, `"expected":"'alexnet', 'resnet' or 'lenet'"`)},
	} {
		if w := testkit.Get(app, "/?"+test[0]); w.Body.String() != test[1] {
			t.Errorf("%s\n got %s\nwant %s", test[0], w.Body, test[1])
		}
	}
	testkit.WantBody(t, testkit.Get(app, "/path/foo"),
		detailOf("int_parsing", `"path","item_id"`, "Input should be a valid integer, unable to parse string as an integer", `"foo"`, ""))
	testkit.WantBody(t, testkit.Get(app, "/required"), `{"detail":[`+
		`{"type":"missing","loc":["query","q"],"msg":"Field required","input":null},`+
		`{"type":"missing","loc":["header","x-token"],"msg":"Field required","input":null},`+
		`{"type":"missing","loc":["cookie","ads"],"msg":"Field required","input":null}]}`)
}

// TestTextReadsTypes: each type is read from a query as it is read from JSON.
func TestTextReadsTypes(t *testing.T) {
	t.Parallel()
	app := newKindsApp(t)
	for _, test := range [][2]string{
		{"model=lenet&level=30", `{"model":"lenet","level":30}`},
		{"decimal=1.50", `{"decimal":"1.50"}`},
		{"uuid=01020304-0506-0708-090a-0b0c0d0e0f10", `{"uuid":"01020304-0506-0708-090a-0b0c0d0e0f10"}`},
		{"url=https://u:p@a.de:80/x%3Fy%23z", `{"url":"https://u:p@a.de:80/x?y#z"}`},
		{"site=https://u:p@a.de", `{"site":"https://u:p@a.de"}`},
		{"web=https://a.de&url=mailto:a@b.de", `{"url":"mailto:a@b.de","web":"https://a.de"}`},
		{"addr=::1&prefix=10.0.0.0/8", `{"addr":"::1","prefix":"10.0.0.0/8"}`},
		{"step=0.3", `{"step":0.3}`},
		{"peer=1.2.3.4:80&mac=0123.4567.89AB", `{"peer":"1.2.3.4:80","mac":"01:23:45:67:89:ab"}`},
		{"big=-123456789012345678901234567890", `{"big":-123456789012345678901234567890}`},
		{"time=2024-02-29T01:02:03.5%2B02:00", `{"time":"2024-02-29T01:02:03.5+02:00"}`},
		{"local=2024-02-29T01:02:03.50&date=2024-02-29&clock=01:02", `{"local":"2024-02-29T01:02:03.5","date":"2024-02-29","clock":"01:02:00"}`},
		{"local=2024-02-29&date=2024-02-29T00:00:00Z", `{"local":"2024-02-29T00:00:00","date":"2024-02-29"}`},
		{"duration=90&pair=1&pair=2", `{"duration":"PT1M30S","pair":[1,2]}`},
		{"set=b&set=a&set=b", `{"set":["a","b"]}`},
		{"models=resnet&models=lenet&models=resnet", `{"models":["lenet","resnet"]}`},
		{"dates=2024-02-29&dates=2023-01-01&dates=2024-02-29T00:00", `{"dates":["2023-01-01","2024-02-29"]}`},
	} {
		if w := testkit.Get(app, "/?"+test[0]); w.Body.String() != test[1] {
			t.Errorf("%s\n got %s\nwant %s", test[0], w.Body, test[1])
		}
	}
}
