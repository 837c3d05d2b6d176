package serving_test

import (
	"encoding/json"
	"flag"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// TestFromEnvSetsAddress: a flag counts more than a variable, and BRIO_ADDRESS more than HOST and PORT.
func TestFromEnvSetsAddress(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		env  []string
		host string // of the address
	}{
		"program":      {nil, nil, "127.0.0.1"},
		"PORT":         {nil, []string{"PORT=0"}, "127.0.0.1"},
		"HOST":         {nil, []string{"HOST=127.0.0.2"}, "127.0.0.2"},
		"HOST IPv6":    {nil, []string{"HOST=::1", "PORT=0"}, "::1"},
		"BRIO_ADDRESS": {nil, []string{"BRIO_ADDRESS=127.0.0.3:0", "HOST=127.0.0.2"}, "127.0.0.3"},
		"flag":         {[]string{"-addr", "127.0.0.4:0"}, []string{"BRIO_ADDRESS=127.0.0.3:0"}, "127.0.0.4"},
	} {
		t.Run(name, func(t *testing.T) {
			if probe, err := net.Listen("tcp", net.JoinHostPort(c.host, "0")); err != nil {
				t.Skip("this machine has no such address:", err)
			} else {
				_ = probe.Close()
			}
			child := start(t, "env", c.args, c.env...)
			url := child.address()
			if got := get(t, url, &http.Transport{}); got != `"env HTTP/1.1"` {
				t.Errorf("got %s", got)
			}
			if host, _, _ := net.SplitHostPort(strings.TrimPrefix(url, "http://")); host != c.host {
				t.Errorf("address %s, want the host %s", url, c.host)
			}
			child.stop()
		})
	}
}

// TestFromEnvSetsLog: the level and the format of the log, for production JSON lines by default.
func TestFromEnvSetsLog(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		env  []string
		want string
	}{
		"production":  {nil, nil, `"msg":"serving"`},
		"text":        {nil, []string{"BRIO_LOG_FORMAT=text"}, "msg=serving"},
		"json flag":   {[]string{"-log-format=json"}, []string{"BRIO_LOG_FORMAT=text"}, `"msg":"serving"`},
		"development": {nil, []string{"BRIO_ENV=development"}, "INFO serving"},
		"env flag":    {[]string{"-env=production"}, []string{"BRIO_ENV=development"}, `"msg":"serving"`},
	} {
		t.Run(name, func(t *testing.T) {
			child := start(t, "env", c.args, c.env...)
			child.address()
			child.stop()
			testkit.WantContains(t, child.stderr.String(), c.want)
		})
	}
	child := start(t, "env", []string{"-addr=127.0.0.1:0"}, "BRIO_LOG_LEVEL=error", "BRIO_ENV=development")
	testkit.Eventually(t, "the banner", func() bool { return strings.Contains(child.stderr.String(), "Ctrl+C") })
	child.stop()
	if strings.Contains(child.stderr.String(), "INFO") {
		t.Errorf("the level has no effect:\n%s", child.stderr)
	}
}

// TestFromEnvRefusesWrongValues: all mistakes at once, each with the name of the variable or flag.
func TestFromEnvRefusesWrongValues(t *testing.T) {
	child := start(t, "env", []string{"-log-level=loud"}, "PORT=http", "BRIO_LOG_FORMAT=xml")
	child.wait(1)
	testkit.WantContains(t, child.stderr.String(), "brio: 3 mistakes", "flag -log-level", `"loud"`, "variable PORT", "a port from 0 to 65535",
		"variable BRIO_LOG_FORMAT", `"xml"`, "legal: text, json")

	set := flag.NewFlagSet("program", flag.ContinueOnError)
	set.String("addr", "", "the program's own")
	err := newApp("app", testkit.Quiet()).Run("127.0.0.1:0", brio.FromEnv(set))
	if err == nil {
		t.Fatal("no error")
	}
	testkit.WantContains(t, err.Error(), "environment_test.go:", "the flag -addr is defined already", "FromEnv(nil)")
}

// TestFailedStartIsLoggedAtEveryLevel: log.Fatal(err) after Run writes through the log that FromEnv has set, whose lines of package log
// have the level INFO.
func TestFailedStartIsLoggedAtEveryLevel(t *testing.T) {
	used, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer used.Close()
	child := start(t, "fatal", []string{"-addr", used.Addr().String()}, "BRIO_LOG_LEVEL=error")
	child.wait(1)
	testkit.WantContains(t, child.stderr.String(), `"level":"ERROR"`, "address already in use")
}

// TestRunReadsNoEnvironment: without FromEnv only BRIO_ENV counts.
func TestRunReadsNoEnvironment(t *testing.T) {
	child := start(t, "plain", []string{"-addr=x"}, "PORT=http", "BRIO_ADDRESS=x", "BRIO_LOG_FORMAT=text")
	child.address()
	child.stop()
	first, _, _ := strings.Cut(child.stderr.String(), "\n")
	var line struct{ Msg, App, Address string }
	if err := json.Unmarshal([]byte(first), &line); err != nil || line.Msg != "serving" || line.App != "plain" || line.Address == "" {
		t.Errorf("the first line: %s", first)
	}
}

// TestDevelopmentPrintsBanner and logs requests, production does neither. An app with an access log of its own logs each request once.
func TestDevelopmentPrintsBanner(t *testing.T) {
	for name, c := range map[string]struct {
		program, env string
		banner       bool
		requests     int
	}{
		"development":    {"plain", "BRIO_ENV=development", true, 1},
		"production":     {"plain", "BRIO_ENV=production", false, 0},
		"other":          {"plain", "BRIO_ENV=staging", false, 0},
		"unset":          {"plain", "BRIO_ENV=", false, 0}, // the standard error is no terminal
		"own access log": {"logs", "BRIO_ENV=production", true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			child := start(t, c.program, nil, c.env)
			url := child.address()
			get(t, url, &http.Transport{})
			child.stop()
			text := child.stderr.String()
			if has := strings.Contains(text, "docs     "+url+"/docs\n") && strings.Contains(text, "routes   1\n"); has != c.banner {
				t.Errorf("banner %t, want %t:\n%s", has, c.banner, text)
			}
			if got := strings.Count(text, "GET"); got != c.requests {
				t.Errorf("%d lines for the request, want %d:\n%s", got, c.requests, text)
			}
		})
	}
}

// TestDevelopmentSaysThingsOnce: a request that a router logs has one line, and so has a request beside it. A warning about an option is in
// the banner alone.
func TestDevelopmentSaysThingsOnce(t *testing.T) {
	child := start(t, "logs on a router", nil)
	url := child.address()
	get(t, url+"/logged/", &http.Transport{})
	get(t, url+"/", &http.Transport{})
	child.stop()
	text := child.stderr.String()
	for line, want := range map[string]int{"path=/logged/": 1, "path=/ ": 1, `TrustProxies("*")`: 1} {
		if got := strings.Count(text, line); got != want {
			t.Errorf("%d lines with %s, want %d:\n%s", got, line, want, text)
		}
	}
}

// TestRequestLog: the option logs requests of a server in production, to the app's logger.
func TestRequestLog(t *testing.T) {
	l := listen(t)
	log, _ := serve(t, t.Context(), l, brio.RequestLog())
	get(t, "http://"+l.Addr().String()+"/?q=secret", &http.Transport{})
	testkit.Eventually(t, "the record", func() bool {
		return log.HasLine("msg=request", "method=GET", "route=/", "path=/", "status=200", "bytes=14", "client=127.0.0.1")
	})
	if strings.Contains(log.String(), "secret") {
		t.Error("the query is in the log")
	}
}
