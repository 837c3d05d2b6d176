package files

import (
	"io/fs"
	"path"
	"strconv"

	"github.com/brio-go/brio/internal/startup"
)

// Options are what a Static or a Frontend declares.
type Options struct {
	Function      string   // "Static" or "Frontend", for reports
	Name          string   // for URLs; "": none
	HTML          bool     // folders have an index
	Fallback      string   // the page for missing files: IndexPage, MissingPage, Auto, AutoMissing; "": none
	Listing       bool     // folders without an index are listed
	Hidden        bool     // files whose names begin with a dot are served
	Precompressed bool     // a sibling with the ending of an encoding is sent to clients that accept it
	Immutable     bool     // the files of Patterns never change
	Patterns      []string // none: files with a hash in their names
	CacheControl  string   // of the other files; "": none, or with Immutable "no-cache"
	CheckDir      bool     // a missing folder is a mistake

	Mistakes []startup.Mistake // in the arguments of options
}

// The pages that stand in for missing files.
const (
	IndexPage   = "index.html" // of a single-page app: for requests that accept HTML, with the status 200
	MissingPage = "404.html"   // for all requests, with the status 404
	Auto        = "auto"       // MissingPage if there is one, else IndexPage if there is one
	AutoMissing = "auto 404"   // MissingPage if there is one
)

// Folder is a file system that a Static or a Frontend serves. It is safe for concurrent use.
type Folder struct {
	Options
	files fs.FS // nil: none was given
	isAny caseProbe
	tags  tags
}

// NewFolder makes a Folder. It opens nothing.
func NewFolder(fsys fs.FS, o Options) *Folder {
	f := &Folder{Options: o}
	if fsys != nil {
		f.files = confine(fsys)
	}
	return f
}

// Check returns the first mistake in the declaration: the folder or the page for missing files does not exist, or an option has an
// illegal argument. Found is "" if there is none.
func (f *Folder) Check() (found, legal string) {
	if f.files == nil {
		return "the file system is nil", `a file system: os.DirFS("public"), an embed.FS, or the FS of an os.Root`
	}
	for _, p := range f.Patterns {
		if _, err := path.Match(p, ""); err != nil {
			return "StaticImmutable: the pattern " + strconv.Quote(p) + " is malformed", `patterns of path.Match, as in "assets/*"; "assets/" for all files below`
		}
	}
	if !f.CheckDir {
		return "", ""
	}
	info, err := fs.Stat(f.files, ".")
	switch {
	case err != nil:
		return "the folder cannot be opened: " + err.Error() + workingFolder(), missingCure
	case !info.IsDir():
		return "the file system is no folder, but a file", missingCure
	}
	if page := f.Fallback; page == IndexPage || page == MissingPage {
		switch info, err := fs.Stat(f.files, page); {
		case err != nil:
			return "the fallback cannot be opened: " + err.Error(), fallbackCure
		case !info.Mode().IsRegular():
			return "the fallback " + page + " is no file", fallbackCure
		}
	}
	return "", ""
}
