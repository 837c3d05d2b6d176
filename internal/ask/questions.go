package ask

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/brio-go/brio/routing"
)

// Questions returns the table of questions.
func Questions() []Question {
	return []Question{
		{Name: "routes", Short: "list the routes", define: routes, Long: `
Routes lists each route with its method, path, name, function and tags. A mount answers every method, so its method is *.`},
		{Name: "explain", Args: "METHOD PATH", Least: 2, Most: 2, Short: "say what runs for a request", define: explain, Long: `
Explain prints what App.Explain says of a route: its middleware, guards, dependencies and handler, numbered in the order of the
calls, with the place of each declaration. PATH is that of the route, as in /items/{id}, or a path that one route answers, as in
/items/3.`},
		{Name: "check", Short: "report the mistakes in the declarations", define: check, Long: `
Check compiles the app as the start-up does. It prints all mistakes, each with file:line and with what is legal, and exits with 1 if
there are any. It is a step for CI.`},
		{Name: "openapi", Short: "print the OpenAPI document", define: openapi, Long: `
Openapi prints the app's OpenAPI document as JSON.`},
		{Name: "asyncapi", Short: "print the AsyncAPI document of the WebSockets", define: asyncapi, Long: `
Asyncapi prints the document of the app's WebSocket routes as JSON.`},
		{Name: "call", Args: "[METHOD] PATH", Least: 1, Most: 2, Short: "send one request through the app", define: call, Long: `
Call sends one request through the app in its process, without a port, and prints the answer: status, headers, the body with JSON
indented, the time that the app took, and that of each step: under solve the functions and parameters of dependencies, in the order in
which they ran. Without METHOD it is GET, or POST with a body. The app starts before and stops after, so
its lifespans run. A status of 400 or more makes the exit code 1.`},
		{Name: "bench", Args: "PATH", Least: 1, Most: 1, Short: "measure requests through the app", define: bench, Long: `
Bench sends the same request again and again through the app in its process, and prints requests per second, how long an answer
takes, and what each allocates. No network and no server is part of the figures. The app starts before and stops after, so its
lifespans run. An answer with a status of 400 or more ends it.`},
	}
}

// routes prints the routes as a table or as JSON.
func routes(flags *flag.FlagSet) answer {
	asJSON := flags.Bool("json", false, "print a JSON array of objects")
	return func(app App, _ []string, out io.Writer) error {
		all := app.Routes()
		if *asJSON {
			list := make([]routeJSON, len(all))
			for i, r := range all {
				list[i] = routeJSON(r)
			}
			e := json.NewEncoder(out)
			e.SetEscapeHTML(false)
			e.SetIndent("", "  ")
			return e.Encode(list)
		}
		table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
		version := ""
		if slices.ContainsFunc(all, func(r routing.RouteInfo) bool { return r.Version != "" }) {
			version = "VERSION\t"
		}
		fmt.Fprintln(table, version+"METHOD\tPATH\tNAME\tFUNCTION\tTAGS")
		for _, r := range all {
			if version != "" {
				fmt.Fprint(table, cmp.Or(r.Version, "*"), "\t")
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", methodOf(r), r.Host+r.Path, r.Name, r.Function, strings.Join(r.Tags, ", "))
		}
		return table.Flush()
	}
}

// routeJSON is a RouteInfo with the names of its JSON form.
type routeJSON struct {
	Method   string   `json:"method"`
	Path     string   `json:"path"`
	RootPath string   `json:"rootPath,omitempty"`
	Name     string   `json:"name"`
	Function string   `json:"function"`
	Tags     []string `json:"tags,omitempty"`
	Host     string   `json:"host,omitempty"`
	Version  string   `json:"version,omitempty"`
}

func methodOf(r routing.RouteInfo) string {
	if r.Method == "" {
		return "*"
	}
	return r.Method
}

// explain prints what runs for a route, or for the route that answers a path.
func explain(*flag.FlagSet) answer {
	return func(app App, args []string, out io.Writer) error {
		method, path := strings.ToUpper(args[0]), args[1]
		if text := app.Explain(method, path); text != "" {
			_, err := io.WriteString(out, text)
			return err
		}
		var fits, known []string
		for _, r := range app.Routes() {
			switch full := r.Host + r.Path; {
			case r.Method != method:
			case answersPath(full, path):
				fits = append(fits, full)
			default:
				known = append(known, method+" "+full)
			}
		}
		if len(fits) == 1 {
			_, err := io.WriteString(out, app.Explain(method, fits[0]))
			return err
		}
		if len(fits) > 1 {
			return fmt.Errorf("%s %s is answered by one of the routes %s: name one of them", method, path, strings.Join(fits, ", "))
		}
		if len(known) == 0 {
			return fmt.Errorf("no route is declared for the method %s; brio routes lists all", method)
		}
		return fmt.Errorf("no route is declared for %s %s\n\tlegal: %s", method, path, strings.Join(known, ", "))
	}
}

// answersPath reports whether a path has the form of a pattern, segment by segment.
func answersPath(pattern, path string) bool {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	for i, s := range want {
		switch {
		case strings.HasPrefix(s, "{") && (strings.HasSuffix(s, ":path}") || strings.HasSuffix(s, "...}")):
			return len(got) > i
		case i >= len(got):
			return false
		case strings.Contains(s, "{"):
			if got[i] == "" {
				return false
			}
		case s != got[i]:
			return false
		}
	}
	return len(want) == len(got)
}

func check(*flag.FlagSet) answer {
	return func(app App, _ []string, out io.Writer) error {
		n := len(app.Routes())
		_, err := fmt.Fprintf(out, "no mistakes in the declarations of %d route%s\n", n, plural(n))
		return err
	}
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

func openapi(flags *flag.FlagSet) answer {
	version := flags.String("version", "", "the `version` of OpenAPI: 3.0.3, 3.1.0, 3.2.0; by default that of the document")
	document := flags.String("document", "", "the `path` of another document of the app, as in /internal.json")
	return func(app App, _ []string, out io.Writer) error {
		h, paths := app.Document(*document)
		if h == nil {
			return fmt.Errorf("the app has no document %q\n\tlegal: %s", *document, strings.Join(paths, ", "))
		}
		return printDocument(h, url.Values{"version": {*version}}, out)
	}
}

func asyncapi(*flag.FlagSet) answer {
	return func(app App, _ []string, out io.Writer) error {
		h := app.Channels()
		if h == nil {
			return fmt.Errorf("the app has no AsyncAPI document\n\tlegal: an app with a WebSocket route, or with brio.AsyncAPIURL")
		}
		return printDocument(h, nil, out)
	}
}

// printDocument prints what the handler of a document serves.
func printDocument(h http.Handler, query url.Values, out io.Writer) error {
	if query.Get("version") == "" {
		query = nil
	}
	r, err := newRequest(context.Background(), http.MethodGet, "/?"+query.Encode(), nil, nil)
	if err != nil {
		return err
	}
	w := newRecorder()
	h.ServeHTTP(w, r)
	if w.status != http.StatusOK {
		var problem struct{ Detail string }
		if json.Unmarshal(w.body.Bytes(), &problem) != nil || problem.Detail == "" {
			problem.Detail = w.body.String()
		}
		return fmt.Errorf("the document cannot be made: %s", problem.Detail)
	}
	_, err = out.Write(indented(w.body.Bytes()))
	return err
}

// indented returns JSON with line breaks. Other text stays as it is. It ends in a line break.
func indented(text []byte) []byte {
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", "  "); err != nil {
		b.Reset()
		b.Write(text)
	}
	if n := b.Len(); n > 0 && b.Bytes()[n-1] != '\n' {
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// sortedNames returns the names of headers in alphabetical order.
func sortedNames(h http.Header) (names []string) {
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
