package browsertest

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/brio-go/brio/internal/testkit"
)

// devServer is a brio dev of a new project.
type devServer struct {
	t      *testing.T
	url    string
	folder string
}

// startDev makes a project with the command brio, and runs brio dev in it until the test ends.
func startDev(t *testing.T) *devServer {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	command := filepath.Join(folder, "brio")
	run := func(dir, name string, args ...string) {
		cmd := exec.Command(name, args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
		}
	}
	run(root, "go", "build", "-o", command, "./cmd/brio")
	run(folder, command, "new", "-template", "minimal", "-module", "example.com/shop", "-checkout", root, "shop")
	d := &devServer{t: t, folder: filepath.Join(folder, "shop")}
	cmd := exec.Command(command, "dev", "-addr", "127.0.0.1:0")
	cmd.Dir = d.folder
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Error(err)
		}
		_ = cmd.Wait()
	})
	urls := make(chan string, 1)
	var log testkit.Log
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			_, _ = log.Write([]byte(lines.Text() + "\n"))
			if _, url, ok := strings.Cut(lines.Text(), "serving  "); ok {
				urls <- url // the banner has one
			}
		}
	}()
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(log.String())
		}
	})
	select {
	case d.url = <-urls:
	case <-time.After(patience):
		t.Fatal("brio dev does not say where it serves")
	}
	return d
}

// save replaces a text of main.go.
func (d *devServer) save(old, text string) {
	d.t.Helper()
	file := filepath.Join(d.folder, "main.go")
	before, err := os.ReadFile(file)
	if err != nil {
		d.t.Fatal(err)
	}
	after := strings.Replace(string(before), old, text, 1)
	if after == string(before) {
		d.t.Fatalf("main.go has no %s", old)
	}
	if err := os.WriteFile(file, []byte(after), 0o666); err != nil {
		d.t.Fatal(err)
	}
}

// waitThrough returns the text of the first element of a selector as soon as it begins with a text. The page may load again meanwhile.
func (p *tab) waitThrough(selector, begin string) (text string) {
	p.t.Helper()
	expression := fmt.Sprintf(`document.querySelector(%q)?.innerText ?? ""`, selector)
	for {
		text, err := chromedp.Run(p, chromedp.Evaluate[string](expression))
		switch {
		case err == nil && strings.HasPrefix(text, begin):
			return text
		case p.Err() != nil:
			p.t.Fatalf("%s never begins with %q: it is %q, %v", selector, begin, text, err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// The loop of brio dev in a browser that the developer never touches: the documentation, the report of the compiler with file and line in
// its place after a save, and the documentation again, with what has changed, after the next one. A page of the program does the same.
func TestDevPageReloads(t *testing.T) {
	if os.Getenv("BRIO_COMMAND") == "" {
		t.Skip("BRIO_COMMAND is not set; make command sets it")
	}
	d := startDev(t)
	p := openTab(t)
	p.navigate(d.url + "/docs")
	p.waitThrough(".info .title", "shop")

	d.save(`"Hello " + in.Name`, `"Hello " + in.Nam`)
	p.waitThrough("h1", "The program does not compile")
	if place := p.text("h2"); place != "./main.go:20" {
		t.Errorf("the page names the place %q", place)
	}
	if line := p.text("pre:last-of-type mark"); !strings.Contains(line, `return Greeting{"Hello " + in.Nam}`) {
		t.Errorf("the page marks the line %q", line)
	}
	p.screenshot("compile-error")

	d.save(`"Hello " + in.Nam`, `"Good morning " + in.Name`)
	d.save(`brio.Title("shop")`, `brio.Title("bazaar")`)
	p.waitThrough(".info .title", "bazaar")
	if path := evaluate[string](p, "location.pathname"); path != "/docs" {
		t.Errorf("the page has gone to %s", path)
	}

	d.save(`app.Get("/", hello)`, `app.Get("nothing", hello)`)
	p.waitThrough("h1", "The program does not start")
	if report := p.text("pre"); !strings.Contains(report, `the path "nothing" does not begin with a slash`) {
		t.Errorf("the report is %s", report)
	}
	d.save(`app.Get("nothing", hello)`, `app.Get("/", hello)`)
	p.waitThrough(".info .title", "bazaar")
}
