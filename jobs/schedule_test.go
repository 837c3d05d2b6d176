package jobs

import (
	"strings"
	"testing"
	"time"
)

func TestScheduleNext(t *testing.T) {
	const form = "2006-01-02 15:04:05"
	for _, c := range []struct {
		schedule, after string
		next            []string
	}{
		{"* * * * *", "2026-03-01 10:00:30", []string{"2026-03-01 10:01:00", "2026-03-01 10:02:00"}},
		{"30 3 * * 1-5", "2026-03-06 03:30:00", []string{"2026-03-09 03:30:00", "2026-03-10 03:30:00"}},
		{"*/20 8-9,12 * * *", "2026-03-01 08:50:00", []string{"2026-03-01 09:00:00", "2026-03-01 09:20:00", "2026-03-01 09:40:00", "2026-03-01 12:00:00"}},
		{"5/25 * * * *", "2026-03-01 00:00:00", []string{"2026-03-01 00:05:00", "2026-03-01 00:30:00", "2026-03-01 00:55:00", "2026-03-01 01:05:00"}},
		{"0 0 29 feb *", "1899-01-01 00:00:00", []string{"1904-02-29 00:00:00", "1908-02-29 00:00:00"}},
		{"0 0 29 2 ?", "2096-03-01 00:00:00", []string{"2104-02-29 00:00:00"}},
		{"0 0 13 * fri", "2026-02-01 00:00:00", []string{"2026-02-06 00:00:00", "2026-02-13 00:00:00", "2026-02-20 00:00:00", "2026-02-27 00:00:00", "2026-03-06 00:00:00", "2026-03-13 00:00:00"}},
		{"0 12 * * 7", "2026-03-01 13:00:00", []string{"2026-03-08 12:00:00"}},
		{"0 12 * * SAT-7", "2026-03-01 13:00:00", []string{"2026-03-07 12:00:00", "2026-03-08 12:00:00"}},
		{"59 23 31 12 *", "2026-12-31 23:59:00", []string{"2027-12-31 23:59:00"}},
		{"@hourly", "2026-03-01 10:00:00", []string{"2026-03-01 11:00:00"}},
		{"@monthly", "2026-03-01 00:00:00", []string{"2026-04-01 00:00:00"}},
		{"@every 90s", "2026-03-01 00:00:00", []string{"2026-03-01 00:01:30", "2026-03-01 00:03:00"}},
		{"@every 1500ms", "2026-03-01 00:00:00.5", []string{"2026-03-01 00:00:01"}},
		// 2:30 does not exist on 29 March in Berlin, and exists twice on 25 October.
		{"TZ=Europe/Berlin 30 2 * * *", "2026-03-28 12:00:00", []string{"2026-03-30 00:30:00"}},
		{"TZ=Europe/Berlin 30 2 25,26 10 *", "2026-10-24 12:00:00", []string{"2026-10-25 01:30:00", "2026-10-26 01:30:00"}},
		{"CRON_TZ=Europe/Berlin */30 1-3 29 3 *", "2026-03-28 12:00:00", []string{"2026-03-29 00:00:00", "2026-03-29 00:30:00", "2026-03-29 01:00:00", "2026-03-29 01:30:00", "2027-03-28 23:00:00"}},
		{"TZ=Asia/Kathmandu 0 0 * * *", "2026-03-01 00:00:00", []string{"2026-03-01 18:15:00"}},
	} {
		s, err := ParseSchedule(c.schedule)
		if err != nil {
			t.Error(err)
			continue
		}
		at, _ := time.Parse("2006-01-02 15:04:05.999", c.after)
		for _, want := range c.next {
			at = s.Next(at)
			if got := at.Format(form); got != want {
				t.Errorf("%s after %s: got %s, want %s", c.schedule, c.after, got, want)
				break
			}
		}
	}
}

func TestParseScheduleRefuses(t *testing.T) {
	for _, text := range []string{
		"", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 13 *", "* * * * 8", "-1 * * * *", "+1 * * * *",
		"5-1 * * * *", "1- * * * *", "*/0 * * * *", "*/ * * * *", "1/2/3 * * * *", "1,,2 * * * *", "x * * * *", "* * * mo *", "* * 30 2 *", "0 0 31 4,6 ?",
		"@never", "@every", "@every 500ms", "@every -1h", "@every 1", "TZ=Nowhere * * * * *", "TZ= * * * * *", "TZ=Local * * * * *", "TZ=UTC", "001 * * * *", strings.Repeat("1,", 300) + "1 * * * *",
	} {
		if s, err := ParseSchedule(text); err == nil {
			t.Errorf("%q: got a schedule, whose next time is %v", text, s.Next(time.Now()))
		}
	}
}

// A time of a schedule is after the given one, and none lies between: the next time after a moment before it is the same.
func FuzzSchedule(f *testing.F) {
	for _, text := range []string{"* * * * *", "30 3 * * 1-5", "*/7 */5 1,15 feb-nov mon", "TZ=Europe/Berlin 30 2 * * *", "@every 90s", "@weekly", "TZ=Australia/Lord_Howe */10 1-3 * 4,10 *"} {
		f.Add(text, int64(1_790_000_000), uint32(3600))
	}
	f.Fuzz(func(t *testing.T, text string, unix int64, before uint32) {
		s, err := ParseSchedule(text)
		if err != nil || unix < 0 || unix > 1<<33 {
			return
		}
		at := time.Unix(unix, 0)
		next := s.Next(at)
		if next.IsZero() || !next.After(at) {
			t.Fatalf("%q after %v: got %v", text, at, next)
		}
		gap := next.Sub(at)
		between := at.Add(time.Duration(before) % gap)
		if again := s.Next(between); !again.Equal(next) {
			t.Errorf("%q: after %v comes %v, and after %v comes %v", text, at, next, between, again)
		}
		if s.String() != text {
			t.Errorf("%q has the text %q", text, s)
		}
	})
}

func TestTraceparentOf(t *testing.T) {
	const legal = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	for _, c := range []struct {
		header string
		ok     bool
	}{
		{legal, true}, {"01" + legal[2:] + "-more", true}, {"cc" + legal[2:], true},
		{"", false}, {legal[1:], false}, {legal + "-more", false}, {"ff" + legal[2:], false}, {"01" + legal[2:] + ".more", false},
		{strings.ToUpper(legal), false}, {"00-" + strings.Repeat("0", 32) + legal[35:], false}, {legal[:36] + strings.Repeat("0", 16) + "-01", false},
		{strings.Replace(legal, "-b7", "_b7", 1), false}, {"01" + legal[2:] + "-a\nb", false}, {"01" + legal[2:] + "-" + strings.Repeat("a", 300), false},
	} {
		if got := TraceparentOf(c.header); got != "" != c.ok || got != "" && got != c.header {
			t.Errorf("%q: got %q", c.header, got)
		}
	}
}

func FuzzTraceparentOf(f *testing.F) {
	f.Add("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	f.Fuzz(func(t *testing.T, header string) {
		if got := TraceparentOf(header); got != "" && (got != header || len(got) > 255 || strings.ContainsAny(got, "\r\n\x00 \"")) {
			t.Errorf("%q: got %q", header, got)
		}
	})
}

func TestRetryIn(t *testing.T) {
	k := &Kind{Attempts: 1000, minRetry: time.Second, maxRetry: time.Minute}
	for attempt, want := range map[int]time.Duration{1: time.Second, 2: 2 * time.Second, 6: 32 * time.Second, 7: time.Minute, 70: time.Minute, 999: time.Minute} {
		for range 50 {
			if d, isLast := k.retryIn(attempt); isLast || d < want/2 || d > want {
				t.Errorf("after attempt %d: got %v, %v, want %v to %v", attempt, d, isLast, want/2, want)
			}
		}
	}
	if _, isLast := k.retryIn(1000); !isLast {
		t.Error("the last attempt is followed by another one")
	}
}
