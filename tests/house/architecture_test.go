package house_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

var floorRow = regexp.MustCompile("(?m)^\\| (\\d+) \\| `([^`]+)` \\|")

// TestArchitecturePageHasFloors: the table of docs/architecture.md has each package of floors once, with its floor, the highest first.
func TestArchitecturePageHasFloors(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "architecture.md"))
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	above := len(floors)
	for _, row := range floorRow.FindAllStringSubmatch(string(page), -1) {
		floor, err := strconv.Atoi(row[1])
		if err != nil {
			t.Fatal(err)
		}
		path := row[2]
		want, ok := floors[path]
		switch {
		case !ok:
			t.Errorf("docs/architecture.md has %s, which has no floor in floors_test.go", path)
		case listed[path]:
			t.Errorf("docs/architecture.md has %s twice", path)
		case floor != want:
			t.Errorf("docs/architecture.md: %s is on floor %d, floors_test.go says %d", path, floor, want)
		case floor > above:
			t.Errorf("docs/architecture.md: %s (floor %d) stands below a row of floor %d", path, floor, above)
		}
		listed[path], above = true, floor
	}
	for path, floor := range floors {
		if !listed[path] {
			t.Errorf("docs/architecture.md has no row for %s (floor %d)", path, floor)
		}
	}
}
