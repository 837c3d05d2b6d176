package encode

import "slices"

// paths makes random Include or Exclude paths, and marks what they leave out.
func (g *twins) paths(t *twin, o *Options) {
	switch g.below(3) {
	case 0:
		o.Exclude = g.exclude(t, "", nil)
	case 1:
		if t.branches() {
			o.Include = g.include(t, "")
		}
	}
}

// branches reports whether a path can lead into a place.
func (t *twin) branches() bool {
	switch t.form {
	case structOf, dictOf:
		return slices.ContainsFunc(t.fields, func(f *twinField) bool { return f.shown && (!f.embedded || f.branches()) })
	case leaf, freeOf:
		return false
	}
	return t.elem.branches()
}

func (g *twins) inside(t *twin, path string) string {
	if t.form != pointerOf && t.form != anyOf && g.below(2) == 0 {
		return path + "*."
	}
	return path
}

// include gives one path or more; nothing else of t is kept.
func (g *twins) include(t *twin, path string) (out []string) {
	if t.form != structOf && t.form != dictOf {
		return g.include(t.elem, g.inside(t, path))
	}
	last := -1
	for i, f := range t.fields {
		f.kept = false
		if f.shown && (!f.embedded || f.branches()) {
			last = i
		}
	}
	for i, f := range t.fields {
		if !f.shown || f.embedded && !f.branches() || g.below(2) == 0 && !(len(out) == 0 && i == last) {
			if f.embedded {
				f.drop()
				f.kept = true
			}
			continue
		}
		f.kept = true
		switch {
		case f.embedded:
			out = append(out, g.include(f.twin, path)...)
		case f.branches() && g.below(2) == 0:
			out = append(out, g.include(f.twin, path+f.name+".")...)
		default:
			out = append(out, path+f.name)
		}
	}
	return out
}

// drop marks all of an embedded struct as left out.
func (t *twin) drop() {
	for _, f := range t.fields {
		if f.kept = f.embedded; f.embedded {
			f.drop()
		}
	}
}

func (g *twins) exclude(t *twin, path string, out []string) []string {
	switch t.form {
	case leaf, freeOf:
	case structOf, dictOf:
		for _, f := range t.fields {
			switch {
			case !f.shown:
			case f.embedded:
				out = g.exclude(f.twin, path, out)
			case g.below(4) == 0:
				f.kept = false
				out = append(out, path+f.name)
			default:
				out = g.exclude(f.twin, path+f.name+".", out)
			}
		}
	default:
		out = g.exclude(t.elem, g.inside(t, path), out)
	}
	return out
}
