package exchange

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"strings"
	"testing"
)

var testLimits = FormLimits{Text: 1 << 16, Multipart: 1 << 16, Files: 10, Fields: 10, FileSize: 1 << 12, FieldSize: 1 << 10, Memory: 64}

func form(contentType string, body io.Reader) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/", body)
	r.Header.Set("Content-Type", contentType)
	return r
}

const multipartB = "multipart/form-data; boundary=B"

func TestFormReadsOnce(t *testing.T) {
	x, _ := acquire(t, form("application/x-www-form-urlencoded", strings.NewReader("a=1&b=%32&a=3+4&=5&c")))
	if x.ParsedForm() == nil || len(x.ParsedForm().Values) != 0 {
		t.Error("Formed before Form is not empty")
	}
	f, err := x.Form(testLimits)
	if err != nil {
		t.Fatal(err)
	}
	want := []Value{{Name: "a", Text: "1"}, {Name: "b", Text: "2"}, {Name: "a", Text: "3 4"}, {Text: "5"}, {Name: "c"}}
	if !reflect.DeepEqual(f.Values, want) {
		t.Errorf("%+v, want %+v", f.Values, want)
	}
	if again, _ := x.Form(testLimits); again != f || x.ParsedForm() != f {
		t.Error("another Form")
	}
	if v, ok := f.LastValue("a"); !ok || v.Text != "3 4" {
		t.Errorf("Last: %+v", v)
	}
	if _, ok := f.LastValue("z"); ok || len(f.AllValues("a")) != 2 || f.AllValues("z") != nil {
		t.Error("All, Last")
	}
}

// TestFormSpillsToFile has files that fit the memory exactly, and by one byte not, and some that share it.
func TestFormSpillsToFile(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	for _, tt := range []struct {
		sizes   []int
		spilled int64
	}{
		{[]int{0}, 0}, {[]int{64}, 0}, {[]int{65}, 65}, {[]int{32, 32}, 0}, {[]int{32, 33}, 33}, {[]int{65, 64}, 65}, {[]int{4096, 4096, 1}, 8192}, {[]int{64, 1, 0, 1}, 2},
	} {
		var b strings.Builder
		for i, n := range tt.sizes {
			fmt.Fprintf(&b, "--B\r\nContent-Disposition: form-data; name=f; filename=n\r\n\r\n%s\r\n", strings.Repeat(string(rune('a'+i)), n))
		}
		x := Acquire(httptest.NewRecorder(), form(multipartB, strings.NewReader(b.String()+"--B--")))
		f, err := x.Form(testLimits)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range f.Values {
			all, err := v.File.ReadAll()
			if want := strings.Repeat(string(rune('a'+i)), tt.sizes[i]); err != nil || string(all) != want || v.File.Size != int64(len(want)) {
				t.Errorf("%v: file %d is %.20q… %v", tt.sizes, i, all, err)
			}
		}
		if x.rare.files.size != tt.spilled || (x.rare.files.spill == nil) != (tt.spilled == 0) {
			t.Errorf("%v: %d bytes in a file, want %d", tt.sizes, x.rare.files.size, tt.spilled)
		}
		x.Release()
		if _, err := f.Values[0].File.ReadAll(); !errors.Is(err, ErrEnded) {
			t.Errorf("after Release: %v", err)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// TestFormRemovesNamedFile is where a system does not remove open files.
func TestFormRemovesNamedFile(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	s := &storage{}
	if err := s.write([]byte("1")); err != nil {
		t.Fatal(err)
	}
	s.named = true
	if err := os.WriteFile(s.spill.Name(), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s.close()
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

func TestFormReportsMissingFolderAsServerError(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir()+"/none")
	body := "--B\r\nContent-Disposition: form-data; name=f; filename=n\r\n\r\n" + strings.Repeat("x", 65) + "\r\n--B--"
	x, _ := acquire(t, form(multipartB, strings.NewReader(body)))
	if _, err := x.Form(testLimits); err == nil || errors.Is(err, ErrRead) || errors.Is(err, ErrTooLarge) {
		t.Errorf("%v", err)
	}
}

// The rest after the last part counts: whether a body exceeds its limit does not depend on its chunks.
func TestFormCountsEpilogue(t *testing.T) {
	const body = "--B\r\nContent-Disposition: form-data; name=f\r\n\r\n1\r\n--B--\r\n"
	for over, fill := range map[bool]int{false: 1<<16 - len(body), true: 1<<16 - len(body) + 1} {
		for _, chunked := range []bool{false, true} {
			var r io.Reader = strings.NewReader(body + strings.Repeat("x", fill))
			if chunked {
				r = io.MultiReader(r)
			}
			x, _ := acquire(t, form(multipartB, r))
			f, err := x.Form(testLimits)
			if over != errors.Is(err, ErrTooLarge) || !over && (err != nil || len(f.Values) != 1) {
				t.Errorf("over %t, chunked %t: %+v %v", over, chunked, f, err)
			}
		}
	}
	x, _ := acquire(t, form(multipartB, io.MultiReader(strings.NewReader(body), readerFunc(func([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }))))
	if _, err := x.Form(testLimits); !errors.Is(err, ErrRead) {
		t.Errorf("a body that breaks off behind its last part: %v, want ErrRead", err)
	}
}

func TestBodyReaderLimits(t *testing.T) {
	for _, chunked := range []bool{false, true} {
		for n, limit := range map[int]int64{4: 4, 5: 4, 0: 0, 1: 0, 6: -1} {
			var body io.Reader = strings.NewReader("123456"[:n])
			if chunked {
				body = io.MultiReader(body)
			}
			x, _ := acquire(t, httptest.NewRequest(http.MethodPost, "/", body))
			over := limit >= 0 && int64(n) > limit
			r, err := x.BodyReader(limit)
			if over && !chunked {
				if !errors.Is(err, ErrTooLarge) {
					t.Errorf("%d of %d: %v", n, limit, err)
				}
				continue
			}
			all, err := io.ReadAll(r)
			if over != errors.Is(err, ErrTooLarge) || !over && (err != nil || len(all) != n) {
				t.Errorf("%d of %d: %q %v", n, limit, all, err)
			}
		}
	}
}

func TestLimitBodyReplacesRequestBody(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/", io.MultiReader(strings.NewReader("12345")))
	x, _ := acquire(t, r)
	x.LimitBody(4)
	if _, err := io.ReadAll(r.Body); !errors.Is(err, ErrTooLarge) {
		t.Errorf("%v", err)
	}
	r = httptest.NewRequest(http.MethodPost, "/", nil)
	body := r.Body
	x, _ = acquire(t, r)
	if x.LimitBody(4); r.Body != body {
		t.Error("a request without a body was changed")
	}
}

func TestPartsReadAsBytesArrive(t *testing.T) {
	pr, pw := io.Pipe()
	x, _ := acquire(t, form(multipartB, pr))
	parts, ok, err := x.Parts(testLimits)
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	go func() {
		_, _ = pw.Write([]byte("--B\r\nContent-Disposition: form-data; name=f; filename=n\r\n\r\n1234567890"))
	}()
	part, err := parts.Next()
	if err != nil {
		t.Fatal(err)
	}
	if b := make([]byte, 4); readFull(t, part, b) != "1234" { // the body has not ended
		t.Errorf("%q", b)
	}
	go func() {
		_, _ = pw.Write([]byte("\r\n--B\r\nContent-Disposition: form-data; name=g\r\n\r\n2\r\n--B--"))
		_ = pw.Close()
	}()
	next, err := parts.Next()
	if err != nil || next.Name != "g" || next.File {
		t.Fatal(next, err)
	}
	if _, err := part.Read(make([]byte, 1)); err == nil || err == io.EOF && part.err == nil {
		t.Error("the part before can still be read")
	}
	if all, err := io.ReadAll(next); string(all) != "2" || err != nil {
		t.Errorf("%q %v", all, err)
	}
	for range 2 {
		if _, err := parts.Next(); err != io.EOF {
			t.Errorf("after the last: %v", err)
		}
	}
}

func readFull(t *testing.T, r io.Reader, b []byte) string {
	t.Helper()
	if _, err := io.ReadFull(r, b); err != nil {
		t.Error(err)
	}
	return string(b)
}

// readForm returns the content of a form as a text.
func readForm(r *http.Request) (string, error) {
	x := Acquire(httptest.NewRecorder(), r)
	defer x.Release()
	f, err := x.Form(testLimits)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	for _, v := range f.Values {
		fmt.Fprintf(&b, "%q", v.Name)
		if v.File == nil {
			fmt.Fprintf(&b, "=%q;", v.Text)
			continue
		}
		all, err := v.File.ReadAll()
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "=%q %q %d %q;", v.File.Filename, v.File.ContentType, v.File.Size, all)
	}
	return b.String(), nil
}

// checkForm reads a body at once and byte by byte. Both give the same form within the limits, or the same error of the client.
func checkForm(t *testing.T, contentType string, body []byte) {
	t.Helper()
	whole, err := readForm(form(contentType, io.MultiReader(bytes.NewReader(body))))
	slow, slowErr := readForm(form(contentType, oneByte{bytes.NewReader(body)}))
	if whole != slow || fmt.Sprint(err) != fmt.Sprint(slowErr) {
		t.Errorf("%q, %q:\n%s %v\nbyte by byte\n%s %v", contentType, body, whole, err, slow, slowErr)
	}
	if err != nil && !errors.Is(err, ErrTooLarge) && !errors.Is(err, ErrRead) {
		t.Errorf("%q, %q: %v", contentType, body, err)
	}
	if err == nil && len(body) > 1<<16 {
		t.Errorf("%d bytes passed", len(body))
	}
}

type oneByte struct{ r io.Reader }

func (o oneByte) Read(p []byte) (int, error) { return o.r.Read(p[:min(len(p), 1)]) }

func FuzzMultipart(f *testing.F) {
	const part = "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
	const file = "--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"../x\"\r\nContent-Type: text/plain\r\n\r\n1\r\n--\r\n"
	for _, body := range []string{
		"", "--B--", part + file + "--B--\r\n", file + file, part + "--B", strings.Repeat(part, 11) + "--B--", part + "--Bx\r\n--B--", "x\r\n" + part + "--B--x",
		strings.ReplaceAll(part+"--B--", "\r\n", "\n"), "--B\r\nContent-Disposition: form-data; filename*=UTF-8''%2e%2e; name=a\r\n\r\n\r\n--B--",
		"--B\r\nContent-Disposition: form-data; name=\r\n\r\n1\r\n--B--", "--B\r\nContent-Disposition: form-data; name\r\n\r\n1\r\n--B--",
		"--B\r\nX: " + strings.Repeat("y", 17<<10), "--B \t\r\nContent-Disposition: x; name=a; name*=b\r\n\r\n--B--", file[:len(file)-4] + strings.Repeat("x", 5000) + "\r\n--B--",
	} {
		f.Add(multipartB, []byte(body))
	}
	f.Add(`multipart/form-data; boundary="a b"`, []byte("--a b\r\n\r\n"))
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		if !strings.HasPrefix(contentType, "multipart/form-data") {
			contentType = multipartB
		}
		checkForm(t, contentType, body)
		checkStandardForm(t, contentType, body)
	})
}

// checkStandardForm compares a form that was read with what net/http reads.
func checkStandardForm(t *testing.T, contentType string, body []byte) {
	t.Helper()
	x, _ := acquire(t, form(contentType, bytes.NewReader(body)))
	ours, err := x.Form(testLimits)
	if err != nil || bytes.Contains(body, []byte("*")) { // RFC 7578, 4.2 forbids filename*
		return
	}
	std := form(contentType, bytes.NewReader(body))
	if err := std.ParseMultipartForm(1 << 20); err != nil {
		return // a body that ends in the line of the last boundary, among others
	}
	defer std.MultipartForm.RemoveAll()
	n := 0
	for name, values := range std.MultipartForm.Value {
		if got := ours.AllValues(name); len(got) < len(values) {
			t.Errorf("%q: %d values of %q, net/http has %q", body, len(got), name, values)
		}
		n += len(values)
	}
	for name, files := range std.MultipartForm.File {
		var got []string
		for _, v := range ours.AllValues(name) {
			if v.File != nil {
				all, _ := v.File.ReadAll()
				got = append(got, string(all))
			}
		}
		for i, file := range files {
			r, err := file.Open()
			if err != nil {
				t.Fatal(err)
			}
			want, _ := io.ReadAll(r)
			_ = r.Close()
			if i >= len(got) || got[i] != string(want) {
				t.Errorf("%q: the files of %q are %q, net/http has %q", body, name, got, want)
			}
		}
		n += len(files)
	}
	if n > len(ours.Values) {
		t.Errorf("%q: %d parts, net/http has %d", body, len(ours.Values), n)
	}
}

func FuzzForm(f *testing.F) {
	for _, body := range []string{"", "a=1&b=2", "&&=&a", "a=%zz%4", "a=%ff&%C3%A9=é", strings.Repeat("a&", 11), "a=" + strings.Repeat("x", 1025), "a;b=1"} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		checkForm(t, "application/x-www-form-urlencoded", body)
		x, _ := acquire(t, form("application/x-www-form-urlencoded", bytes.NewReader(body)))
		y, _ := acquire(t, get(string(body)))
		form, err := x.Form(testLimits)
		if err != nil {
			return
		}
		i := 0
		for name, value := range y.QueryNames() { // a form has the rules of the query
			if i >= len(form.Values) || form.Values[i].Name != name || form.Values[i].Text != value {
				t.Fatalf("%q: pair %d is not %q=%q: %+v", body, i, name, value, form.Values)
			}
			i++
		}
		if i != len(form.Values) {
			t.Errorf("%q: %d pairs, the query has %d", body, len(form.Values), i)
		}
	})
}
