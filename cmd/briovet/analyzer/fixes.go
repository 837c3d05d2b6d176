package analyzer

import (
	"go/ast"
	"go/token"
	"go/types"
	"regexp"
	"strings"

	"golang.org/x/tools/go/analysis"
)

var (
	// The hints of Check at a misspelled tag or rule: what it is, and what was meant.
	meantSource = regexp.MustCompile(`did you mean (?P<meant>\w+) where it has (?P<is>\w+):"`)
	meantTag    = regexp.MustCompile(`nothing reads (?P<is>\w+):.*; did you mean (?P<meant>\w+)\?$`)
	meantParams = regexp.MustCompile(`field (\w+) has the tag (?P<is>\w+):.*; did you mean (?P<meant>\w+)\?$`)
	meantRule   = regexp.MustCompile(`unknown rule "(?P<is>\w+)" \(did you mean (?P<meant>\w+)\?\)`)
)

// tagFixes returns the fix of a problem of a field whose text says what was meant.
func (c *checker) tagFixes(field *types.Var, text string) []analysis.SuggestedFix {
	tag := c.tags[field.Pos()]
	if tag == nil {
		return nil
	}
	for _, hint := range []*regexp.Regexp{meantSource, meantTag, meantParams, meantRule} {
		m := hint.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		is, meant := m[hint.SubexpIndex("is")], m[hint.SubexpIndex("meant")]
		word := is + ":"
		if hint == meantRule {
			word = is
		}
		at := regexp.MustCompile(`\b` + regexp.QuoteMeta(word)).FindStringIndex(tag.Value)
		if at == nil || strings.HasPrefix(tag.Value, `"`) && strings.Contains(tag.Value[:at[0]], `\`) {
			return nil
		}
		pos := tag.Pos() + token.Pos(at[0])
		return []analysis.SuggestedFix{{
			Message:   "write " + meant,
			TextEdits: []analysis.TextEdit{{Pos: pos, End: pos + token.Pos(len(is)), NewText: []byte(meant)}},
		}}
	}
	return nil
}

// readTags notes the tags of the fields of the package, by the places of the fields.
func (c *checker) readTags() {
	c.tags = map[token.Pos]*ast.BasicLit{}
	for n := range c.inspector.PreorderSeq((*ast.StructType)(nil)) {
		for _, f := range n.(*ast.StructType).Fields.List {
			if f.Tag == nil {
				continue
			}
			for _, name := range f.Names {
				c.tags[name.Pos()] = f.Tag
			}
		}
	}
}
