package jobspage

import (
	"fmt"
	"html"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/brio-go/brio/jobs"
)

// View is what a page shows.
type View struct {
	Filter jobs.Filter
	Count  map[jobs.State]int
	Jobs   []jobs.Record
}

// states are the states in the order of the page.
var states = [...]jobs.State{jobs.StateWaiting, jobs.StateRunning, jobs.StateDone, jobs.StateDead}

// Policy is the Content-Security-Policy of the page: it has no script, and its forms go to its own origin.
const Policy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

const head = `<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Jobs</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; color: #222 }
nav a, nav strong { margin-right: 1.5rem }
table { border-collapse: collapse; margin-top: 1rem }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #ddd }
code { overflow-wrap: anywhere }
form { display: inline }
</style>
<h1>Jobs</h1>
`

// HTML returns the page.
func HTML(v View) string {
	var b strings.Builder
	b.WriteString(head + "<nav>")
	kind := ""
	if v.Filter.Kind != "" {
		kind = "&amp;kind=" + html.EscapeString(url.QueryEscape(v.Filter.Kind))
	}
	for _, s := range states {
		if s == v.Filter.State {
			fmt.Fprintf(&b, "<strong>%s %d</strong>", s, v.Count[s])
		} else {
			fmt.Fprintf(&b, `<a href="?state=%s%s">%s %d</a>`, s, kind, s, v.Count[s])
		}
	}
	b.WriteString("</nav>\n")
	if v.Filter.Kind != "" {
		fmt.Fprintf(&b, `<p>Of the kind <code>%s</code> (<a href="?state=%s">all kinds</a>)`+"\n", cut(v.Filter.Kind, 100), v.Filter.State)
	}
	if len(v.Jobs) == 0 {
		b.WriteString("<p>None.\n")
		return b.String()
	}
	b.WriteString("<table><tr><th>ID<th>kind<th>attempt<th>enqueued<th>due<th>ended<th>arguments<th>error<th>trace<th>\n")
	for i := range v.Jobs {
		row(&b, &v.Jobs[i])
	}
	b.WriteString("</table>\n")
	if len(v.Jobs) == v.Filter.Limit {
		fmt.Fprintf(&b, "<p>These are %d of them.\n", len(v.Jobs))
	}
	return b.String()
}

// row adds the row of a job.
func row(b *strings.Builder, r *jobs.Record) {
	kind := cut(r.Kind, 100)
	if r.Key != "" {
		kind += "<br>key <code>" + cut(r.Key, 100) + "</code>"
	}
	trace := cut(r.Traceparent, 255)
	if r.RequestID != "" {
		trace += "<br>request " + cut(r.RequestID, 255)
	}
	fmt.Fprintf(b, `<tr><td>%s<td><a href="?state=%s&amp;kind=%s">%s</a><td>%d<td>%s<td>%s<td>%s<td><code>%s</code><td>%s<td><code>%s</code><td>`,
		cut(r.ID, 100), r.State, html.EscapeString(url.QueryEscape(r.Kind)), kind, r.Attempt, at(r.EnqueuedAt), at(r.RunAt), at(r.Ended), cut(string(r.Payload), 500), cut(r.Err, 500), trace)
	if r.State == jobs.StateDead {
		id := html.EscapeString(url.PathEscape(r.ID))
		fmt.Fprintf(b, `<form method="post" action="jobs/%s/revive"><button>Run again</button></form> <form method="post" action="jobs/%s/delete"><button>Delete</button></form>`, id, id)
	}
	b.WriteString("\n")
}

// at returns a time as the page shows it.
func at(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05")
}

// cut returns the first bytes of a text, escaped.
func cut(text string, most int) string {
	if len(text) > most {
		for most > 0 && !utf8.RuneStart(text[most]) {
			most--
		}
		text = text[:most] + "…"
	}
	return html.EscapeString(strings.ToValidUTF8(text, "\uFFFD"))
}
