package files

import (
	"io/fs"
	"path"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// caseProbe knows whether a file system finds files by other spellings of their names, as those of macOS and Windows do. Then
// /ADMIN/x would be the file admin/x, and a guard of /admin/{path...} would not run.
type caseProbe struct {
	once sync.Once
	any  bool
}

// hasExactly reports whether the folders of the file system list each part of the name as it is spelled. It costs nothing where names
// have one spelling, and elsewhere a reading of each folder.
func (f *Folder) hasExactly(name string) bool {
	f.isAny.once.Do(func() { f.isAny.any = findsAnyCase(f.files) })
	if !f.isAny.any {
		return true
	}
	for name != "." {
		dir, base := path.Dir(name), path.Base(name)
		entries, err := fs.ReadDir(f.files, dir)
		if err != nil || !slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == base }) {
			return false
		}
		name = dir
	}
	return true
}

// findsAnyCase tries a name of the file system in the other case. Without a name to try it goes by the operating system.
func findsAnyCase(fsys fs.FS) bool {
	entries, err := fs.ReadDir(fsys, ".")
	if err == nil {
		for _, e := range entries {
			other := swapCase(e.Name())
			if other == e.Name() || slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == other }) {
				continue
			}
			_, err := fs.Stat(fsys, other)
			return err == nil
		}
	}
	switch fsys.(type) {
	case *folder, *linked:
	default:
		if reflect.TypeOf(fsys) != rootType {
			return false
		}
	}
	return runtime.GOOS == "windows" || runtime.GOOS == "darwin" || runtime.GOOS == "ios"
}

// swapCase replaces lower-case letters by upper-case ones, and the other way round.
func swapCase(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, s)
}
