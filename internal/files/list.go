package files

import (
	"io/fs"
	"path"
)

// List returns the names of a folder that clients may ask for, sorted. Those of folders end with a slash.
func (f *Folder) List(name string) ([]string, error) {
	entries, err := fs.ReadDir(f.files, name)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		info, err := f.stat(path.Join(name, e.Name())) // follows a link, and leaves out one that leads out
		switch {
		case err != nil || info == nil:
		case info.IsDir():
			names = append(names, e.Name()+"/")
		case info.Mode().IsRegular():
			names = append(names, e.Name())
		}
	}
	return names, nil
}
