package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The figures of the development loop: from an empty folder to a change that is seen, and from a save to its answer, at 20 saves under 50
// requests in a second. No request may be lost. The times are printed beside the aims, 60 s and 2 s: they depend on the machine.
func TestDevFigures(t *testing.T) {
	rebuilds, err := strconv.Atoi(os.Getenv("BRIO_DEV_REBUILDS"))
	if err != nil {
		t.Skip("make dev-figures runs it")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ template, file, load string }{{"api", "main.go", "/items"}, {"full", "app.go", "/livez"}} {
		t.Run(c.template, func(t *testing.T) { devFigures(t, root, c.template, c.file, c.load, rebuilds) })
	}
}

// devFigures saves the title of the app in the file, and loads the path.
func devFigures(t *testing.T, root, template, file, load string, rebuilds int) {
	t.Chdir(t.TempDir())
	begin := time.Now()
	if code, stdout, stderr := brio(t, "new", "-template", template, "-module", "example.com/shop", "-checkout", root, "shop"); code != 0 {
		t.Fatal(stdout, stderr)
	}
	t.Chdir("shop")
	made := time.Since(begin)
	d := startLoopHere(t)
	d.want("/openapi.json", false, 200, `"title":"shop"`)
	served := time.Since(begin)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	save := func(title string) time.Duration {
		saved := time.Now()
		writeFile(t, file, strings.Replace(string(text), `Title("shop")`, fmt.Sprintf("Title(%q)", title), 1))
		d.want("/openapi.json", false, 200, fmt.Sprintf(`"title":%q`, title))
		return time.Since(saved)
	}
	first := save("the first change")
	all := time.Since(begin)

	endLoad := d.startLoad(load)
	var times []time.Duration
	for i := range rebuilds {
		times = append(times, save(fmt.Sprint("change ", i)))
	}
	endLoad()
	slices.Sort(times)
	round := func(t time.Duration) time.Duration { return t.Round(10 * time.Millisecond) }
	average, _ := os.ReadFile("/proc/loadavg") // other systems have none
	t.Logf(`%d CPUs, load %s
brio new             %v
brio dev serves      %v
the change is seen   %v after the save
in all               %v; the aim is 60s with a warm module cache

%d saves under 50 requests in a second: from save to answer, the aim is 2s
fastest  %v
median   %v
slowest  %v`, runtime.NumCPU(), strings.TrimSpace(string(average)), round(made), round(served-made), round(first), round(all),
		rebuilds, round(times[0]), round(times[len(times)/2]), round(times[len(times)-1]))
}
