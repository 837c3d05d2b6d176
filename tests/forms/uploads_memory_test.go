package forms_test

import (
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"net/http/httptest"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/params"
)

// endless is a body of left bytes that resemble boundaries. Reading it measures the memory of the process now and then.
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
		e.watch.measure()
	}
	e.left -= int64(n)
	return n, nil
}

// uploadMemory is the most memory, in bytes, that the process had at one measurement: heap in use, and resident, which is
// what the runtime has from the system. before is resident at the start, calls counts calls of measure.
type uploadMemory struct{ calls, heap, resident, before uint64 }

func newUploadMemory() *uploadMemory {
	debug.FreeOSMemory()
	m := &uploadMemory{}
	m.measure()
	m.before, m.calls = m.resident, 0
	return m
}

// measure reads the memory at each 64th call: it stops the world.
func (m *uploadMemory) measure() {
	if m.calls++; m.calls%64 != 1 {
		return
	}
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	m.heap, m.resident = max(m.heap, s.HeapInuse), max(m.resident, s.Sys-s.HeapReleased)
}

// want fails the test when the process had more than 64 MiB more than before.
func (m *uploadMemory) want(t *testing.T, content int64) {
	t.Helper()
	const limit = 64 << 20
	t.Logf("%d MiB: heap in use at most %.1f MiB, the process %.1f MiB, %.1f MiB more than before",
		content>>20, float64(m.heap)/(1<<20), float64(m.resident)/(1<<20), float64(m.resident-m.before)/(1<<20))
	if m.heap > limit || m.resident-m.before > limit {
		t.Error("more than 64 MiB")
	}
}

// postLarge posts a multipart form with the field n and the file f to /.
func postLarge(app *brio.App, content io.Reader) *httptest.ResponseRecorder {
	begin, end, _ := strings.Cut(testkit.MultipartBody(testkit.FieldPart("n", "1"), testkit.FilePart("f", "f", "CONTENT")), "CONTENT")
	return postReader(app, "/", testkit.MultipartType, io.MultiReader(strings.NewReader(begin), content, strings.NewReader(end)))
}

// TestPartsMemoryIsBounded: a file of 1 GiB that a handler reads through brio.Parts takes less than 64 MiB of memory.
func TestPartsMemoryIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("1 GiB")
	}
	n := int64(1 << 30)
	if testkit.RaceEnabled {
		n = 32 << 20
	}
	app := brio.New(brio.MaxBody(brio.NoLimit), brio.UploadLimits(params.UploadLimits{FileSize: n}))
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
	w := postLarge(app, content)
	testkit.WantStatus(t, w, 200)
	testkit.WantBody(t, w, fmt.Sprint(content.sum))
	m.want(t, n)
}

// TestUploadFileMemoryIsBounded: a file of 256 MiB in a struct takes less than 64 MiB of memory.
func TestUploadFileMemoryIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("256 MiB")
	}
	n := int64(256 << 20)
	if testkit.RaceEnabled {
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
	w := postLarge(app, content)
	testkit.WantStatus(t, w, 200)
	testkit.WantBody(t, w, fmt.Sprint(content.sum))
	m.want(t, n)
	wantNoUploads(t, dir)
}
