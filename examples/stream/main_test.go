package main

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/brio-go/brio/briotest"
)

func TestStreamsOfCount(t *testing.T) {
	c := briotest.New(t, newApp(time.Microsecond))
	c.Get("/lines?to=2").Status(200).Header("Content-Type", "application/jsonl").Body("{\"n\":1}\n{\"n\":2}\n")
	c.Get("/text?to=2").Status(200).Header("Content-Type", "text/plain; charset=utf-8").Body("1\n2\n")
	c.Get("/lines?to=0").Status(422)
	c.Get("/").Status(200)
}

func TestEventsResume(t *testing.T) {
	app := newApp(time.Microsecond)
	server := httptest.NewServer(app)
	defer server.Close()
	defer app.Drain()
	r, _ := http.NewRequest("GET", server.URL+"/events", nil)
	r.Header.Set("Last-Event-ID", "41")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	for _, want := range []string{`data: {"n":42}`, "id: 42", "", `data: {"n":43}`} {
		if !lines.Scan() || lines.Text() != want {
			t.Fatalf("%q, want %q", lines.Text(), want)
		}
	}
}
