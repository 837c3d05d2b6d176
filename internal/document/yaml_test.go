package document

import (
	"encoding/json"
	"reflect"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestYAML: another reader finds in the YAML what stands in the JSON.
func TestYAML(t *testing.T) {
	for _, text := range []string{
		`{}`, `{"a":{}}`, `{"a":[]}`, `{"a":[[1,[2]],[],{},{"b":[{"c":1,"d":2},{"e":[]}]}]}`,
		`{"true":"true","null":"null","no":"no","y":"Y","off":"Off","1":"1","1.5":"1.5","0x1":"0x1","1e3":"1e3",".inf":".inf","~":"~","2024-01-01":"2024-01-01"}`,
		`{"a":"","b":" ","c":" lead","d":"trail ","e":"a: b","f":"a #b","g":"- x","h":"? x","i":"*a","j":"&a","k":"!t","l":"%d","m":"@a","n":"{x}","o":"[x]","p":"'q'","q":"\"q\"","r":"a,b","s":"x:","t":"|","u":">"}`,
		`{"a":"one\ntwo","b":"one\n\n  two\n","c":"\nfirst","d":"last\n\n","e":"tab\tin\nit","f":"  indented\nfirst","g":"x\r\ny","h":"\u0000\u001f\u007f\u0085\u2028\ufeff","i":"é😀","j":"a \nb"}`,
		`{"a":[true,false,null,-1,0.5,1e400,18446744073709551615]}`,
		`{"a b":{"#":1,":":2,"":3,"x\ny":4,"/items/{id}":5,"$ref":"#/x"}}`,
	} {
		yml, err := toYAML([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		var got any
		if err := yaml.Unmarshal(yml, &got); err != nil {
			t.Errorf("%s: %v in\n%s", text, err, yml)
			continue
		}
		var want any
		if err := yaml.Unmarshal([]byte(text), &want); err != nil { // which JSON is, too
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s is\n%s\nwhich is %#v, want %#v", text, yml, got, want)
		}
	}
}

func TestOrderedKeepsTheOrder(t *testing.T) {
	const text = `{"z":1,"a":{"y":[{"b":null,"a":"<>&"}],"b":1.50},"m":true}`
	v, err := readOrdered([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := json.Marshal(v); string(got) != `{"z":1,"a":{"y":[{"b":null,"a":"\u003c\u003e\u0026"}],"b":1.50},"m":true}` {
		t.Errorf("json.Marshal: %s", got)
	}
	if got, _ := appendOrdered(nil, v); string(got) != text {
		t.Errorf("got %s", got)
	}
	for _, broken := range []string{``, `{`, `{"a"`, `{"a":`, `[1`, `{"a":[}`} {
		if _, err := readOrdered([]byte(broken)); err == nil {
			t.Errorf("%q is read", broken)
		}
	}
}
