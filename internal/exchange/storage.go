package exchange

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/textproto"
	"os"
	"sync"
	"sync/atomic"
)

// ErrEnded is the error of an uploaded file that is used after its request.
var ErrEnded = errors.New("the request has ended, and its uploaded files are gone")

// storage has the files of one request: in memory up to a limit, the others in one temporary file, made at first use. Where the system
// allows, the file is removed as soon as it is open, so that a killed process leaves no file. A storage belongs to one request and is
// not pooled: files that user code keeps after the request find it closed.
type storage struct {
	free  int64 // bytes of memory that further files may take
	spill *os.File
	size  int64 // of spill
	named bool  // spill still has a name, so close removes it
	ended atomic.Bool
}

// File is one uploaded file. Its methods are safe for concurrent use, also with the end of the request.
type File struct {
	Filename    string
	ContentType string
	Header      textproto.MIMEHeader
	Size        int64

	in     *storage
	memory []byte
	offset int64 // in spill; unused if memory is not nil
}

// copyBuffers are the buffers between a part and the temporary file, and between a file and the answer.
var copyBuffers = sync.Pool{New: func() any { return new(copyBuffer) }}

// copyBuffer is one of copyBuffers.
type copyBuffer [32 << 10]byte

// keep reads a file to its end.
func (s *storage) keep(f *File, r io.Reader) error {
	f.in = s
	head := bytes.Buffer{}
	n, err := head.ReadFrom(io.LimitReader(r, s.free))
	if err != nil {
		return err
	}
	buf := copyBuffers.Get().(*copyBuffer)
	defer copyBuffers.Put(buf)
	more, err := readSome(r, buf[:])
	if more == 0 && err == io.EOF {
		s.free -= n
		f.memory, f.Size = bytes.Clone(head.Bytes()), n // without the spare capacity of a growing buffer
		if f.memory == nil {
			f.memory = []byte{}
		}
		return nil
	}
	if err != nil && err != io.EOF {
		return err
	}
	f.offset = s.size
	if werr := s.write(head.Bytes()); werr != nil {
		return werr
	}
	head = bytes.Buffer{}
	for {
		if werr := s.write(buf[:more]); werr != nil {
			return werr
		}
		if err == io.EOF {
			f.Size = s.size - f.offset
			return nil
		}
		if err != nil {
			return err
		}
		more, err = readSome(r, buf[:])
	}
}

// readSome reads until buf is full or r ends.
func readSome(r io.Reader, buf []byte) (int, error) {
	n, err := io.ReadFull(r, buf)
	if err == io.ErrUnexpectedEOF {
		err = io.EOF // the part has ended; a body that ends early is ErrRead
	}
	return n, err
}

// write appends to the temporary file. Its errors are of the server's disk, not of the client.
func (s *storage) write(p []byte) error {
	if s.spill == nil {
		f, err := os.CreateTemp("", "brio-upload-*")
		if err != nil {
			return fmt.Errorf("a temporary file for uploads: %w", err)
		}
		s.spill, s.named = f, os.Remove(f.Name()) != nil
	}
	n, err := s.spill.Write(p)
	s.size += int64(n)
	if err != nil {
		return fmt.Errorf("a temporary file for uploads: %w", err)
	}
	return nil
}

// close removes the temporary file and ends every File.
func (s *storage) close() {
	s.ended.Store(true)
	if s.spill == nil {
		return
	}
	_ = s.spill.Close()
	if s.named {
		_ = os.Remove(s.spill.Name())
	}
}

// Open returns a reader from the beginning of the file. Readers are independent of each other.
func (f *File) Open() (io.ReadSeekCloser, error) {
	if f == nil || f.in == nil {
		return nil, fs.ErrNotExist
	}
	if f.in.ended.Load() {
		return nil, ErrEnded
	}
	var at io.ReaderAt = f.in.spill
	offset := f.offset
	if f.memory != nil {
		at, offset = bytes.NewReader(f.memory), 0
	}
	o := &opened{storage: f.in}
	o.section = io.NewSectionReader(at, offset, f.Size)
	return o, nil
}

// ReadAll returns the content. The slice belongs to the caller.
func (f *File) ReadAll() ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	all := make([]byte, f.Size)
	_, err = io.ReadFull(r, all)
	return all, err
}

// opened is a reader of a file. It works until it is closed or the request ends.
type opened struct {
	section *io.SectionReader
	storage *storage
	closed  atomic.Bool
}

func (o *opened) usable() error {
	switch {
	case o.closed.Load():
		return fs.ErrClosed
	case o.storage.ended.Load():
		return ErrEnded
	}
	return nil
}

func (o *opened) Read(p []byte) (int, error) {
	if err := o.usable(); err != nil {
		return 0, err
	}
	return o.section.Read(p)
}

func (o *opened) ReadAt(p []byte, off int64) (int, error) {
	if err := o.usable(); err != nil {
		return 0, err
	}
	return o.section.ReadAt(p, off)
}

func (o *opened) Seek(offset int64, whence int) (int64, error) {
	if err := o.usable(); err != nil {
		return 0, err
	}
	return o.section.Seek(offset, whence)
}

func (o *opened) Close() error {
	if o.closed.Swap(true) {
		return fs.ErrClosed
	}
	return nil
}
