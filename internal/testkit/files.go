package testkit

import (
	"testing/fstest"
	"time"
)

// FileTime is the time of the files of Files.
var FileTime = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// Files makes a file system of name, content pairs.
func Files(pairs ...string) fstest.MapFS {
	files := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		files[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1]), ModTime: FileTime}
	}
	return files
}
