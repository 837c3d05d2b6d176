package startup_test

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/jobs"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/responsemodel"
	"github.com/brio-go/brio/security"
)

// switches has every option of the public packages that is a switch, X(on ...bool): without a mistake, and with one argument too many.
var switches = map[string]struct{ legal, misused any }{
	"brio.AbsentNulls":           {brio.AbsentNulls(), brio.AbsentNulls(true, false)},
	"brio.AbsoluteRedirects":     {brio.AbsoluteRedirects(), brio.AbsoluteRedirects(true, false)},
	"brio.AnswerBadMessages":     {brio.AnswerBadMessages(), brio.AnswerBadMessages(true, false)},
	"brio.AutoETag":              {brio.AutoETag(), brio.AutoETag(true, false)},
	"brio.AutoTitles":            {brio.AutoTitles(), brio.AutoTitles(true, false)},
	"brio.ByAlias":               {brio.ByAlias(), brio.ByAlias(true, false)},
	"brio.CompressMessages":      {brio.CompressMessages(), brio.CompressMessages(true, false)},
	"brio.ContentTypeErrors":     {brio.ContentTypeErrors(), brio.ContentTypeErrors(true, false)},
	"brio.Debug":                 {brio.Debug(), brio.Debug(true, false)},
	"brio.DecodedPaths":          {brio.DecodedPaths(), brio.DecodedPaths(true, false)},
	"brio.Deprecated":            {brio.Deprecated(), brio.Deprecated(true, false)},
	"brio.Development":           {brio.Development(), brio.Development(true, false)},
	"brio.DocumentErrors":        {brio.DocumentErrors(), brio.DocumentErrors(true, false)},
	"brio.EncodedSlashes":        {brio.EncodedSlashes(), brio.EncodedSlashes(true, false)},
	"brio.EventStream":           {brio.EventStream(), brio.EventStream(true, false)},
	"brio.ExcludeDefaults":       {brio.ExcludeDefaults(), brio.ExcludeDefaults(true, false)},
	"brio.ExcludeNone":           {brio.ExcludeNone(), brio.ExcludeNone(true, false)},
	"brio.ExcludeUnset":          {brio.ExcludeUnset(), brio.ExcludeUnset(true, false)},
	"brio.FastAPIDocument":       {brio.FastAPIDocument(), brio.FastAPIDocument(true, false)},
	"brio.GoneAfterSunset":       {brio.GoneAfterSunset(), brio.GoneAfterSunset(true, false)},
	"brio.H2C":                   {brio.H2C(), brio.H2C(true, false)},
	"brio.HeaderFieldNames":      {brio.HeaderFieldNames(), brio.HeaderFieldNames(true, false)},
	"brio.Hidden":                {brio.Hidden(), brio.Hidden(true, false)},
	"brio.JSONableEncoder":       {brio.JSONableEncoder(), brio.JSONableEncoder(true, false)},
	"brio.LaxJSON":               {brio.LaxJSON(), brio.LaxJSON(true, false)},
	"brio.LaxText":               {brio.LaxText(), brio.LaxText(true, false)},
	"brio.MergeAlways":           {brio.MergeAlways(), brio.MergeAlways(true, false)},
	"brio.NoResponseModel":       {brio.NoResponseModel(), brio.NoResponseModel(true, false)},
	"brio.NullResults":           {brio.NullResults(), brio.NullResults(true, false)},
	"brio.PlainLimits":           {brio.PlainLimits(), brio.PlainLimits(true, false)},
	"brio.PlainServerErrors":     {brio.PlainServerErrors(), brio.PlainServerErrors(true, false)},
	"brio.ProblemDetails":        {brio.ProblemDetails(), brio.ProblemDetails(true, false)},
	"brio.RedirectSlashes":       {brio.RedirectSlashes(), brio.RedirectSlashes(true, false)},
	"brio.RequestLog":            {brio.RequestLog(), brio.RequestLog(true, false)},
	"brio.RootPathInServers":     {brio.RootPathInServers(), brio.RootPathInServers(true, false)},
	"brio.SeparateInputOutput":   {brio.SeparateInputOutput(), brio.SeparateInputOutput(true, false)},
	"brio.CheckDir":              {brio.CheckDir(), brio.CheckDir(true, false)},
	"brio.StaticDotFiles":        {brio.StaticDotFiles(), brio.StaticDotFiles(true, false)},
	"brio.StaticHTML":            {brio.StaticHTML(), brio.StaticHTML(true, false)},
	"brio.StaticListing":         {brio.StaticListing(), brio.StaticListing(true, false)},
	"brio.StaticPrecompressed":   {brio.StaticPrecompressed(), brio.StaticPrecompressed(true, false)},
	"brio.StrictContentType":     {brio.StrictContentType(), brio.StrictContentType(true, false)},
	"brio.UncheckedScopes":       {brio.UncheckedScopes(), brio.UncheckedScopes(true, false)},
	"brio.ValidateResponses":     {brio.ValidateResponses(), brio.ValidateResponses(true, false)},
	"brio.WithHidden":            {brio.WithHidden(), brio.WithHidden(true, false)},
	"cookies.HTTPOnly":           {cookies.HTTPOnly(), cookies.HTTPOnly(true, false)},
	"cookies.Partitioned":        {cookies.Partitioned(), cookies.Partitioned(true, false)},
	"cookies.Secure":             {cookies.Secure(), cookies.Secure(true, false)},
	"jobs.EnqueueOnly":           {jobs.EnqueueOnly(), jobs.EnqueueOnly(true, false)},
	"response.Inline":            {response.Inline(), response.Inline(true, false)},
	"response.OrNotFound":        {response.OrNotFound(), response.OrNotFound(true, false)},
	"responsemodel.ByAlias":      {responsemodel.ByAlias(), responsemodel.ByAlias(true, false)},
	"responsemodel.CheckRules":   {responsemodel.CheckRules(), responsemodel.CheckRules(true, false)},
	"responsemodel.ExcludeNone":  {responsemodel.ExcludeNone(), responsemodel.ExcludeNone(true, false)},
	"responsemodel.ExcludeUnset": {responsemodel.ExcludeUnset(), responsemodel.ExcludeUnset(true, false)},
	"responsemodel.ExcludeDefaults": {
		responsemodel.ExcludeDefaults(), responsemodel.ExcludeDefaults(true, false),
	},
	"security.Optional": {security.Optional(), security.Optional(true, false)},
	"security.UTF8":     {security.UTF8(), security.UTF8(true, false)},
}

// A switch with more than one argument is a mistake, and no switch ignores it. An app reports it at start-up, with its place; New and
// Check return it; a file, which is made for a request, is a 500 with a line in the log.
func TestSwitchesTakeOneArgument(t *testing.T) {
	for name, s := range switches {
		_, short, _ := strings.Cut(name, ".")
		want := short + " has 2 arguments"
		if got := mistakeOf(t, s.legal); got != "" {
			t.Errorf("%s(): got %q, want no mistake", name, got)
		}
		got := mistakeOf(t, s.misused)
		if !strings.Contains(got, want) || !strings.Contains(got, "legal") || !strings.Contains(got, "one bool or none, as in ") || !strings.Contains(got, short+"(false)") {
			t.Errorf("%s(true, false): got %q, want %q and what is legal", name, got, want)
		}
		if (strings.HasPrefix(name, "brio.") || strings.HasPrefix(name, "jobs.")) && !strings.Contains(got, "startup/switches_test.go:") {
			t.Errorf("%s(true, false): got %q, want the place of the option", name, got)
		}
	}
}

// mistakeOf returns the text with which an option is refused, "" for a legal one.
func mistakeOf(t *testing.T, option any) string {
	t.Helper()
	text := func(err error) string {
		if err == nil {
			return ""
		}
		return err.Error()
	}
	switch o := option.(type) {
	case brio.AppOption:
		return text(brio.New(o).Check())
	case jobs.Declaration:
		return text(brio.New(brio.Jobs(jobs.NewMemory(), o)).Check())
	case brio.RouteOption:
		app := brio.New()
		app.Get("/", func() int { return 0 }, o)
		return text(app.Check())
	case brio.StaticOption:
		app := brio.New()
		app.Static("/", fstest.MapFS{}, o)
		return text(app.Check())
	case brio.RunOption:
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ctx, end := context.WithCancel(t.Context())
		end()
		return text(brio.New(testkit.Quiet()).Serve(ctx, l, brio.ShutdownDelay(0), o))
	case security.Option:
		app := brio.New()
		app.Get("/", func() {}, brio.Security(security.HTTPBasic(o)))
		return text(app.Check())
	case cookies.Option:
		return text(cookies.Check(cookies.New("name", "value", cookies.Secure(), o)))
	case responsemodel.Option:
		_, err := responsemodel.New[struct{ Name string }](o)
		return text(err)
	case response.FileOption:
		var log testkit.Log
		app := brio.New(brio.Logger(log.Logger()))
		app.Get("/", func() *brio.Response { return response.FileIn(fstest.MapFS{"a.txt": {}}, "a.txt", o) })
		if w := testkit.Get(app, "/"); w.Code == 500 {
			return log.String()
		}
		return ""
	}
	t.Errorf("%T is no kind of option that is known here", option)
	return ""
}

// The table has every exported function of the public packages whose last parameter is ...bool.
func TestSwitchesAreComplete(t *testing.T) {
	found := map[string]bool{}
	const root = "../.."
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(root, path)
		top, _, _ := strings.Cut(filepath.ToSlash(rel), "/")
		switch {
		case err != nil:
			return err
		case d.IsDir() && (top == "internal" || top == "tests" || top == "bench" || top == "examples" || top == "scripts" || top == "tools" || rel != "." && strings.HasPrefix(top, ".") || d.Name() == "testdata"):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range f.Decls {
			d, ok := d.(*ast.FuncDecl)
			if !ok || !d.Name.IsExported() || len(d.Type.Params.List) == 0 {
				continue
			}
			last, ok := d.Type.Params.List[len(d.Type.Params.List)-1].Type.(*ast.Ellipsis)
			if !ok {
				continue
			}
			if of, ok := last.Elt.(*ast.Ident); ok && of.Name == "bool" {
				found[f.Name.Name+"."+d.Name.Name] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range found {
		if _, ok := switches[name]; !ok {
			t.Errorf("%s has no case", name)
		}
	}
	for name := range switches {
		if !found[name] {
			t.Errorf("%s is no switch", name)
		}
	}
}
