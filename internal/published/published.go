package published

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/brio-go/brio/internal/startup"
)

// Example is one exchange with an operation, as a document shows it.
type Example struct {
	Operation string // method and path: "POST /items"
	Name      string
	Place     string // file:line
	Exchange
}

// Exchange is a request and its answer.
type Exchange struct {
	Request  Request  `json:"request"`
	Response Response `json:"response"`
}

// Request has the values of a request. A value of a parameter is one of JSON, with numbers as json.Number.
type Request struct {
	Path   map[string]any `json:"path,omitempty"`
	Query  map[string]any `json:"query,omitempty"`
	Header map[string]any `json:"header,omitempty"`
	Content
}

// Response has the values of an answer.
type Response struct {
	Status int `json:"status"`
	Content
}

// Content is a body: a value of JSON, or the text of another media type. Without a body, MediaType is "".
type Content struct {
	MediaType string `json:"mediaType,omitempty"`
	Body      any    `json:"body,omitempty"`
}

// File has the examples of a file, by operation and name.
type File map[string]map[string]Exchange

// legalFile is the form of a file, for mistakes.
const legalFile = `{"POST /items": {"name": {"request": {…}, "response": {"status": 201, …}}}}, as a test with Publish writes it; {} without examples`

// Read reads the examples of a file in their order. A file that is not as Put writes it is a mistake, at a line of it.
func Read(fsys fs.FS, name string) (out []Example, mistakes []startup.Mistake) {
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, []startup.Mistake{{Place: name, Found: err.Error(), Legal: "a file in the file system of the option; a new one has the text {}"}}
	}
	r := &reader{name: name, text: text, decoder: json.NewDecoder(bytes.NewReader(text))}
	r.decoder.UseNumber()
	r.decoder.DisallowUnknownFields()
	seen := map[[2]string]string{}
	err = r.object(func(operation, _ string) error {
		return r.object(func(name, place string) error {
			x := Example{Operation: operation, Name: name, Place: place}
			if err := r.decoder.Decode(&x.Exchange); err != nil {
				return fmt.Errorf("the example %q of %s: %w", name, operation, err)
			}
			key := [2]string{operation, name}
			if first, ok := seen[key]; ok {
				mistakes = append(mistakes, startup.Mistake{Place: place, Found: fmt.Sprintf("a second example of %s with the name %q; the first is at %s", operation, name, first), Legal: "one example for each name"})
				return nil
			}
			seen[key] = place
			out = append(out, x)
			return nil
		})
	})
	if err == nil && r.decoder.More() {
		err = errors.New("there is data after the value")
	}
	if err != nil {
		mistakes = append(mistakes, startup.Mistake{Place: r.place(), Found: "the file is no file of examples: " + err.Error(), Legal: legalFile})
	}
	return out, mistakes
}

// reader reads a file with the lines of its members.
type reader struct {
	name    string
	text    []byte
	decoder *json.Decoder
}

// place returns file:line of the last token.
func (r *reader) place() string {
	end := min(int(r.decoder.InputOffset()), len(r.text))
	return fmt.Sprintf("%s:%d", r.name, 1+bytes.Count(r.text[:end], []byte{'\n'}))
}

// object reads an object. member reads the value of each member, with the place of its name.
func (r *reader) object(member func(name, place string) error) error {
	if token, err := r.decoder.Token(); err != nil {
		return err
	} else if token != json.Delim('{') {
		return errors.New("an object is needed")
	}
	for r.decoder.More() {
		token, err := r.decoder.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		if err := member(name, r.place()); err != nil {
			return err
		}
	}
	_, err := r.decoder.Token()
	return err
}

// Load reads a file of the operating system. Without the file the examples are empty.
func Load(file string) (File, error) {
	out := File{}
	all, mistakes := Read(os.DirFS(filepath.Dir(file)), filepath.Base(file))
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	if len(mistakes) > 0 {
		return nil, fmt.Errorf("%s: %s; legal is %s", filepath.Join(filepath.Dir(file), mistakes[0].Place), mistakes[0].Found, mistakes[0].Legal)
	}
	for _, x := range all {
		out.put(x.Operation, x.Name, x.Exchange)
	}
	return out, nil
}

func (f File) put(operation, name string, x Exchange) {
	if f[operation] == nil {
		f[operation] = map[string]Exchange{}
	}
	f[operation][name] = x
}

// lockWait is how long Put waits for another process that writes the file. Writing takes a few milliseconds, so a lock that is there for
// longer is one of a process that was killed.
const lockWait = 10 * time.Second

// Put writes an example into a file of the operating system. change returns it; old is the one of this name that the file has. Tests of
// several goroutines and processes may write one file: a file beside it, with the ending .lock, is the lock.
func Put(file, operation, name string, change func(old Exchange, known bool) Exchange) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	return rewrite(file, func(all File) {
		old, known := all[operation][name]
		all.put(operation, name, change(old, known))
	})
}

// Remove removes an example from a file of the operating system, as Put writes one.
func Remove(file, operation, name string) error {
	return rewrite(file, func(all File) {
		delete(all[operation], name)
		if len(all[operation]) == 0 {
			delete(all, operation)
		}
	})
}

// rewrite writes a file anew after a change, with the file locked.
func rewrite(file string, change func(File)) error {
	lock := file + ".lock"
	for begin := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		f, err := os.OpenFile(lock, os.O_CREATE|os.O_EXCL, 0o666)
		if err == nil {
			_ = f.Close()
			break
		}
		if !errors.Is(err, fs.ErrExist) {
			return err
		}
		if time.Since(begin) > lockWait {
			return fmt.Errorf("%s has been there for %v: a process that wrote the examples was killed; remove the file", lock, lockWait)
		}
	}
	defer func() { _ = os.Remove(lock) }()
	all, err := Load(file)
	if err != nil {
		return err
	}
	change(all)
	return all.write(file)
}

// write writes the file in one step: a reader sees the examples before or after it.
func (f File) write(file string) error {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(f); err != nil {
		return err
	}
	fresh := file + ".new"
	if err := os.WriteFile(fresh, text.Bytes(), 0o666); err != nil {
		return err
	}
	return os.Rename(fresh, file)
}
