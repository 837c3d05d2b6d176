package model

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// A tag that nothing reads is a rule that the program has written and that is not enforced: a misspelled tag, one of another
// framework, or one of Brio in a place where it has no effect. It is a problem of every struct that is read from a request. Tags of
// storage, of other encodings and of tools are not reported, nor are tags that the app admits.

// position is the kind of field that has a tag.
type position uint8

const (
	onMember    position = iota // a member of a JSON object
	onOmitted                   // a field with json:"-"
	onEmbedded                  // an embedded struct whose fields are promoted
	onVariant                   // a variant of a union
	onMarker                    // the embedded AnyOf or OneOf of a union
	onBlank                     // a blank field: _ struct{}
	onParameter                 // a field with a source tag
)

// DocumentTags are the struct tags that the document alone reads.
type DocumentTags struct {
	Fields []string // of members of JSON objects and of parameters
	Types  []string // of a blank field, for the whole struct
}

// memberTags returns the tags of members of JSON objects and of parameters.
func (r *Reader) memberTags() []string {
	return append([]string{"json", "default", "validate", "pattern", "readonly", "writeonly", "secret"}, r.DocumentTags.Fields...)
}

// blankTags returns the tags of a blank field, for the whole struct.
func (r *Reader) blankTags() []string {
	return append([]string{"name", "extra"}, r.DocumentTags.Types...)
}

// tagsOf returns the tags that have an effect in a position. Parameters of some sources have style and media too.
func (r *Reader) tagsOf(p position) []string {
	switch p {
	case onOmitted:
		return append(r.memberTags(), "extra")
	case onEmbedded, onVariant:
		return []string{"json"}
	case onMarker:
		return []string{"json", "discriminator"}
	case onBlank:
		return r.blankTags()
	case onParameter:
		return append(r.memberTags(), sourceTags...)
	}
	return r.memberTags()
}

// sourcesReading returns the sources for which a tag of a member has an effect when its model takes all of the source.
func sourcesReading(tag string) (all []Source) {
	for s := range Sources() {
		if s.IsHeaders() && tag == s.String() || sources[s].whole && s.IsText() && tag == "style" {
			all = append(all, s)
		}
	}
	return all
}

// neutralTags belong to storage, to other encodings and to tools. They are no rules for requests.
var neutralTags = setOf(`xml yaml yml toml ini csv tsv parquet avro avro_name bson cbor codec msgpack msgp protobuf protobuf_oneof protobuf_key
	protobuf_val thrift frugal hcl hclext asn1 plist ion ubjson properties db gorm bun pg sql sqlx orm xorm ent edgedb firestore
	datastore spanner dynamodbav dynamo dynamodb bigquery ch redis redisearch cassandra cql cql_name neo4j elastic es meili
	algolia mapstructure structs env envconfig envDefault envSeparator envPrefix envExpand split_words ignored koanf conf config cfg
	viper flag flags arg args cli kong cmd help short long usage placeholder wire inject fx dig mock faker fake copier mapper
	deepcopy deepcopier diff hash hashstructure goverter log slog zap logfmt redact mask masq graphql gqlgen patchStrategy
	patchMergeKey listType listMapKey optional union tfsdk cty json_schema_extra lint nolint`)

// setOf returns the words of a text as a set.
func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// replacements say what to write in the place of other frameworks' tags (huma, gin, echo, fiber, hertz, fuego, kin, swaggo).
var replacements = map[string]string{
	"binding": `validate:"…"`, "valid": `validate:"…"`, "vd": `validate:"…"`, "v": `validate:"…"`, "validation": `validate:"…"`,
	"rules": `validate:"…"`, "check": `validate:"…"`, "constraints": `validate:"…"`, "jsonschema": `validate:"…"`,
	"minLength": `validate:"min=…"`, "min_length": `validate:"min=…"`, "minItems": `validate:"min=…"`, "minProperties": `validate:"min=…"`,
	"maxLength": `validate:"max=…"`, "max_length": `validate:"max=…"`, "maxItems": `validate:"max=…"`, "maxProperties": `validate:"max=…"`,
	"minimum": `validate:"gte=…"`, "min": `validate:"min=…"`, "ge": `validate:"gte=…"`, "gte": `validate:"gte=…"`,
	"maximum": `validate:"lte=…"`, "max": `validate:"max=…"`, "le": `validate:"lte=…"`, "lte": `validate:"lte=…"`,
	"exclusiveMinimum": `validate:"gt=…"`, "gt": `validate:"gt=…"`, "exclusiveMaximum": `validate:"lt=…"`, "lt": `validate:"lt=…"`,
	"multipleOf": `validate:"multiple_of=…"`, "multiple_of": `validate:"multiple_of=…"`, "enum": `validate:"oneof=a b", or a type with a method Values`,
	"enums": `validate:"oneof=a b", or a type with a method Values`, "uniqueItems": `validate:"unique", or a brio.Set`,
	"dependentRequired": `validate:"required_with=…"`, "regexp": `pattern:"…"`, "regex": `pattern:"…"`, "patternDescription": `doc:"…"`,
	"required":             `nothing, as fields are required, or validate:"required" on a pointer`,
	"nullable":             "a pointer or a brio.Optional",
	"additionalProperties": "_ struct{} `extra:\"forbid\"` in the struct, or a map with extra:\"allow\"",
	"readOnly":             `readonly:"true"`, "writeOnly": `writeonly:"true"`, "description": `doc:"…"`, "desc": `doc:"…"`, "dc": `doc:"…"`,
	"summary": `doc:"…"`, "jsonschema_description": `doc:"…"`, "timeFormat": `format:"…", or a type of your own`,
	"swaggerignore": `hidden:"true"`, "swaggertype": "a method JSONSchema", "extensions": "a method JSONSchema", "openapi": "a method JSONSchema",
	"jsonschema_extras": "a method JSONSchema", "contentEncoding": "a []byte",
	"uri": `path:"…"`, "param": `path:"…"`, "params": `path:"…"`, "url": `path:"…" or query:"…"`, "reqHeader": `header:"…"`,
	"respHeader": "a header on a *brio.Response", "raw_body": `body:""`, "formFile": `file:"…"`, "multipart": `form:"…" or file:"…"`,
	"in": "a source tag, as query:\"…\"", "collectionFormat": `style:"comma"`, "explode": `style:"…"`, "cookieParam": `cookie:"…"`,
	"queryParam": `query:"…"`, "pathParam": `path:"…"`, "headerParam": `header:"…"`, "conform": "a method Validate", "mod": "a method Validate",
}

// foreignSources are the tags by which other frameworks make a field a parameter.
var foreignSources = setOf("uri param params reqHeader raw_body formFile queryParam pathParam headerParam cookieParam")

// checkTags reports the tags of a field that nothing reads. where names the field in messages.
func (r *Reader) checkTags(m *Type, where string, tag reflect.StructTag, p position, s Source) {
	known, seen := r.tagsOf(p), map[string]bool{}
	rest := eachTag(tag, func(key, value string) {
		written := fmt.Sprintf("%s:%s", key, strconv.Quote(value))
		switch {
		case r.Foreign.admits(key):
		case seen[key]:
			m.problem(input, "%s has the tag %s twice, and only the first is read; keep one", where, key)
		case slices.Contains(known, key), neutralTags[key]:
		case p == onParameter && (key == "style" && s.IsText() || key == "media" && sources[s].media):
		case p == onMember && sourcesReading(key) != nil:
			m.problems = append(m.problems, problem{input, r.unreadMessage(where, written, key, p), sourcesReading(key)})
		case p == onOmitted && !slices.Contains(sourceTags, key) && !foreignSources[key]: // the program has left the field out of JSON on purpose
		default:
			m.problem(input, "%s", r.unreadMessage(where, written, key, p))
		}
		seen[key] = true
	})
	if rest != "" && !r.Foreign.all() {
		m.problem(input, "%s: the tag is not read from %q on; it is a list of key:\"value\", separated by spaces", where, rest)
	}
}

// unreadMessage returns the message for a tag that nothing reads, with what to write instead.
func (r *Reader) unreadMessage(where, written, key string, p position) string {
	text := fmt.Sprintf("nothing reads %s of %s", written, where)
	admit := fmt.Sprintf("; brio.ForeignTags(%q) admits it", key)
	cure, known := replacements[key], slices.Concat(r.memberTags(), sourceTags, r.blankTags(), []string{"style", "media", "discriminator"})
	switch {
	case cure != "":
		return text + ", which is another framework's; write " + cure + admit
	case key == "schema":
		return text + "; the tag is for a whole struct, _ struct{} `schema:\"…\"`; for one field use a type with a method JSONSchema" + admit
	case key == "extra" && p != onBlank:
		return text + "; write _ struct{} `extra:\"forbid\"`, or collect the rest in a map with json:\"-\" extra:\"allow\"" + admit
	case slices.Contains(sourceTags, key):
		return text + "; a source tag is for a field of a parameter struct, and members of a model are called by json:\"…\"" + admit
	case p == onVariant && slices.Contains(known, key):
		return text + "; rules and documentation of a variant stand on its own type" + admit
	case p == onEmbedded && slices.Contains(known, key):
		return text + "; the fields of an embedded struct have their own tags" + admit
	case slices.Contains(known, key):
		return text + "; the tag says nothing there" + admit
	}
	if near := nearest(key, r.tagsOf(p)); near != "" {
		return text + "; did you mean " + near + "?"
	}
	if near := nearest(key, known); near != "" {
		return text + "; did you mean " + near + "?"
	}
	return text + "; remove it" + admit
}

// nearest returns the known word that a misspelled one is most like, "" when none is near.
func nearest(word string, known []string) string {
	near, best := "", 3
	if len(word) <= 4 {
		best = 2
	}
	for _, k := range known {
		if d := typos(strings.ToLower(word), k); d < best {
			near, best = k, d
		}
	}
	return near
}

// typos returns the number of letters that are missing, superfluous, wrong or swapped with the next: the restricted
// Damerau-Levenshtein distance.
func typos(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			rows[i][j] = min(change, rows[i-1][j]+1, rows[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}

// eachTag calls f for the pairs of a tag, as reflect.StructTag parses them, and returns the text that cannot be parsed.
func eachTag(tag reflect.StructTag, f func(key, value string)) (rest string) {
	for t := string(tag); ; {
		t = strings.TrimLeft(t, " ")
		i := strings.IndexFunc(t, func(c rune) bool { return c <= ' ' || c == ':' || c == '"' || c == 0x7F })
		if i <= 0 || i+1 >= len(t) || t[i] != ':' || t[i+1] != '"' {
			return t
		}
		quoted, err := strconv.QuotedPrefix(t[i+1:])
		if err != nil {
			return t
		}
		value, _ := strconv.Unquote(quoted)
		f(t[:i], value)
		t = t[i+1+len(quoted):]
	}
}

// Foreign has the keys of tags that an app admits though nothing reads them. The zero value admits none.
type Foreign struct {
	Keys []string
	All  bool
}

func (f *Foreign) all() bool { return f.All }

func (f *Foreign) admits(key string) bool { return f.All || slices.Contains(f.Keys, key) }

// MeantParams returns why t, a struct without source tags, looks like a parameter struct: the field with a misspelled source tag,
// or with another framework's. It returns "" for other structs.
func (r *Reader) MeantParams(t reflect.Type) string { return r.meantParams(t, maxPointers) }

// meantParams is MeantParams; depth ends structs that embed themselves.
func (r *Reader) meantParams(t reflect.Type, depth int) (hint string) {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || depth == 0 {
		return ""
	}
	for i := range t.NumField() {
		sf := t.Field(i)
		eachTag(sf.Tag, func(key, value string) {
			if meant := r.meantSource(key); meant != "" {
				hint = cmp.Or(hint, fmt.Sprintf("field %s has the tag %s:%s; did you mean %s?", sf.Name, key, strconv.Quote(value), meant))
			}
		})
		if inner, _, ok := embedded(sf); ok && hint == "" {
			hint = r.meantParams(inner, depth-1)
		}
	}
	return hint
}

// meantSource returns the source tag that was probably meant by a key, "" for none.
func (r *Reader) meantSource(key string) string {
	switch {
	case slices.Contains(r.memberTags(), key), neutralTags[key]:
		return ""
	case foreignSources[key]:
		return replacements[key]
	}
	return nearest(key, sourceTags)
}
