package json

import (
	"hash/maphash"
	"math"
	"sync"

	"github.com/brio-go/brio/internal/memory"
)

// Scan reads doc once and reports whether it is JSON (RFC 8259, in UTF-8, without a byte order mark), within the limits, and of the
// shape. It refuses what Go's decoders change silently: invalid UTF-8 and lone surrogates are Malformed; a key that is repeated, or
// differs from a field's name in case only, is a Misfit, also in objects of any shape. The grammar is checked to the end after a
// misfit; a limit ends the scan at once.
//
// Scan does not allocate for documents that fit, except for the first large object that a pooled scanner meets. A nil shape fits
// any value. Scan panics on a Struct shape that is not prepared, which is a mistake of the program.
func Scan(s *Shape, doc []byte, l Limits) Report {
	return ScanInto(s, doc, Options{Limits: l}, memory.Place{})
}

// Options say how ScanInto reads a document.
type Options struct {
	Limits
	Lax    bool // scalars may have lax spellings, see ScanLax
	NoCopy bool // strings without an escape refer to the document, which then must never be written to again
}

// ScanInto is Scan, and also fills the zero value at into, a value of a shape for which Fills is true, unless into is the zero Place.
// Report.Filled reports whether the value is filled; if not, it may be filled in part.
func ScanInto(s *Shape, doc []byte, o Options, into memory.Place) Report {
	if len(doc) > maxFillDoc {
		into = memory.Place{}
	}
	if s == nil {
		s = anyShape
	}
	if len(doc) >= 3 && string(doc[:3]) == "\xef\xbb\xbf" {
		return Report{Verdict: Malformed, Message: MessageBOM}
	}
	sc := scanners.Get().(*scanner)
	sc.doc, sc.verdict, sc.converts, sc.large, sc.absent = doc, Fits, false, false, false
	if sc.depth, sc.elementsLeft = min(o.Depth, MaxDepth), o.Elements; sc.depth <= 0 || sc.elementsLeft <= 0 {
		l := o.Effective()
		sc.depth, sc.elementsLeft = l.Depth, l.Elements
	}
	sc.lax, sc.noCopy, sc.memoryLeft = o.Lax, o.NoCopy, maxFillMemory
	if i := sc.value(s, Space(doc, 0), 0, into); i != stopped {
		if i = Space(doc, i); i != len(doc) {
			sc.malformed(i, MessageExtra)
		}
	}
	r := Report{Verdict: sc.verdict, Converts: sc.converts, Large: sc.large, Absent: sc.absent, Filled: into.IsValid() && sc.verdict == Fits && sc.memoryLeft >= 0}
	if r.Verdict == Malformed {
		r = malformed(doc, sc.at, sc.message)
	}
	sc.end()
	return r
}

// Limits bound the cost of one document. 0 is the default; a negative value is no limit but MaxDepth.
type Limits struct {
	Depth    int // levels of nested arrays and objects; at most MaxDepth
	Elements int // array elements and object members in all; an object counts at least one for each 64 bytes of its struct
}

// Effective returns the limits with the defaults in the place of zeros.
func (l Limits) Effective() Limits {
	switch {
	case l.Depth == 0:
		l.Depth = DefaultDepth
	case l.Depth < 0:
		l.Depth = MaxDepth
	}
	switch {
	case l.Elements == 0:
		l.Elements = DefaultElements
	case l.Elements < 0:
		l.Elements = math.MaxInt
	}
	return Limits{min(l.Depth, MaxDepth), l.Elements}
}

// The defaults and the bound of Limits.
const (
	DefaultDepth    = 64
	DefaultElements = 100_000
	MaxDepth        = 10_000 // goccy refuses deeper documents
)

// stopped is what scanning methods return instead of a position when the scan has ended.
const stopped = -1

// scanner is the state of one Scan. It is pooled: its slices are stacks and scratch space that later scans use again.
type scanner struct {
	doc          []byte
	depth        int  // Limits.Depth
	elementsLeft int  // the elements left of Limits.Elements
	unsized      bool // the size of structs does not count: they are variants
	lax          bool // lax spellings of scalars are accepted
	noCopy       bool // filled strings may refer to doc
	memoryLeft   int  // the bytes left of maxFillMemory
	verdict      Verdict
	converts     bool // Report.Converts
	large        bool // Report.Large
	absent       bool // Report.Absent
	at           int
	message      string
	keys         keyList
	seen         []uint64 // the bits of fields beyond the first 64, of the structs that are open
	scratch      []byte   // a folded key
	cells        cells
}

var scanners = sync.Pool{New: func() any {
	return &scanner{keys: keyList{seed: maphash.MakeSeed()}}
}}

// maxScratch is the number of entries up to which scratch space is kept for the next document. Otherwise one large document would
// leave its size in the pool.
const maxScratch = 4096

func (s *scanner) end() {
	s.doc, s.message, s.cells = nil, "", cells{}
	s.keys.reset()
	if s.seen = s.seen[:0]; cap(s.seen) > maxScratch {
		s.seen = nil
	}
	if cap(s.scratch) > maxScratch {
		s.scratch = nil
	}
	scanners.Put(s)
}

// misfit records that the document does not fit.
func (s *scanner) misfit() { s.verdict = Misfit }

// scalar handles a scalar, between start and end, that does not fit the shape as it is: it must be converted, or is a misfit.
func (s *scanner) scalar(sh *Shape, start, end int) {
	if s.lax && s.verdict == Fits {
		ok := false
		if sh.Kind == Text {
			ok = sh.Lax != nil && sh.Lax(s.doc[start:end])
		} else {
			s.scratch, ok = Convert(s.scratch[:0], sh.Kind, sh.Bits, s.doc[start:end])
		}
		if ok {
			s.converts = true
			return
		}
	}
	s.misfit()
}

// malformed ends the scan with a syntax error at byte at. It is not inlined, which keeps its callers small.
//
//go:noinline
func (s *scanner) malformed(at int, message string) int {
	s.verdict, s.at, s.message = Malformed, at, message
	return stopped
}

// stop ends the scan at a limit.
func (s *scanner) stop(v Verdict) int {
	s.verdict = v
	return stopped
}

// value scans the value at i and returns its end. depth is the number of arrays and objects around it. The value is stored at into,
// unless into is the zero Place.
func (s *scanner) value(sh *Shape, i, depth int, into memory.Place) int {
	if i >= len(s.doc) {
		return s.malformed(i, MessageValue)
	}
	c := s.doc[i]
	if into.IsValid() && c != 'n' {
		if f := sh.Fill; len(f.Pointers) > 0 || f.Optional != nil {
			into = s.follow(sh, into)
		}
		if sh.Kind == Any && into.IsValid() {
			return s.fillAny(sh, i, depth, into)
		}
	}
	if c == '"' { // most values are strings
		switch {
		case !into.IsValid():
		case sh.Kind == String && sh.Fill.Read == nil:
			return s.fillString(i, into)
		default:
			return s.fillText(sh, i, into)
		}
		end, _ := s.str(i)
		if end != stopped && sh.Kind != String && sh.Kind != Any && !sh.accepts(s.doc[i+1:end-1]) {
			s.scalar(sh, i, end)
		}
		return end
	}
	switch c {
	case '{':
		if depth >= s.depth {
			return s.stop(TooDeep)
		}
		switch sh.Kind {
		case Struct:
			return s.structure(sh, i, depth+1, into)
		case Map:
			return s.object(sh, i, depth+1, into)
		case Tagged:
			return s.fillTagged(sh, i, depth+1, into)
		case Any:
		default:
			s.misfit()
		}
		return s.object(anyShape, i, depth+1, memory.Place{})
	case '[':
		if depth >= s.depth {
			return s.stop(TooDeep)
		}
		return s.array(sh, i, depth+1, into)
	case 't':
		if into.IsValid() && sh.Kind == Bool {
			memory.Store(into, true)
		}
		return s.literal(sh, i, "true")
	case 'f':
		return s.literal(sh, i, "false")
	case 'n':
		switch {
		case !sh.Nullable:
			s.misfit()
		case into.IsValid():
			s.fillNull(sh, into)
		}
		return s.literal(anyShape, i, "null")
	}
	return s.number(sh, i, into)
}

// literal scans true, false or null. Only true and false fit a Bool.
func (s *scanner) literal(sh *Shape, i int, name string) int {
	if len(s.doc)-i < len(name) || string(s.doc[i:i+len(name)]) != name {
		return s.malformed(i, MessageValue)
	}
	if sh.Kind != Bool && sh.Kind != Any {
		s.scalar(sh, i, i+len(name))
	}
	return i + len(name)
}

// array scans the array whose bracket is at i. depth includes it.
func (s *scanner) array(sh *Shape, i, depth int, into memory.Place) int {
	doc, elem, n := s.doc, anyShape, 0
	switch sh.Kind {
	case List, Array:
		elem = sh.elem
	case Any:
	default:
		s.misfit()
		into = memory.Place{}
	}
	var set memory.Place // what the list is collected into
	if into.IsValid() && sh.Fill.List != nil {
		set, into = into, memory.New(sh.Fill.List)
	}
	i = Space(doc, i+1)
	if i < len(doc) && doc[i] == ']' {
		i++
		if into.IsValid() && sh.Kind == List {
			sh.setEmpty(into)
		}
	} else {
		for more := true; more; n++ {
			if s.elementsLeft--; s.elementsLeft < 0 {
				return s.stop(TooLong)
			}
			var at memory.Place
			switch {
			case !into.IsValid():
			case sh.Kind == List:
				at = s.growList(sh, into)
			case n < sh.Len:
				at = sh.items.At(into, n)
			}
			if i = s.value(elem, i, depth, at); i == stopped {
				return stopped
			}
			if i, more = s.next(i, ']'); i == stopped {
				return stopped
			}
		}
	}
	if sh.Kind == Array && n != sh.Len {
		s.misfit()
	}
	if set.IsValid() && s.verdict == Fits && s.memoryLeft >= 0 {
		sh.Fill.Collect(set.Value(sh.Fill.Type), into.Value(sh.Fill.List))
	}
	return i
}

// next scans what follows an element or member that ended at i: a comma, and then the next one begins at after, or the closing
// bracket.
func (s *scanner) next(i int, closing byte) (after int, more bool) {
	i = Space(s.doc, i)
	if i < len(s.doc) {
		switch s.doc[i] {
		case ',':
			return Space(s.doc, i+1), true
		case closing:
			return i + 1, false
		}
	}
	return s.malformed(i, MessageComma), false
}

// Space returns the first position from i on without white space.
func Space(doc []byte, i int) int {
	for uint(i) < uint(len(doc)) && doc[i] <= ' ' && spaces>>doc[i]&1 != 0 {
		i++
	}
	return i
}

// SpaceEnd returns the end of the value of a document, before trailing white space.
func SpaceEnd(doc []byte) int {
	end := len(doc)
	for end > 0 && spaces>>doc[end-1]&1 != 0 {
		end--
	}
	return end
}

// spaces has a bit for each byte that is white space (RFC 8259, section 2).
const spaces = uint64(1<<' ' | 1<<'\n' | 1<<'\r' | 1<<'\t')
