package static_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/brio-go/brio"
)

// Whatever the path is, the answer is a file of the folder, or it has no content of a file. Secrets lie above the folder, behind links
// and behind dots.
func FuzzStaticPath(f *testing.F) {
	dir := f.TempDir()
	public := map[string]string{"a.txt": "public a", "a/b.txt": "public b", "a/index.html": "public index", "x y/c.txt": "public c", "index.html": "public home", "%2e": "public percent"}
	write(f, dir, "secret.txt", "secret above", "outside/x.txt", "secret outside", "public/.env", "secret env", "public/a/.git/config", "secret git")
	for name, content := range public {
		write(f, dir, "public/"+name, content)
	}
	link(f, "../secret.txt", dir+"/public/link")
	link(f, dir+"/outside", dir+"/public/folder")
	link(f, "../..", dir+"/public/a/up")
	link(f, "a", dir+"/public/again")
	apps := appsOf(f, dir+"/public", brio.StaticHTML(), brio.StaticPrecompressed())
	for _, p := range hostilePaths {
		f.Add(p)
	}
	for name := range public {
		f.Add(name)
	}
	f.Add("link")
	f.Add("folder/x.txt")
	f.Add("a/up/secret.txt")
	f.Add("again/b.txt")
	if _, err := os.Stat(dir + "/public/folder/x.txt"); err != nil {
		f.Fatal("the links lead nowhere, so the test proves nothing")
	}
	f.Fuzz(func(t *testing.T, p string) {
		for name, app := range apps {
			for _, prefix := range []string{"/static/", "/"} {
				status, body := serve(t, app, prefix+p)
				if strings.Contains(body, "secret") {
					t.Fatalf("%s: %q: %d %q", name, prefix+p, status, body)
				}
				if status >= http.StatusInternalServerError {
					t.Fatalf("%s: %q is a %d: a client must not cause failures", name, prefix+p, status)
				}
				if status == http.StatusOK && !strings.HasPrefix(body, "public ") {
					t.Fatalf("%s: %q is a 200 with the body %q", name, prefix+p, body)
				}
			}
		}
	})
}
