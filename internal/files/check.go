package files

import "os"

const (
	missingCure  = "a folder that exists when the app starts: build it first, or correct its path; CheckDir(false) if it comes later"
	fallbackCure = "a fallback that is a file of the folder; NoFallback() for none; CheckDir(false) if it comes later"
)

// workingFolder names the folder that relative paths begin in, for messages.
func workingFolder() string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	return " (relative paths begin in " + dir + ")"
}
