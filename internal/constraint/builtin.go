package constraint

import (
	"reflect"

	"github.com/brio-go/brio/openapi/spec"
)

// subject is a set of the sorts of values that a rule can check.
type subject uint16

const (
	text subject = 1 << iota
	integer
	unsigned
	float
	boolean
	list        // slices and arrays
	dict        // maps
	moment      // time.Time
	raw         // []byte
	stringer    // a type with String() string
	anything    // every type but structs
	selfOrdered // a struct with Cmp or Compare, see ordered.go; subjectOf does not look for it

	number  = integer | unsigned | float
	sized   = text | list | dict
	ordered = sized | number | moment | selfOrdered
)

// argument is the kind of text that a rule needs after the =.
type argument uint8

const (
	none         argument = iota
	bound                 // a number or a length, by the type of the value
	divisor               // a number above 0
	wordList              // one or more words
	someText              // a non-empty text
	anyText               // a text, which may be empty
	layout                // a layout of package time
	countryCode           // an ISO 3166 alpha-2 code
	optional              // a text or none
	elementField          // the name of a field of a list's elements, or none
	methodName            // the name of a method of the type; none is Validate

	otherField    // the name of another field, which is compared
	otherFields   // the names of other fields, whose presence decides
	fieldsAndText // pairs of the name of another field and its value
)

// isCross reports whether the rule is about other fields of the struct.
func (a argument) isCross() bool { return a >= otherField }

// restriction says why a rule must not check values of clients.
type restriction uint8

const (
	harmless restriction = iota
	disk
	dns
)

// ruleInfo is the row of a rule: what it checks, the direct check in Go, the words of its failure, and what JSON Schema says of it.
// Nothing else knows rules by their names, so a rule needs nothing but its row. A rule of a later validator has no row: only the dry
// run checks its use.
type ruleInfo struct {
	own         bool // validator lacks the rule: the direct check, which all its types have, decides alone
	on          subject
	arg         argument
	restriction restriction
	slow        int      // its cost per byte is so high that it refuses texts of more bytes unread, see slow.go; 0: any text is read
	compares    Operator // the comparison with the bound
	literal     bool     // it compares a string with the param or the words, not its length with a number
	viaString   bool     // validator reads strings alone, so another type is checked by its String()

	// Direct checks may only accept, but isNot may only refuse. Without one, validator decides.
	is      func(s string) bool                                     // of strings
	isNot   func(s string) bool                                     // of strings, before a slow validator
	direct  func(r Rule, limit int) func(s string) bool             // of strings, by the param or the limit of slow rules
	values  func(t reflect.Type, r Rule) func(v reflect.Value) bool // of values that are no strings
	report  func(e *Engine, r Rule) reporter                        // the failure; nil: of the pattern, else "must satisfy …"
	format  string                                                  // of strings, for the schema
	loose   string                                                  // a pattern for the schema alone, which accepts more than the rule
	pattern func(param string) string                               // a regular expression (RE2) for exactly the strings that the rule accepts
	schema  func(r Rule, on subject) *spec.Schema                   // keywords that say the same; nil for none
}

// builtin has the rules of validator and our own by name. It does not change.
var builtin = map[string]ruleInfo{
	"min": {on: ordered, arg: bound, compares: GreaterEqual}, "max": {on: ordered, arg: bound, compares: LessEqual},
	"gt": {on: ordered, arg: bound, compares: Greater}, "gte": {on: ordered, arg: bound, compares: GreaterEqual},
	"lt": {on: ordered, arg: bound, compares: Less}, "lte": {on: ordered, arg: bound, compares: LessEqual},
	"len": {on: sized | number, arg: bound, compares: Equal},
	"eq":  {on: sized | number | boolean | selfOrdered, arg: bound, compares: Equal, literal: true, schema: equalTo},
	"ne":  {on: sized | number | boolean | selfOrdered, arg: bound, compares: NotEqual, literal: true, schema: notEqualTo},

	"multiple_of":    {own: true, on: number, arg: divisor, values: isMultiple, report: reportMultiple, schema: multipleOf},
	"oneof":          {on: text | integer | unsigned, arg: wordList, literal: true, direct: isWordOf, values: isNumberOf, report: reportWords, schema: wordsOf},
	"noneof":         {on: text | integer | unsigned, arg: wordList, direct: isNoWordOf, values: isNoNumberOf, schema: not(wordsOf)},
	"oneofci":        {on: text, arg: wordList, report: reportWords, schema: inAnyCase},
	"noneofci":       {on: text, arg: wordList, schema: not(inAnyCase)},
	"eq_ignore_case": {on: text, arg: anyText, schema: inAnyCase},
	"ne_ignore_case": {on: text, arg: anyText, schema: not(inAnyCase)},
	"unique":         {on: list | dict, arg: elementField, values: acceptUnique, report: reportUnique, schema: uniqueItems},
	"isdefault":      {on: anything, schema: zeroValue},
	"validateFn":     {on: anything, arg: methodName},

	"contains":      {on: text, arg: someText, direct: contains, pattern: quoted("", "")},
	"containsany":   {on: text, arg: someText, direct: containsAny, pattern: anyOfCharacters},
	"containsrune":  {on: text, arg: someText, pattern: firstCharacter(anyOfCharacters)},
	"excludes":      {on: text, arg: someText, direct: excludes, schema: not(matches(quoted("", "")))},
	"excludesall":   {on: text, arg: someText, direct: excludesAll, pattern: noneOfCharacters},
	"excludesrune":  {on: text, arg: someText, pattern: firstCharacter(noneOfCharacters)},
	"startswith":    {on: text, arg: someText, direct: startsWith, pattern: quoted("^", "")},
	"startsnotwith": {on: text, arg: someText, direct: startsNotWith, schema: not(matches(quoted("^", "")))},
	"endswith":      {on: text, arg: someText, direct: endsWith, pattern: quoted("", "$")},
	"endsnotwith":   {on: text, arg: someText, direct: endsNotWith, schema: not(matches(quoted("", "$")))},

	// Comparing with strings.ToLower and ToUpper means the patterns, except for letters without a counterpart. Their loose ones
	// accept all letters beyond ASCII.
	"lowercase": {on: text, is: isLower, pattern: exactly(`^[^\p{Lu}\p{Lt}]+$`), loose: "^[^A-Z]+$"},
	"uppercase": {on: text, is: isUpper, pattern: exactly(`^[^\p{Ll}\p{Lt}]+$`), loose: "^[^a-z]+$"},

	"alpha":           {on: text, slow: longText, is: isAlpha, pattern: exactly(`^[a-zA-Z]+$`)},
	"alphaspace":      {on: text, slow: longText, is: isAlphaSpace, pattern: exactly(`^[a-zA-Z ]+$`)},
	"alphanum":        {on: text, slow: longText, is: isAlphanumeric, pattern: exactly(`^[a-zA-Z0-9]+$`)},
	"alphanumspace":   {on: text, slow: longText, is: isAlphanumericSpace, pattern: exactly(`^[a-zA-Z0-9 ]+$`)},
	"alphaunicode":    {on: text, slow: longText, is: isUnicodeAlpha, pattern: exactly(`^[\p{L}]+$`)},
	"alphanumunicode": {on: text, slow: longText, is: isUnicodeAlphanumeric, pattern: exactly(`^[\p{L}\p{N}]+$`)},
	"ascii":           {on: text, slow: longText, is: isASCII, pattern: exactly(`^[\x00-\x7F]*$`)},
	"printascii":      {on: text, slow: longText, is: isPrintable, pattern: exactly(`^[\x20-\x7E]*$`)},
	"multibyte":       {on: text, slow: longText, is: isMultibyte, pattern: exactly(`[^\x00-\x7F]`)},
	"numeric":         {on: text | number, slow: longText, is: isNumeric, pattern: exactly(`^[-+]?[0-9]+(?:\.[0-9]+)?$`)},
	"number":          {on: text | number, slow: longText, is: isDigits, pattern: exactly(`^[0-9]+$`)},
	"hexadecimal":     {on: text, slow: longText, is: isHexadecimal, pattern: exactly(`^(0[xX])?[0-9a-fA-F]+$`)},

	"json":      {on: text | raw, schema: jsonText},
	"boolean":   {on: text | boolean, loose: "^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$"},
	"port":      {on: integer | unsigned, schema: between("1", "65535")},
	"latitude":  {on: text | number, slow: longText, schema: between("-90", "90")},
	"longitude": {on: text | number, slow: longText, schema: between("-180", "180")},
	"datetime":  {on: text, arg: layout, slow: longText, direct: isDatetime, report: reportDatetime, schema: datetimeFormat},
	"timezone":  {on: text, slow: longText}, "duration": {on: text, slow: longText},

	"email":     {on: text, slow: longEmail, direct: isEmail, isNot: lacksAtSign, report: reportEmail, format: "email"},
	"url":       {on: text | stringer, slow: longText, viaString: true, direct: isWebURL, report: reportURL(), format: "uri"},
	"uri":       {on: text | stringer, slow: longText, viaString: true, report: reportURL(), format: "uri"},
	"http_url":  {on: text | stringer, slow: longText, viaString: true, direct: isWebURL, report: reportURL("http", "https"), format: "uri", loose: "^[hH][tT][tT][pP][sS]?:"},
	"https_url": {on: text | stringer, slow: longText, viaString: true, direct: isHTTPSURL, report: reportURL("https"), format: "uri", loose: "^[hH][tT][tT][pP][sS]:"},
	"origin":    {on: text, slow: longText}, "urn_rfc8141": {on: text, slow: longText}, "urn_rfc2141": {on: text, slow: longText},
	"datauri": {on: text, slow: longText, is: isDataURI},
	"html":    {on: text, slow: longText}, "html_encoded": {on: text, slow: longText}, "url_encoded": {on: text, slow: longText},
	"base32":       {on: text, slow: longText},
	"base64":       {on: text, slow: longText, is: isBase64, loose: base64Text("A-Za-z0-9+/")},
	"base64url":    {on: text, slow: longText, is: isBase64URL, loose: base64Text("A-Za-z0-9_-")},
	"base64rawurl": {on: text, slow: longText, is: isBase64RawURL, loose: "^[A-Za-z0-9_-]{2,}$"},
	"jwt":          {on: text, slow: longText, loose: `^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$`},

	"ipv4":   {on: text, slow: longText, is: isIPv4, report: always(IPv4Address), format: "ipv4"},
	"ipv6":   {on: text, slow: longText, is: isIPv6, report: always(IPv6Address), format: "ipv6"},
	"ip":     {on: text, slow: longText, is: isIP, report: always(IPAnyAddress), schema: ipv4OrIPv6},
	"cidrv4": {on: text, slow: longText, report: always(IPv4Network), loose: `^[0-9.]+/[0-9]{1,2}$`},
	"cidrv6": {on: text, slow: longText, report: always(IPv6Network), loose: NetworkText},
	"cidr":   {on: text, slow: longText, report: always(IPAnyNetwork), loose: NetworkText},
	"mac":    {on: text, slow: longText, loose: MACText},

	"hostname":         {on: text, slow: longText, format: "hostname", loose: "^[a-zA-Z]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$"},
	"hostname_rfc1123": {on: text, slow: longText, format: "hostname", loose: "^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$"},
	"fqdn":             {on: text, slow: longText, format: "hostname", loose: `^[a-zA-Z0-9][a-zA-Z0-9.-]*\.[a-zA-Z][a-zA-Z0-9-]*\.?$`},
	"hostname_label":   {on: text}, "hostname_port": {on: text, slow: longText}, "dns_rfc1035_label": {on: text, slow: longText},

	// The version of a UUID is a character; 0 is any. The rules without _rfc4122 accept lower case only.
	"uuid":          {on: text | stringer, slow: longText, direct: isUUIDOf(0, false), report: reportUUID(0, false), format: "uuid"},
	"uuid_rfc4122":  {on: text | stringer, slow: longText, direct: isUUIDOf(0, false), report: reportUUID(0, false), format: "uuid"},
	"uuid3":         {on: text | stringer, slow: longText, direct: isUUIDOf('3', true), report: reportUUID('3', true), format: "uuid", loose: uuidText("3", "0-9a-f", "")},
	"uuid4":         {on: text | stringer, slow: longText, direct: isUUIDOf('4', true), report: reportUUID('4', true), format: "uuid", loose: uuidText("4", "89ab", "")},
	"uuid5":         {on: text | stringer, slow: longText, direct: isUUIDOf('5', true), report: reportUUID('5', true), format: "uuid", loose: uuidText("5", "89ab", "")},
	"uuid7":         {on: text | stringer, slow: longText, direct: isUUIDOf('7', true), report: reportUUID('7', true), format: "uuid", loose: uuidText("7", "89ab", "")},
	"uuid3_rfc4122": {on: text | stringer, slow: longText, direct: isUUIDOf('3', false), report: reportUUID('3', false), format: "uuid", loose: uuidText("3", "0-9a-fA-F", "A-F")},
	"uuid4_rfc4122": {on: text | stringer, slow: longText, direct: isUUIDOf('4', false), report: reportUUID('4', false), format: "uuid", loose: uuidText("4", "89abAB", "A-F")},
	"uuid5_rfc4122": {on: text | stringer, slow: longText, direct: isUUIDOf('5', false), report: reportUUID('5', false), format: "uuid", loose: uuidText("5", "89abAB", "A-F")},
	"ulid":          {on: text | stringer, slow: longText, loose: "^[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}$"},

	"md4": {on: text, slow: longText, loose: hexadecimals(32)}, "md5": {on: text, slow: longText, loose: hexadecimals(32)},
	"sha256": {on: text, slow: longText, loose: hexadecimals(64)}, "sha384": {on: text, slow: longText, loose: hexadecimals(96)},
	"sha512":    {on: text, slow: longText, loose: hexadecimals(128)},
	"ripemd128": {on: text, slow: longText, loose: hexadecimals(32)}, "ripemd160": {on: text, slow: longText, loose: hexadecimals(40)},
	"tiger128": {on: text, slow: longText, loose: hexadecimals(32)}, "tiger160": {on: text, slow: longText, loose: hexadecimals(40)},
	"tiger192": {on: text, slow: longText, loose: hexadecimals(48)},

	"hexcolor": {on: text, slow: longText, loose: "^#([0-9a-fA-F]{3}|[0-9a-fA-F]{4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$"},
	"iscolor":  {on: text, slow: longText}, "cmyk": {on: text, slow: longText}, "rgb": {on: text, slow: longText},
	"rgba": {on: text, slow: longText}, "hsl": {on: text, slow: longText}, "hsla": {on: text, slow: longText},

	"country_code": {on: text, loose: "^[A-Z]{2,3}$|^[0-9]{3}$"}, "eu_country_code": {on: text},
	"iso3166_1_alpha2": {on: text, loose: "^[A-Z]{2}$"}, "iso3166_1_alpha2_eu": {on: text},
	"iso3166_1_alpha3": {on: text, loose: "^[A-Z]{3}$"}, "iso3166_1_alpha3_eu": {on: text},
	"iso3166_1_alpha_numeric":    {on: text | integer | unsigned, slow: longText},
	"iso3166_1_alpha_numeric_eu": {on: text | integer | unsigned, slow: longText},
	"iso3166_2":                  {on: text}, "iso4217": {on: text, loose: "^[A-Z]{3}$"}, "iso4217_numeric": {on: integer | unsigned},
	"bcp47_language_tag": {on: text, slow: longText}, "bcp47_strict_language_tag": {on: text, slow: longText},
	"postcode_iso3166_alpha2": {on: text, arg: countryCode, slow: longText},

	"e164": {on: text, slow: longText, loose: `^\+?[1-9][0-9]{7,14}$`},
	"ein":  {on: text, slow: longText, loose: "^[0-9]{2}-[0-9]{7}$"}, "ssn": {on: text, slow: longText},
	"isbn": {on: text, slow: longText}, "isbn10": {on: text, slow: longText}, "isbn13": {on: text, slow: longText}, "issn": {on: text, slow: longText},
	"bic": {on: text, slow: longText}, "bic_iso_9362_2014": {on: text, slow: longText},
	"credit_card": {on: text, slow: longText}, "luhn_checksum": {on: text | integer | unsigned, slow: longText},
	"eth_addr": {on: text, slow: longText, loose: "^0x[0-9a-fA-F]{40}$"}, "eth_addr_checksum": {on: text, slow: longText},
	"btc_addr": {on: text, slow: longText}, "btc_addr_bech32": {on: text, slow: longText},
	"semver": {on: text, slow: longText, loose: `^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`},
	"cve":    {on: text, slow: longText}, "cron": {on: text, slow: longText},
	"mongodb": {on: text, slow: longText, loose: hexadecimals(24)}, "mongodb_connection_string": {on: text, slow: longText},
	"spicedb": {on: text, arg: optional, slow: longText},

	"file": {on: text, restriction: disk}, "filepath": {on: text, restriction: disk}, "image": {on: text, restriction: disk},
	"dir": {on: text, restriction: disk}, "dirpath": {on: text, restriction: disk}, "uds_exists": {on: text, restriction: disk},
	"mimetype": {on: text, arg: someText, restriction: disk},
	"tcp_addr": {on: text, restriction: dns}, "tcp4_addr": {on: text, restriction: dns}, "tcp6_addr": {on: text, restriction: dns},
	"udp_addr": {on: text, restriction: dns}, "udp4_addr": {on: text, restriction: dns}, "udp6_addr": {on: text, restriction: dns},
	"ip_addr": {on: text, restriction: dns}, "ip4_addr": {on: text, restriction: dns}, "ip6_addr": {on: text, restriction: dns},
	"unix_addr": {on: text, restriction: dns},

	"eqfield": {arg: otherField}, "nefield": {arg: otherField}, "gtfield": {arg: otherField}, "gtefield": {arg: otherField},
	"ltfield": {arg: otherField}, "ltefield": {arg: otherField}, "eqcsfield": {arg: otherField}, "necsfield": {arg: otherField},
	"gtcsfield": {arg: otherField}, "gtecsfield": {arg: otherField}, "ltcsfield": {arg: otherField}, "ltecsfield": {arg: otherField},
	"fieldcontains": {arg: otherField}, "fieldexcludes": {arg: otherField},
	"postcode_iso3166_alpha2_field": {arg: otherField},
	"required_if":                   {arg: fieldsAndText}, "required_unless": {arg: fieldsAndText}, "skip_unless": {arg: fieldsAndText},
	"required_with": {arg: otherFields}, "required_with_all": {arg: otherFields},
	"required_without": {arg: otherFields}, "required_without_all": {arg: otherFields},
	"excluded_if": {arg: fieldsAndText}, "excluded_unless": {arg: fieldsAndText},
	"excluded_with": {arg: otherFields}, "excluded_with_all": {arg: otherFields},
	"excluded_without": {arg: otherFields}, "excluded_without_all": {arg: otherFields},
}
