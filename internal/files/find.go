package files

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// Kind says what Find has found.
type Kind uint8

// The results of Find.
const (
	Missing Kind = iota // no file, and no page for missing files
	File                // a file
	Index               // a folder without the slash at the end of its path; it has an index or a listing
	List                // a folder without an index, to be listed
	Page                // the page for missing files, with status 404
	AppPage             // the page of a single-page app, for clients that accept HTML; Missing for all others
)

// Found is what there is for a path.
type Found struct {
	Kind Kind
	Name string // of the file or folder, as the file system has it
	Info fs.FileInfo
	File fs.File // a file that is open; the caller closes it. nil for folders
}

// Close closes the file, if there is one.
func (f *Found) Close() {
	if f.File != nil {
		_ = f.File.Close() // opened for reading: no data can be lost
		f.File = nil
	}
}

// Find returns what there is for the path of a request, without the prefix of the folder. isFolder is true if the path of the request
// ends with a slash. The error is that of the file system: fs.ErrPermission, or a failure that the client did not cause.
func (f *Folder) Find(name string, isFolder bool) (Found, error) {
	found, err := f.existing(strings.TrimSuffix(name, "/"), isFolder)
	if err != nil || found.Kind != Missing {
		return found, err
	}
	return f.fallback()
}

// Has reports whether there is a file for a path, or a folder with an index. Pages for missing files do not count.
func (f *Folder) Has(name string, isFolder bool) (bool, error) {
	found, err := f.existing(strings.TrimSuffix(name, "/"), isFolder)
	found.Close()
	return found.Kind != Missing, err
}

// existing is Find without pages for missing files.
func (f *Folder) existing(name string, isFolder bool) (Found, error) {
	if name == "" {
		name = "."
	}
	found, err := f.open(name, File)
	switch {
	case err != nil:
		return Found{}, err
	case found.Kind == File && isFolder:
		found.Close()
		return Found{}, nil
	case found.Kind != folderItself:
		return found, nil
	}
	found.Kind = Missing
	if f.HTML {
		index, err := f.open(path.Join(name, IndexPage), File)
		switch {
		case err != nil:
			return Found{}, err
		case index.Kind == File:
			found = index
		}
	}
	if found.Kind == Missing && f.Listing {
		found.Kind = List
	}
	if found.Kind != Missing && !isFolder {
		found.Close()
		found.Kind = Index
	}
	return found, nil
}

// fallback returns the page for missing files.
func (f *Folder) fallback() (Found, error) {
	if f.Fallback == MissingPage || f.Fallback == Auto || f.Fallback == AutoMissing {
		if found, err := f.page(MissingPage, Page, f.Fallback == MissingPage); err != nil || found.Kind != Missing {
			return found, err
		}
	}
	if f.Fallback == IndexPage || f.Fallback == Auto {
		return f.page(IndexPage, AppPage, f.Fallback == IndexPage)
	}
	return Found{}, f.present()
}

// page returns a page for missing files. must makes a missing one an error.
func (f *Folder) page(name string, kind Kind, must bool) (Found, error) {
	found, err := f.open(name, kind)
	switch {
	case err != nil:
		return Found{}, err
	case found.Kind == kind:
		return found, nil
	case must:
		return Found{}, fmt.Errorf("%s: the fallback %s does not exist", f.Function, name)
	}
	return Found{}, f.present()
}

// present returns an error if the folder itself does not exist, which CheckDir(false) allows at start-up.
func (f *Folder) present() error {
	if f.CheckDir {
		return nil
	}
	if _, err := fs.Stat(f.files, "."); err != nil {
		return fmt.Errorf("%s: the folder does not exist: %w", f.Function, err)
	}
	return nil
}

// folderItself is the Kind of a folder before existing has looked for an index.
const folderItself Kind = 255

// open opens a file, as one of a kind. Of a folder it returns the description, and of any other name that is not for clients a Missing.
func (f *Folder) open(name string, kind Kind) (Found, error) {
	switch f.files.(type) {
	case *folder, embed.FS: // Open returns at once
	default: // to open a pipe could block
		info, err := f.stat(name)
		switch {
		case err != nil || info == nil:
			return Found{}, err
		case info.IsDir():
			return Found{folderItself, name, info, nil}, nil
		case !info.Mode().IsRegular():
			return Found{}, nil
		}
	}
	if !f.admits(name) {
		return Found{}, nil
	}
	file, err := f.files.Open(name)
	if err != nil {
		return Found{}, unlessMissing(err)
	}
	found := Found{kind, name, nil, file}
	found.Info, err = file.Stat()
	switch {
	case err != nil:
		found.Close()
		return Found{}, err
	case found.Info.IsDir():
		found.Close()
		found.Kind = folderItself
	}
	if !found.Info.IsDir() && !found.Info.Mode().IsRegular() || !f.hasExactly(name) {
		found.Close()
		return Found{}, nil
	}
	return found, nil
}

// stat describes a file. It is nil if there is no such file for clients.
func (f *Folder) stat(name string) (fs.FileInfo, error) {
	if !f.admits(name) {
		return nil, nil
	}
	info, err := fs.Stat(f.files, name)
	switch {
	case err != nil:
		return nil, unlessMissing(err)
	case !f.hasExactly(name):
		return nil, nil
	}
	return info, nil
}

// unlessMissing returns the error of a look-up, nil if it means that there is no such file.
func unlessMissing(err error) error {
	if IsMissing(err) {
		return nil
	}
	return err
}

// Open opens a file that Find has found, once more. The error of a file that was removed since is that of the file system.
func (f *Folder) Open(name string) (fs.File, error) { return f.files.Open(name) }

// admits reports whether clients may ask for a name: it is a path of io/fs without a backslash, a control character, and, unless
// Hidden, without a part that begins with a dot. The part .well-known (RFC 8615) is for clients.
func (f *Folder) admits(name string) bool {
	if name == "." {
		return true
	}
	if !fs.ValidPath(name) {
		return false
	}
	begins := true // a part
	for i := range len(name) {
		c := name[i]
		if c < ' ' || c == 0x7f || c == '\\' {
			return false
		}
		if begins && c == '.' && !f.Hidden && !isWellKnown(name[i:]) {
			return false
		}
		begins = c == '/'
	}
	return true
}

func isWellKnown(s string) bool {
	rest, ok := strings.CutPrefix(s, ".well-known")
	return ok && (rest == "" || rest[0] == '/')
}
