package jobspage

import (
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio/jobs"
)

// Whatever a job has in its texts, the page shows it as text, and short.
func TestHTMLEscapes(t *testing.T) {
	const evil = `"><script>alert(1)</script>` + "\xff\x00'&"
	r := jobs.Record{
		Info:  jobs.Info{ID: evil, Kind: evil, Key: evil, Attempt: 3, EnqueuedAt: time.Unix(0, 0), Origin: jobs.Origin{Traceparent: evil, RequestID: evil}},
		State: jobs.StateDead, Payload: []byte(evil + strings.Repeat("ä", 1000)), Err: strings.Repeat(evil, 1000),
	}
	page := HTML(View{Filter: jobs.Filter{State: jobs.StateDead, Kind: evil, Limit: 1}, Count: map[jobs.State]int{jobs.StateDead: 1}, Jobs: []jobs.Record{r}})
	if strings.Contains(page, "<script") || strings.Contains(page, "\xff") || strings.Count(page, "<form") != 2 || len(page) > 12_000 {
		t.Errorf("got %d bytes: %s", len(page), page)
	}
	for _, want := range []string{`<strong>dead 1</strong>`, `<td>3<td>1970-01-01 00:00:00<td><td><td>`, `action="jobs/%22%3E%3Cscript%3Ealert%281%29%3C%2Fscript%3E%FF%00%27&amp;/revive"`, "These are 1 of them"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s:\n%s", want, page)
		}
	}
	empty := HTML(View{Filter: jobs.Filter{State: jobs.StateWaiting, Limit: 10}})
	if !strings.Contains(empty, "None.") || strings.Contains(empty, "<form") {
		t.Error(empty)
	}
}
