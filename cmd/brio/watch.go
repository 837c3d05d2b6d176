package main

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	quiet    = 40 * time.Millisecond  // without a further change: an editor writes several times at a save
	longest  = 500 * time.Millisecond // after the first change: files that change all the time do not hold a build up
	listTime = 30 * time.Second       // for go list
)

// watcher sees changes of the files of a module.
type watcher struct {
	root     string // the folder of the module
	patterns []string
	notify   *fsnotify.Watcher

	mu       sync.Mutex
	embedded map[string]bool // the files of go:embed
}

// newWatcher watches the module of the current folder.
func newWatcher(patterns []string) (*watcher, error) {
	root, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"GOMOD", "GOWORK"} {
		out, err := exec.Command("go", "env", name).Output()
		if file := strings.TrimSpace(string(out)); err == nil && filepath.IsAbs(file) && file != os.DevNull {
			root = filepath.Dir(file)
		}
	}
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	w := &watcher{root: root, patterns: patterns, notify: notify}
	w.add(root)
	return w, nil
}

func (w *watcher) close() { _ = w.notify.Close() }

// add watches a folder and the folders in it. It reports whether one of them has a file of the program.
func (w *watcher) add(folder string) (hasFiles bool) {
	_ = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // it is gone already
		case !entry.IsDir():
			hasFiles = hasFiles || w.isWatched(path)
		case path != w.root && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "node_modules" || entry.Name() == "vendor"):
			return fs.SkipDir
		default:
			_ = w.notify.Add(path) // without a watch, changes in the folder are not seen
		}
		return nil
	})
	return hasFiles
}

// isWatched reports whether a change of a file is one of the program.
func (w *watcher) isWatched(path string) bool {
	name := filepath.Base(path)
	switch name {
	case "go.mod", "go.sum", "go.work", ".env":
		return true
	}
	if strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && !strings.HasPrefix(name, ".") {
		return true
	}
	for _, pattern := range w.patterns {
		if ok, _ := filepath.Match(pattern, name); ok {
			return true
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.embedded[path]
}

// changed reports whether an event is a change of the program. It watches folders that are new.
func (w *watcher) changed(e fsnotify.Event) bool {
	if e.Op == fsnotify.Chmod {
		return false
	}
	if e.Has(fsnotify.Create) {
		if info, err := os.Stat(e.Name); err == nil && info.IsDir() {
			return w.add(e.Name)
		}
	}
	return w.isWatched(e.Name)
}

// wait waits for a change, and for the quiet after it. It reports false when ctx has ended.
func (w *watcher) wait(ctx context.Context) bool {
	var settled <-chan time.Time
	var first time.Time
	for {
		select {
		case e := <-w.notify.Events:
			if w.changed(e) {
				if first.IsZero() {
					first = time.Now()
				}
				settled = time.After(max(0, min(quiet, longest-time.Since(first))))
			}
		case <-w.notify.Errors: // events were lost
			settled = time.After(quiet)
		case <-settled:
			return true
		case <-ctx.Done():
			return false
		}
	}
}

// readEmbedded finds the files that the packages of the program embed.
func (w *watcher) readEmbedded(ctx context.Context, pkg string) {
	ctx, cancel := context.WithTimeout(ctx, listTime)
	defer cancel()
	out, err := exec.CommandContext(ctx, "go", "list", "-e", "-deps", "-f", `{{if not .Standard}}{{$dir := .Dir}}{{range .EmbedFiles}}{{$dir}}/{{.}}
{{end}}{{end}}`, "--", pkg).Output()
	if err != nil {
		return // the next change reads them
	}
	files := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		if line = strings.TrimSpace(line); line != "" {
			files[filepath.FromSlash(line)] = true
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.embedded = files
}
