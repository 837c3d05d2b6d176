package brio

import (
	"slices"
	"strconv"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/files"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/startup"
	"github.com/brio-go/brio/routing"
)

// StaticOption configures a [routing.Router.Static] or a [routing.Router.Frontend].
type StaticOption = routing.StaticOption

// staticOption is an option of static files.
type staticOption func(*files.Options)

// ApplyStatic implements StaticOption.
func (o staticOption) ApplyStatic(f *files.Options) { o(f) }

// switchedStatic is switched for options of static files.
func switchedStatic(name string, on []bool, set func(f *files.Options, on bool)) StaticOption {
	isOn, wrong := readSwitch(name, on, 2)
	return staticOption(func(f *files.Options) {
		set(f, isOn)
		f.Mistakes = append(f.Mistakes, wrong...)
	})
}

// StaticName names the files, for URLs: app.URL("static", "path", "css/site.css").
//
//go:noinline
func StaticName(name string) StaticOption {
	return staticOption(func(f *files.Options) { f.Name = name })
}

// Fallback is the page for missing files: "404.html", with the status 404, or "index.html", with the status 200, for GET and HEAD with
// an Accept header that names text/html or application/xhtml+xml. Another name is a start-up error, and so is a file that does not
// exist. A Frontend without the option takes 404.html if there is one, else index.html; a Static has no fallback.
//
//go:noinline
func Fallback(page string) StaticOption {
	place := funcname.Caller(1)
	return staticOption(func(f *files.Options) {
		if page != files.IndexPage && page != files.MissingPage {
			f.Mistakes = append(f.Mistakes, startup.Mistake{Place: place, Found: "Fallback(" + strconv.Quote(page) + ")", Legal: `"index.html" or "404.html"; NoFallback() for none`})
			return
		}
		f.Fallback = page
	})
}

// NoFallback makes a missing file the app's own 404.
//
//go:noinline
func NoFallback() StaticOption { return staticOption(func(f *files.Options) { f.Fallback = "" }) }

// CheckDir makes a missing folder a start-up error, and a missing file of Fallback too. It is on by default. With CheckDir(false) the
// folder may come later; a request before that is a 500 with a line in the log.
//
//go:noinline
func CheckDir(on ...bool) StaticOption {
	return switchedStatic("CheckDir", on, func(f *files.Options, on bool) { f.CheckDir = on })
}

// StaticHTML makes Static serve pages, as html=True of FastAPI's StaticFiles: a folder gets its index.html, after a redirect to the
// path with a slash, and a missing file gets 404.html if there is one. A Frontend has it.
//
//go:noinline
func StaticHTML(on ...bool) StaticOption {
	return switchedStatic("StaticHTML", on, func(f *files.Options, on bool) {
		f.HTML = on
		switch {
		case on && f.Fallback == "":
			f.Fallback = files.AutoMissing
		case !on && f.Fallback == files.AutoMissing:
			f.Fallback = ""
		}
	})
}

// StaticListing answers for a folder without an index with an HTML page that lists its files. It is off by default.
//
//go:noinline
func StaticListing(on ...bool) StaticOption {
	return switchedStatic("StaticListing", on, func(f *files.Options, on bool) { f.Listing = on })
}

// StaticDotFiles admits files and folders whose names begin with a dot, such as .git and .env. They are 404 by default, except
// .well-known (RFC 8615).
//
//go:noinline
func StaticDotFiles(on ...bool) StaticOption {
	return switchedStatic("StaticDotFiles", on, func(f *files.Options, on bool) { f.Hidden = on })
}

// StaticPrecompressed sends app.js.br, app.js.zst or app.js.gz in place of app.js to clients that accept the encoding, by the weights of
// their Accept-Encoding. The sibling has an ETag of its own; answers have Vary: Accept-Encoding. A request for ranges gets the file
// itself. A build writes the siblings: a file that changes without them is sent as it was. It costs one look-up for each encoding that
// the client accepts.
//
//go:noinline
func StaticPrecompressed(on ...bool) StaticOption {
	return switchedStatic("StaticPrecompressed", on, func(f *files.Options, on bool) { f.Precompressed = on })
}

// StaticCache sets the Cache-Control of the files: "no-cache", "max-age=3600". Without it answers have none, and browsers choose how long
// they keep a file.
//
//go:noinline
func StaticCache(value string) StaticOption {
	place := funcname.Caller(1)
	return staticOption(func(f *files.Options) {
		if _, legal := exchange.NewField("Cache-Control", value); !legal {
			f.Mistakes = append(f.Mistakes, startup.Mistake{Place: place, Found: "StaticCache(" + strconv.Quote(value) + ")", Legal: "a value without control characters, as in \"max-age=3600\""})
			return
		}
		f.CacheControl = value
	})
}

// StaticImmutable sends "Cache-Control: max-age=31536000, immutable" with files that never change: browsers then do not ask for them
// again for a year. patterns are those of [path.Match], as in "assets/*.js"; "assets/" means all files below. Without patterns these are
// the files with a hash in their names, as bundlers write them: index-BX3kq2d9.js, main.3f5a1c9e.css. All other files have "no-cache",
// unless StaticCache says something else, so that a browser asks for them by their ETags.
//
//go:noinline
func StaticImmutable(patterns ...string) StaticOption {
	patterns = slices.Clone(patterns)
	return staticOption(func(f *files.Options) { f.Immutable, f.Patterns = true, patterns })
}
