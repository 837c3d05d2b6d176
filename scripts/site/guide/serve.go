package guide

import (
	"io/fs"
	"log"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/middleware"
)

// NewApp returns an App that serves the files of a site.
func NewApp(files fs.FS) *brio.App {
	app := brio.New(
		brio.Title("The guide"),
		brio.DocsURL(""), brio.RedocURL(""), brio.OpenAPIURL(""),
		brio.Use(
			middleware.SecurityHeadersWith(middleware.SecurityHeadersOptions{ContentSecurityPolicy: Policy + "; frame-ancestors 'none'"}),
			middleware.Compress(),
		),
	)
	app.Frontend("/", files, brio.Fallback("404.html"), brio.StaticCache("no-cache"))
	return app
}

// Live is the site of a repository as a file system. It is built again when a page is opened and a file that it was made of has changed.
// While the pages have mistakes, the log has them, and the last good site is served. It is safe for concurrent use.
type Live struct {
	repository fs.FS

	mu    sync.Mutex
	read  map[string]time.Time
	files fs.FS
}

// NewLive builds the site for the first time. The error has all mistakes of the pages.
func NewLive(repository fs.FS) (*Live, error) {
	site, err := Build(repository, "/")
	if err != nil {
		return nil, err
	}
	return &Live{repository: repository, read: site.read, files: site.FS()}, nil
}

// Open implements fs.FS.
func (l *Live) Open(name string) (fs.File, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if strings.HasSuffix(name, "index.html") && l.hasChanged() {
		l.rebuild()
	}
	return l.files.Open(name)
}

// hasChanged compares the times of all files that the site was made of, and remembers the new ones.
func (l *Live) hasChanged() bool {
	changed := false
	for file, then := range l.read {
		var now time.Time
		if info, err := fs.Stat(l.repository, file); err == nil {
			now = info.ModTime()
		}
		if !now.Equal(then) {
			l.read[file] = now
			changed = true
		}
	}
	return changed
}

func (l *Live) rebuild() {
	site, err := Build(l.repository, "/")
	if err != nil {
		log.New(os.Stderr, "", 0).Print(err)
		return
	}
	l.read, l.files = site.read, site.FS()
}
