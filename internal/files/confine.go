package files

import (
	"embed"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

var (
	dirType  = reflect.TypeOf(os.DirFS("."))
	rootType = reflect.TypeOf((*os.Root)(nil).FS())
)

// confine returns a file system with the files of fsys from which no symbolic link leads out. A folder of os.DirFS, which follows every
// link, is opened as an os.Root instead. The FS of an os.Root is used through the Root, which can open files in a cheaper way.
func confine(fsys fs.FS) fs.FS {
	if _, ok := fsys.(embed.FS); ok {
		return fsys // it has no links
	}
	switch v := reflect.ValueOf(fsys); v.Type() {
	case rootType:
		if root, _ := v.Convert(reflect.TypeFor[*os.Root]()).Interface().(*os.Root); root != nil {
			f := &folder{fixed: true}
			f.current.Store(&openFolder{root: root})
			return f
		}
	case dirType:
		return &folder{path: v.String()}
	}
	if links, ok := fsys.(fs.ReadLinkFS); ok {
		return &linked{links}
	}
	return fsys
}

// folder is a folder of the operating system. It is opened at the first use, and again when another folder has its path: a deployment
// that replaces the folder, or the link to it, needs no restart. It is safe for concurrent use.
type folder struct {
	path    string
	fixed   bool // it is an os.Root of the program, which stays the same
	current atomic.Pointer[openFolder]
}

// openFolder is a folder that is open. The garbage collector closes it: requests may still open files in it.
type openFolder struct {
	root    *os.Root
	info    fs.FileInfo
	checked atomic.Int64 // Unix nanoseconds at which info was compared with the folder of the path
}

// maxStale is the time for which requests may see a folder that was replaced. A comparison costs a stat, about a microsecond.
const maxStale = time.Second

// open returns the folder that has the path. certain compares in any case, not once in maxStale.
func (f *folder) open(certain bool) (*openFolder, error) {
	o, now := f.current.Load(), time.Now().UnixNano()
	if o != nil && f.fixed || o != nil && !certain && now-o.checked.Load() < int64(maxStale) {
		return o, nil
	}
	if o != nil {
		if info, err := os.Stat(f.path); err == nil && os.SameFile(info, o.info) {
			o.checked.Store(now)
			return o, nil
		}
	}
	root, err := os.OpenRoot(f.path)
	if err != nil {
		return nil, err
	}
	info, err := root.Stat(".")
	if err != nil {
		_ = root.Close() // nothing was written
		return nil, err
	}
	o = &openFolder{root: root, info: info}
	o.checked.Store(now)
	f.current.Store(o)
	return o, nil
}

// inFolder calls f with the folder. A name that does not exist is looked up again if the folder was replaced.
func inFolder[T any](d *folder, name string, f func(*os.Root) (T, error)) (result T, err error) {
	if !fs.ValidPath(name) {
		return result, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	o, err := d.open(false)
	if err != nil {
		return result, err
	}
	result, err = f(o.root)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return result, err
	}
	again, failed := d.open(true)
	if failed != nil || again == o {
		return result, err
	}
	return f(again.root)
}

// Open implements fs.FS. It does not wait for the writer of a pipe. For a regular file it takes two system calls, and os.Open six: that
// one tries whether the file can be read without blocking.
func (f *folder) Open(name string) (fs.File, error) {
	file, err := inFolder(f, name, func(r *os.Root) (*os.File, error) {
		return r.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	})
	if err != nil {
		return nil, err // not a nil *os.File in an interface
	}
	return file, nil
}

// Stat implements fs.StatFS.
func (f *folder) Stat(name string) (fs.FileInfo, error) {
	return inFolder(f, name, func(r *os.Root) (fs.FileInfo, error) { return r.Stat(name) })
}

// linked is a file system with symbolic links that is no os.Root, such as fs.Sub of os.DirFS. Its links are resolved one by one, and
// the ones that lead out do not exist. Who may write to the folder while a file is looked up can win a race; an os.Root has none.
type linked struct{ fs.ReadLinkFS }

// maxLinks is the largest number of links in a name, as in Linux.
const maxLinks = 40

// Open implements fs.FS.
func (l *linked) Open(name string) (fs.File, error) {
	resolved, err := l.resolve(name)
	if err != nil {
		return nil, err
	}
	return l.ReadLinkFS.Open(resolved)
}

// Stat implements fs.StatFS.
func (l *linked) Stat(name string) (fs.FileInfo, error) {
	resolved, err := l.resolve(name)
	if err != nil {
		return nil, err
	}
	return l.Lstat(resolved) // which is no link; Stat of a fs.Sub would open it, and a pipe waits for a writer
}

// resolve returns the name of a file without symbolic links.
func (l *linked) resolve(name string) (string, error) {
	outside := &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	if !fs.ValidPath(name) {
		return "", outside
	}
	done, rest := ".", name
	for links := 0; rest != ""; {
		var part string
		part, rest, _ = strings.Cut(rest, "/")
		switch part {
		case ".", "":
			continue
		case "..": // of a link
			if done == "." {
				return "", outside
			}
			done = path.Dir(done)
			continue
		}
		next := path.Join(done, part)
		info, err := l.Lstat(next)
		if err != nil {
			return "", err
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			done = next
			continue
		}
		target, err := l.ReadLink(next)
		if err != nil {
			return "", err
		}
		if links++; links > maxLinks || filepath.IsAbs(target) || path.IsAbs(filepath.ToSlash(target)) || filepath.VolumeName(target) != "" {
			return "", outside
		}
		rest = strings.Trim(filepath.ToSlash(target)+"/"+rest, "/")
	}
	return done, nil
}
