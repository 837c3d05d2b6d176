package serve

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
)

// Banner is what a program in development prints when it serves.
type Banner struct {
	Version string
	Docs    string // path of the page of the documentation, "" for none
	Out     io.Writer
}

// print writes the banner. urls are those of the listeners.
func (b *Banner) print(c *Config, urls, notes []string) {
	var text strings.Builder
	line := func(name, value string) { fmt.Fprintf(&text, "  %-8s %s\n", name, value) }
	fmt.Fprintf(&text, "\n  %s\n\n", strings.TrimSpace(c.Title+" "+b.Version))
	name := "serving"
	for _, url := range urls {
		line(name, url)
		name = ""
	}
	if b.Docs != "" && strings.HasPrefix(urls[0], "http") {
		line("docs", urls[0]+b.Docs)
	}
	line("routes", strconv.Itoa(c.Routes))
	line("stop", "Ctrl+C; a second time ends requests that still run")
	for _, note := range notes {
		line("note", note)
	}
	text.WriteByte('\n')
	_, _ = io.WriteString(b.Out, text.String())
}

// BuildNotes says what is slow about the way in which the program was built.
func BuildNotes() (notes []string) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil
	}
	for _, s := range info.Settings {
		switch {
		case s.Key == "-race" && s.Value == "true":
			notes = append(notes, "built with -race: several times slower, for tests")
		case s.Key == "-gcflags" && strings.Contains(s.Value, "-N"):
			notes = append(notes, "built without optimisation (-gcflags=-N): slower, for debuggers")
		case s.Key == "-tags" && strings.Contains(s.Value, "brio_reflect"):
			notes = append(notes, "built with -tags brio_reflect: functions are called by reflection, which is slower")
		}
	}
	return notes
}

// notes says what is unsafe about the server.
func (s *server) notes() (notes []string) {
	if s.http.ReadHeaderTimeout < 0 || s.http.ReadHeaderTimeout == 0 && s.http.ReadTimeout <= 0 {
		notes = append(notes, "the server has no ReadHeaderTimeout: a client that sends nothing holds a connection for ever")
	}
	if s.http.IdleTimeout < 0 || s.http.IdleTimeout == 0 && s.http.ReadTimeout <= 0 {
		notes = append(notes, "the server has no IdleTimeout: clients that have gone hold connections for ever")
	}
	return notes
}

// NewLogger returns a logger on standard error. It returns nil if the log of a program in development needs none: slog.Default writes
// lines for people.
func NewLogger(isDevelopment bool, format string, level *slog.Level) *slog.Logger {
	if level == nil {
		level = new(slog.Level) // info
	}
	options := &slog.HandlerOptions{Level: *level}
	switch {
	case format == "json" || format == "" && !isDevelopment:
		return slog.New(slog.NewJSONHandler(os.Stderr, options))
	case format == "text":
		return slog.New(slog.NewTextHandler(os.Stderr, options))
	}
	slog.SetLogLoggerLevel(*level)
	return nil
}

// IsDefaultLog reports whether slog.Default is the logger that the program has at its start.
func IsDefaultLog() bool {
	return fmt.Sprintf("%T", slog.Default().Handler()) == "*slog.defaultHandler"
}
