package response

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Page is one page of a list, as a handler returns it. It goes through the response model as any result does: its schema is called
// Page_Item_, with the title Page[Item]. The answer has a Link header (RFC 8288) with the pages first, prev, next and last, as far as
// they are known. The links are absolute, as the client reaches the route: with the scheme, the host and the root path that it sees
// through proxies, and with the other parameters of its query.
//
// [OffsetPage] and [CursorPage] make one. The zero Page has no links.
type Page[T any] struct {
	Items []T    `json:"items" doc:"The rows of the page"`
	Total *int64 `json:"total,omitempty" doc:"How many rows there are on all pages"` // nil: not counted, and not in the JSON
	Next  string `json:"next,omitempty" doc:"The cursor of the next page"`           // empty: there is none, or pages are found by offset
	Prev  string `json:"prev,omitempty" doc:"The cursor of the previous page"`

	window window
}

// window is the place of a page among the others.
type window struct {
	kind          windowKind
	limit, offset int  // of an offset page
	more          bool // an offset page has rows behind it
}

// windowKind says how the links of a page name the others.
type windowKind uint8

const (
	noWindow     windowKind = iota
	offsetWindow            // by limit and offset
	cursorWindow            // by cursor
)

// OffsetPage returns the page of at most limit items that begins behind the first offset ones. The program asks its store for limit+1
// items: one that is left over says that there is a next page, and is not part of the page. It costs no count of all rows.
//
// limit and offset are those of a [params.Page]. A limit below 1 counts as 1, an offset below 0 as 0.
//
// [params.Page]: https://pkg.go.dev/github.com/brio-go/brio/params#Page
func OffsetPage[T any](items []T, limit, offset int) Page[T] {
	limit, offset = max(limit, 1), max(offset, 0)
	w := window{kind: offsetWindow, limit: limit, offset: offset, more: len(items) > limit}
	if w.more {
		items = items[:limit:limit]
	}
	return Page[T]{Items: notNil(items), window: w}
}

// CursorPage returns a page whose neighbours have the cursors next and prev; an empty one is no page. The links replace the query
// parameter cursor.
func CursorPage[T any](items []T, next, prev string) Page[T] {
	return Page[T]{Items: notNil(items), Next: next, Prev: prev, window: window{kind: cursorWindow}}
}

// WithTotal returns the page with the number of all rows, and with the link of the last page if pages are found by offset. To count
// them is a query that reads every row of the list: leave it out if no client needs the number.
func (p Page[T]) WithTotal(total int64) Page[T] {
	p.Total = &total
	return p
}

// notNil returns an empty list for nil, which is null in JSON.
func notNil[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

// pageLink is one link of a page: its relation type, and the query parameters that differ. An empty value removes the parameter.
type pageLink struct {
	rel string
	set [][2]string
}

// linksOfPage returns the links of the page, in the order in which RFC 8288 and RFC 5005 name them.
func (p Page[T]) linksOfPage() (links []pageLink) {
	switch p.window.kind {
	case cursorWindow:
		links = append(links, pageLink{"first", [][2]string{{"cursor", ""}}})
		if p.Prev != "" {
			links = append(links, pageLink{"prev", [][2]string{{"cursor", p.Prev}}})
		}
		if p.Next != "" {
			links = append(links, pageLink{"next", [][2]string{{"cursor", p.Next}}})
		}
	case offsetWindow:
		links = p.window.links(p.Total)
	}
	return links
}

// links returns the links of an offset page. The first and the last page are the ones of a client that goes on by limit.
func (w window) links(total *int64) []pageLink {
	at := func(rel string, offset int) pageLink {
		return pageLink{rel, [][2]string{{"limit", strconv.Itoa(w.limit)}, {"offset", strconv.Itoa(offset)}}}
	}
	last := -1
	if total != nil {
		start := w.offset % w.limit
		last = start + max(0, int(*total)-1-start)/w.limit*w.limit
		if int(*total) <= start {
			last = 0
		}
	}
	links := []pageLink{at("first", 0)}
	if w.offset > 0 {
		prev := max(0, w.offset-w.limit)
		if last >= 0 {
			prev = min(prev, last)
		}
		links = append(links, at("prev", prev))
	}
	if w.more {
		links = append(links, at("next", w.offset+w.limit))
	}
	if last >= 0 {
		links = append(links, at("last", last))
	}
	return links
}

// linkHeader returns the value of a Link header. base is the URL of the request without its query.
func linkHeader(links []pageLink, base, query string) string {
	var b strings.Builder
	for i, l := range links {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("<" + base)
		if q := replaceQuery(query, l.set); q != "" {
			b.WriteString("?" + q)
		}
		b.WriteString(`>; rel="` + l.rel + `"`)
	}
	return b.String()
}

// replaceQuery returns a query with other values of some parameters. It writes each pair anew, so that no byte of the client's query
// ends the link or the header. Pairs that are not percent-encoded text are left out.
func replaceQuery(query string, set [][2]string) string {
	var pairs []string
	for pair := range strings.SplitSeq(query, "&") {
		key, value, hasValue := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(key)
		text, wrong := url.QueryUnescape(value)
		if pair == "" || err != nil || wrong != nil || slices.ContainsFunc(set, func(s [2]string) bool { return s[0] == name }) {
			continue
		}
		pair = url.QueryEscape(name)
		if hasValue {
			pair += "=" + url.QueryEscape(text)
		}
		pairs = append(pairs, pair)
	}
	for _, s := range set {
		if s[1] != "" {
			pairs = append(pairs, s[0]+"="+url.QueryEscape(s[1]))
		}
	}
	return strings.Join(pairs, "&")
}
