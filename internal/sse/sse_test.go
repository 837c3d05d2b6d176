package sse

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// parsed is one event as the algorithm of the HTML standard reads it (9.2.6).
type parsed struct{ event, data, id, retry string }

func parse(stream string) (events []parsed) {
	var e parsed
	hasData := false
	text := strings.ReplaceAll(strings.ReplaceAll(stream, "\r\n", "\n"), "\r", "\n")
	for line := range strings.SplitSeq(text, "\n") {
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case line == "":
			if hasData {
				e.data = strings.TrimSuffix(e.data, "\n")
			}
			if e != (parsed{}) || hasData {
				events = append(events, e)
			}
			e, hasData = parsed{}, false
		case name == "event":
			e.event = value
		case name == "data":
			e.data, hasData = e.data+value+"\n", true
		case name == "id":
			e.id = value
		case name == "retry":
			e.retry = value
		}
	}
	return events
}

func lf(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// FuzzEvent: whatever the fields hold, the client reads back those fields, in one event.
func FuzzEvent(f *testing.F) {
	f.Add("c", "e", "d", "i", int64(1500))
	f.Add("x\n\ndata: forged", "", "a\r\nb\rc\n\nevent: forged", "7", int64(0))
	f.Add("", "a\nb", "", "a\x00", int64(-1))
	f.Fuzz(func(t *testing.T, comment, event, data, id string, retry int64) {
		e := &Event{Comment: comment, Event: event, ID: id, Retry: time.Duration(retry)}
		if err := e.Check(); err != nil {
			if !strings.ContainsAny(event+id, "\r\n\x00") && retry >= 0 {
				t.Fatalf("refused: %v", err)
			}
			return
		}
		if !utf8.ValidString(comment + event + data + id) {
			return
		}
		wire := string(End(Data(Begin(nil, e), data), e))
		got := parse(wire)
		if len(got) != 1 || got[0].event != event || got[0].data != lf(data) || got[0].id != id || (retry > 0) != (got[0].retry != "") {
			t.Fatalf("%q is read as %q", wire, got)
		}
		if !strings.HasSuffix(wire, "\n\n") {
			t.Fatalf("%q has no end", wire)
		}
	})
}
