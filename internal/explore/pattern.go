package explore

import (
	"regexp/syntax"
	"strings"
)

// pattern makes a text that matches a regular expression, of at least and at most so many characters; most 0 is no bound. ok is false
// for an expression that Go does not read.
func (g *generator) pattern(p string, least, most int) (text string, ok bool) {
	re, err := syntax.Parse(p, syntax.Perl)
	if err != nil {
		return "", false
	}
	re = re.Simplify()
	for range 20 {
		var b strings.Builder
		g.expression(&b, re, 0)
		if text = b.String(); runes(text) >= least && (most == 0 || runes(text) <= most) {
			return text, true
		}
	}
	return text, true
}

// expression writes a text that one expression matches.
func (g *generator) expression(b *strings.Builder, re *syntax.Regexp, depth int) {
	switch re.Op {
	case syntax.OpLiteral:
		b.WriteString(string(re.Rune))
	case syntax.OpCharClass:
		b.WriteRune(g.oneOf(re.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteByte("abcxyz059"[g.rng.IntN(9)])
	case syntax.OpCapture, syntax.OpConcat:
		for _, sub := range re.Sub {
			g.expression(b, sub, depth)
		}
	case syntax.OpAlternate:
		g.expression(b, re.Sub[g.rng.IntN(len(re.Sub))], depth)
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		least, most := re.Min, re.Max
		switch re.Op {
		case syntax.OpStar:
			least, most = 0, 6
		case syntax.OpPlus:
			least, most = 1, 6
		case syntax.OpQuest:
			least, most = 0, 1
		}
		if most < 0 {
			most = least + 6
		}
		n := least
		if most > least && depth < maxDepth {
			n += g.rng.IntN(most - least + 1)
		}
		for range n {
			g.expression(b, re.Sub[0], depth+1)
		}
	}
}

// oneOf returns a character of a class: one of ASCII that can be read, else a space, if it has them.
func (g *generator) oneOf(class []rune) rune {
	var ascii []rune
	for i := 0; i+1 < len(class); i += 2 {
		for c := max(class[i], ' '+1); c <= min(class[i+1], '~'); c++ {
			ascii = append(ascii, c)
		}
	}
	if len(ascii) > 0 {
		return ascii[g.rng.IntN(len(ascii))]
	}
	for i := 0; i+1 < len(class); i += 2 {
		if class[i] <= ' ' && ' ' <= class[i+1] {
			return ' '
		}
	}
	return class[0]
}
