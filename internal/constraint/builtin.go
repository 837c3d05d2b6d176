package constraint

// subject is a set of the sorts of values that a rule can check.
type subject uint16

const (
	text subject = 1 << iota
	integer
	unsigned
	float
	boolean
	list     // slices and arrays
	dict     // maps
	moment   // time.Time
	raw      // []byte
	stringer // a type with String() string
	anything // every type but structs

	number  = integer | unsigned | float
	sized   = text | list | dict
	ordered = sized | number | moment
)

// argument is the kind of text that a rule needs after the =.
type argument uint8

const (
	none        argument = iota
	bound                // a number or a length, by the type of the value
	wordList             // one or more words
	someText             // a non-empty text
	anyText              // a text, which may be empty
	layout               // a layout of package time
	countryCode          // an ISO 3166 alpha-2 code
	optional             // a text or none, see checkOptional
	otherFields          // the names of fields
)

// restriction says why a rule must not check values of clients.
type restriction uint8

const (
	harmless restriction = iota
	disk
	dns
)

// ruleInfo describes one of validator's rules. A rule of a later validator is not in the table: only the dry run checks its use.
type ruleInfo struct {
	on          subject
	arg         argument
	restriction restriction
	slow        bool // its cost per byte is so high that it refuses long texts unread, see slow.go
}

// builtin has validator's rules by name. It does not change.
var builtin = map[string]ruleInfo{
	"min": {on: ordered, arg: bound}, "max": {on: ordered, arg: bound}, "len": {on: sized | number, arg: bound},
	"gt": {on: ordered, arg: bound}, "gte": {on: ordered, arg: bound},
	"lt": {on: ordered, arg: bound}, "lte": {on: ordered, arg: bound},
	"eq": {on: sized | number | boolean, arg: bound}, "ne": {on: sized | number | boolean, arg: bound},
	"eq_ignore_case": {on: text, arg: anyText}, "ne_ignore_case": {on: text, arg: anyText},
	"oneof": {on: text | integer | unsigned, arg: wordList}, "noneof": {on: text | integer | unsigned, arg: wordList},
	"oneofci": {on: text, arg: wordList}, "noneofci": {on: text, arg: wordList},
	"unique":    {on: list | dict, arg: optional},
	"isdefault": {on: anything}, "validateFn": {on: anything, arg: optional},

	"contains": {on: text, arg: someText}, "containsany": {on: text, arg: someText}, "containsrune": {on: text, arg: someText},
	"excludes": {on: text, arg: someText}, "excludesall": {on: text, arg: someText}, "excludesrune": {on: text, arg: someText},
	"startswith": {on: text, arg: someText}, "startsnotwith": {on: text, arg: someText},
	"endswith": {on: text, arg: someText}, "endsnotwith": {on: text, arg: someText},
	"lowercase": {on: text}, "uppercase": {on: text}, "json": {on: text | raw},

	"alpha": {on: text, slow: true}, "alphaspace": {on: text, slow: true},
	"alphanum": {on: text, slow: true}, "alphanumspace": {on: text, slow: true},
	"alphaunicode": {on: text, slow: true}, "alphanumunicode": {on: text, slow: true},
	"ascii": {on: text, slow: true}, "printascii": {on: text, slow: true}, "multibyte": {on: text, slow: true},
	"boolean": {on: text | boolean}, "numeric": {on: text | number, slow: true}, "number": {on: text | number, slow: true},
	"hexadecimal": {on: text, slow: true}, "port": {on: integer | unsigned},
	"latitude": {on: text | number, slow: true}, "longitude": {on: text | number, slow: true},
	"datetime": {on: text, arg: layout, slow: true}, "timezone": {on: text, slow: true}, "duration": {on: text, slow: true},

	"email": {on: text, slow: true}, "url": {on: text | stringer, slow: true}, "http_url": {on: text | stringer, slow: true},
	"https_url": {on: text | stringer, slow: true}, "uri": {on: text | stringer, slow: true}, "origin": {on: text, slow: true},
	"urn_rfc8141": {on: text, slow: true}, "urn_rfc2141": {on: text, slow: true}, "datauri": {on: text, slow: true},
	"html": {on: text, slow: true}, "html_encoded": {on: text, slow: true}, "url_encoded": {on: text, slow: true},
	"base32": {on: text, slow: true}, "base64": {on: text, slow: true},
	"base64url": {on: text, slow: true}, "base64rawurl": {on: text, slow: true}, "jwt": {on: text, slow: true},

	"ipv4": {on: text, slow: true}, "ipv6": {on: text, slow: true}, "ip": {on: text, slow: true},
	"cidrv4": {on: text, slow: true}, "cidrv6": {on: text, slow: true}, "cidr": {on: text, slow: true},
	"mac": {on: text, slow: true}, "hostname": {on: text, slow: true}, "hostname_rfc1123": {on: text, slow: true},
	"hostname_label": {on: text}, "hostname_port": {on: text, slow: true}, "fqdn": {on: text, slow: true},
	"dns_rfc1035_label": {on: text, slow: true},

	"uuid": {on: text | stringer, slow: true}, "uuid_rfc4122": {on: text | stringer, slow: true},
	"uuid3": {on: text | stringer, slow: true}, "uuid3_rfc4122": {on: text | stringer, slow: true},
	"uuid4": {on: text | stringer, slow: true}, "uuid4_rfc4122": {on: text | stringer, slow: true},
	"uuid5": {on: text | stringer, slow: true}, "uuid5_rfc4122": {on: text | stringer, slow: true},
	"uuid7": {on: text | stringer, slow: true}, "ulid": {on: text | stringer, slow: true},

	"md4": {on: text, slow: true}, "md5": {on: text, slow: true},
	"sha256": {on: text, slow: true}, "sha384": {on: text, slow: true}, "sha512": {on: text, slow: true},
	"ripemd128": {on: text, slow: true}, "ripemd160": {on: text, slow: true},
	"tiger128": {on: text, slow: true}, "tiger160": {on: text, slow: true}, "tiger192": {on: text, slow: true},

	"iscolor": {on: text, slow: true}, "hexcolor": {on: text, slow: true}, "cmyk": {on: text, slow: true},
	"rgb": {on: text, slow: true}, "rgba": {on: text, slow: true}, "hsl": {on: text, slow: true}, "hsla": {on: text, slow: true},

	"country_code": {on: text}, "eu_country_code": {on: text},
	"iso3166_1_alpha2": {on: text}, "iso3166_1_alpha2_eu": {on: text},
	"iso3166_1_alpha3": {on: text}, "iso3166_1_alpha3_eu": {on: text},
	"iso3166_1_alpha_numeric":    {on: text | integer | unsigned, slow: true},
	"iso3166_1_alpha_numeric_eu": {on: text | integer | unsigned, slow: true},
	"iso3166_2":                  {on: text}, "iso4217": {on: text}, "iso4217_numeric": {on: integer | unsigned},
	"bcp47_language_tag": {on: text, slow: true}, "bcp47_strict_language_tag": {on: text, slow: true},
	"postcode_iso3166_alpha2": {on: text, arg: countryCode, slow: true},

	"e164": {on: text, slow: true}, "ssn": {on: text, slow: true}, "ein": {on: text, slow: true},
	"isbn": {on: text, slow: true}, "isbn10": {on: text, slow: true}, "isbn13": {on: text, slow: true}, "issn": {on: text, slow: true},
	"bic": {on: text, slow: true}, "bic_iso_9362_2014": {on: text, slow: true},
	"credit_card": {on: text, slow: true}, "luhn_checksum": {on: text | integer | unsigned, slow: true},
	"eth_addr": {on: text, slow: true}, "eth_addr_checksum": {on: text, slow: true},
	"btc_addr": {on: text, slow: true}, "btc_addr_bech32": {on: text, slow: true},
	"semver": {on: text, slow: true}, "cve": {on: text, slow: true}, "cron": {on: text, slow: true},
	"mongodb": {on: text, slow: true}, "mongodb_connection_string": {on: text, slow: true},
	"spicedb": {on: text, arg: optional, slow: true},

	"file": {on: text, restriction: disk}, "filepath": {on: text, restriction: disk}, "image": {on: text, restriction: disk},
	"dir": {on: text, restriction: disk}, "dirpath": {on: text, restriction: disk}, "uds_exists": {on: text, restriction: disk},
	"mimetype": {on: text, arg: someText, restriction: disk},
	"tcp_addr": {on: text, restriction: dns}, "tcp4_addr": {on: text, restriction: dns}, "tcp6_addr": {on: text, restriction: dns},
	"udp_addr": {on: text, restriction: dns}, "udp4_addr": {on: text, restriction: dns}, "udp6_addr": {on: text, restriction: dns},
	"ip_addr": {on: text, restriction: dns}, "ip4_addr": {on: text, restriction: dns}, "ip6_addr": {on: text, restriction: dns},
	"unix_addr": {on: text, restriction: dns},

	"eqfield": {arg: otherFields}, "nefield": {arg: otherFields}, "gtfield": {arg: otherFields}, "gtefield": {arg: otherFields},
	"ltfield": {arg: otherFields}, "ltefield": {arg: otherFields}, "eqcsfield": {arg: otherFields}, "necsfield": {arg: otherFields},
	"gtcsfield": {arg: otherFields}, "gtecsfield": {arg: otherFields}, "ltcsfield": {arg: otherFields}, "ltecsfield": {arg: otherFields},
	"fieldcontains": {arg: otherFields}, "fieldexcludes": {arg: otherFields},
	"postcode_iso3166_alpha2_field": {arg: otherFields},
	"required_if":                   {arg: otherFields}, "required_unless": {arg: otherFields}, "skip_unless": {arg: otherFields},
	"required_with": {arg: otherFields}, "required_with_all": {arg: otherFields},
	"required_without": {arg: otherFields}, "required_without_all": {arg: otherFields},
	"excluded_if": {arg: otherFields}, "excluded_unless": {arg: otherFields},
	"excluded_with": {arg: otherFields}, "excluded_with_all": {arg: otherFields},
	"excluded_without": {arg: otherFields}, "excluded_without_all": {arg: otherFields},
}
