package brio_test

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"net/http"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/params"
)

// endless yields bytes that are hard to tell from boundaries, and looks at the memory now and then.
type endless struct {
	block []byte
	at    int
	left  int64
	sum   uint32
	watch *uploadMemory
}

func newEndless(n int64, watch *uploadMemory) *endless {
	e := &endless{block: make([]byte, 64<<10), left: n, watch: watch}
	random := rand.NewChaCha8([32]byte{1})
	_, _ = random.Read(e.block)
	copy(e.block[100:], "\r\n--")
	copy(e.block[5000:], "\r\n--b\r\n")
	return e
}

func (e *endless) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(int64(len(p)), e.left)], e.block[e.at:])
	e.sum = crc32.Update(e.sum, crc32.IEEETable, p[:n])
	if e.at = (e.at + n) % len(e.block); e.at < n {
		e.watch.look()
	}
	e.left -= int64(n)
	return n, nil
}

// uploadMemory is the most that the process had.
type uploadMemory struct{ looks, heap, resident, before uint64 }

func newUploadMemory() *uploadMemory {
	debug.FreeOSMemory()
	m := &uploadMemory{}
	m.look()
	m.before, m.looks = m.resident, 0
	return m
}

func (m *uploadMemory) look() {
	if m.looks++; m.looks%64 != 1 {
		return
	}
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	m.heap, m.resident = max(m.heap, s.HeapInuse), max(m.resident, s.Sys-s.HeapReleased)
}

func (m *uploadMemory) check(t *testing.T, content int64) {
	t.Helper()
	const most = 64 << 20
	t.Logf("%d MiB: heap in use at most %.1f MiB, the process %.1f MiB, %.1f MiB more than before",
		content>>20, float64(m.heap)/(1<<20), float64(m.resident)/(1<<20), float64(m.resident-m.before)/(1<<20))
	if m.heap > most || m.resident-m.before > most {
		t.Error("more than 64 MiB")
	}
}

func largeUpload(content io.Reader) *http.Request {
	begin, end, _ := bytes.Cut([]byte(multipartBody(formField("n", "1"), formFile("f", "f", "CONTENT"))), []byte("CONTENT"))
	body := io.MultiReader(bytes.NewReader(begin), content, bytes.NewReader(end))
	return formRequest("POST", "/", body, "Content-Type", "multipart/form-data; boundary=B")
}

func TestLargeUploadThroughParts(t *testing.T) {
	if testing.Short() {
		t.Skip("1 GiB")
	}
	n := int64(1 << 30)
	if formsUnderRace {
		n = 32 << 20
	}
	app := brio.New(brio.MaxBody(-1), brio.UploadLimits(params.UploadLimits{FileSize: n}))
	app.Post("/", func(parts *brio.Parts) (uint32, error) {
		sum := crc32.NewIEEE()
		for part, err := range parts.All() {
			if err != nil {
				return 0, err
			}
			if part.Filename == "" {
				continue
			}
			if _, err := io.Copy(sum, part); err != nil {
				return 0, err
			}
		}
		return sum.Sum32(), nil
	})
	m := newUploadMemory()
	content := newEndless(n, m)
	w := serveForm(app, largeUpload(content))
	wantStatus(t, w, 200)
	wantBody(t, w, fmt.Sprint(content.sum))
	m.check(t, n)
}

func TestLargeUploadThroughUploadFile(t *testing.T) {
	if testing.Short() {
		t.Skip("256 MiB")
	}
	n := int64(256 << 20)
	if formsUnderRace {
		n = 32 << 20
	}
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	app := brio.New(brio.MaxBody(n+1000), brio.UploadLimits(params.UploadLimits{FileSize: n}))
	app.Post("/", func(in struct {
		F brio.UploadFile `file:"f"`
		N int             `form:"n"`
	}) (uint32, error) {
		f, err := in.F.Open()
		if err != nil {
			return 0, err
		}
		sum := crc32.NewIEEE()
		_, err = io.Copy(sum, f)
		return sum.Sum32(), err
	})
	m := newUploadMemory()
	content := newEndless(n, m)
	w := serveForm(app, largeUpload(content))
	wantStatus(t, w, 200)
	wantBody(t, w, fmt.Sprint(content.sum))
	m.check(t, n)
	wantNoUploads(t, dir)
}
