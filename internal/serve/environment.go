package serve

import (
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"strconv"
	"strings"

	"github.com/brio-go/brio/routing"
)

// Settings are what the environment and flags say. The zero value says nothing.
type Settings struct {
	Address     Address     // "" for the program's
	Level       *slog.Level // of the log
	Format      string      // of the log: "text" or "json", "" for the default
	Development *bool

	Report routing.Report
}

// Flags are the flags of FromEnv. The zero value has none.
type Flags struct {
	set     *flag.FlagSet
	address *string
	level   *string
	format  *string
	env     *string

	report routing.Report
}

// NewFlags defines the flags in a set, which may be nil. place is the call of the program.
func NewFlags(set *flag.FlagSet, place string) Flags {
	f := Flags{set: set}
	if set == nil {
		return f
	}
	define := func(name, usage string) *string {
		if set.Lookup(name) != nil {
			f.report = append(f.report, routing.Mistake{
				Place: place, Found: fmt.Sprintf("the flag -%s is defined already", name),
				Legal: "another name for the flag of the program; or FromEnv(nil), which defines no flags",
			})
			return new(string)
		}
		return set.String(name, "", usage)
	}
	f.address = define("addr", "listen on this `address`: host:port, unix:/path, systemd")
	f.level = define("log-level", "log from this `level` on: debug, info, warn, error")
	f.format = define("log-format", "log in this `format`: text, json")
	f.env = define("env", "run in this `environment`: development, production")
	return f
}

// Read reads the flags and the environment. A flag counts more than a variable. It parses the arguments of the program if the program
// has not parsed them. address is that of the program, for HOST and PORT.
func (f Flags) Read(address string) Settings {
	s := Settings{Report: f.report}
	if f.set != nil && len(f.report) == 0 && !f.set.Parsed() {
		if err := f.set.Parse(os.Args[1:]); err != nil {
			s.Report = append(s.Report, routing.Mistake{Found: "the arguments of the program: " + err.Error(), Legal: "its flags; -help lists them"})
		}
	}
	var source string
	find := func(flag *string, name, variable string) string {
		if flag != nil && *flag != "" {
			source = "the flag -" + name
			return *flag
		}
		source = "the environment variable " + variable
		return os.Getenv(variable)
	}
	if text := find(f.address, "addr", "BRIO_ADDRESS"); text != "" {
		s.Address = Address{text, source}
	} else {
		s.Address = s.hostPort(address)
	}
	if text := find(f.level, "log-level", "BRIO_LOG_LEVEL"); text != "" {
		var level slog.Level
		if err := level.UnmarshalText([]byte(text)); err != nil {
			s.mistake(source, text, "debug, info, warn, error; also with a number, as in info+2")
		}
		s.Level = &level
	}
	s.Format = strings.ToLower(find(f.format, "log-format", "BRIO_LOG_FORMAT"))
	if s.Format != "" && s.Format != "text" && s.Format != "json" {
		s.mistake(source, s.Format, "text, json")
	}
	if text := find(f.env, "env", "BRIO_ENV"); text != "" {
		is := text == development
		s.Development = &is
	}
	return s
}

// hostPort returns the program's address with HOST and PORT in the place of its host and port.
func (s *Settings) hostPort(address string) Address {
	host, port := os.Getenv("HOST"), os.Getenv("PORT")
	if host == "" && port == "" {
		return Address{}
	}
	if _, err := strconv.ParseUint(port, 10, 16); port != "" && err != nil {
		s.mistake("the environment variable PORT", port, "a port from 0 to 65535")
		return Address{}
	}
	plain, isPlain := strings.CutPrefix(address, "http://")
	programHost, programPort, err := net.SplitHostPort(plain)
	if err != nil { // unix, systemd: they have no host and port
		programHost, programPort = "", ""
	}
	if host == "" {
		host = programHost
	}
	if port == "" {
		port = programPort
	}
	if port == "" {
		return Address{}
	}
	text := net.JoinHostPort(strings.Trim(host, "[]"), port)
	if isPlain {
		text = "http://" + text
	}
	return Address{text, "the environment variables HOST and PORT"}
}

func (s *Settings) mistake(source, text, legal string) {
	s.Report = append(s.Report, routing.Mistake{Place: source, Found: strconv.Quote(text), Legal: legal})
}

// development is the value of BRIO_ENV that means development. Every other one means production.
const development = "development"

// IsDevelopment reports whether the process is one of a programmer: BRIO_ENV is "development", or it is not set and the standard error
// is a terminal.
func IsDevelopment() bool {
	if env, ok := os.LookupEnv("BRIO_ENV"); ok && env != "" {
		return env == development
	}
	info, err := os.Stderr.Stat()
	if err != nil || info.Mode()&fs.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}
