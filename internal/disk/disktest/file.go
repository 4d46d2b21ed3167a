package disktest

import (
	"errors"
	"io"
	"io/fs"
	"slices"
	"syscall"
)

// file is an open file.
type file struct {
	disk   *Memory
	node   *node
	name   string
	at     int64
	life   int
	writes bool
	closed bool
}

// use begins an operation.
func (f *file) use(op string) (end func(), err error) {
	end = f.disk.locked()
	if f.closed || f.life != f.disk.life {
		err = &fs.PathError{Op: op, Path: f.name, Err: fs.ErrClosed}
	}
	return end, err
}

// Read reads on.
func (f *file) Read(p []byte) (int, error) {
	n, err := f.ReadAt(p, f.at)
	f.at += int64(n)
	if n > 0 && errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}

// ReadAt reads from a place on.
func (f *file) ReadAt(p []byte, at int64) (int, error) {
	end, err := f.use("read")
	defer end()
	switch {
	case err != nil:
		return 0, err
	case f.node.mode.IsDir():
		return 0, &fs.PathError{Op: "read", Path: f.name, Err: syscall.EISDIR}
	case at >= int64(len(f.node.content)):
		if len(p) == 0 {
			return 0, nil
		}
		return 0, io.EOF
	}
	n := copy(p, f.node.content[at:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// Write writes on.
func (f *file) Write(p []byte) (int, error) {
	n, err := f.WriteAt(p, f.at)
	f.at += int64(n)
	return n, err
}

// WriteAt writes from a place on; what lies before it and was not written is 0.
func (f *file) WriteAt(p []byte, at int64) (int, error) {
	end, err := f.use("write")
	defer end()
	switch {
	case err != nil:
		return 0, err
	case !f.writes:
		return 0, &fs.PathError{Op: "write", Path: f.name, Err: syscall.EBADF}
	}
	if f.node.shared {
		f.node.content, f.node.shared = slices.Clone(f.node.content), false
	}
	if more := int(at) + len(p) - len(f.node.content); more > 0 && len(p) > 0 {
		f.node.content = append(slices.Grow(f.node.content, more), make([]byte, more)...)
	}
	copy(f.node.content[min(int(at), len(f.node.content)):], p)
	f.node.dirty = true
	return len(p), nil
}

// Stat looks at the file.
func (f *file) Stat() (fs.FileInfo, error) {
	end, err := f.use("stat")
	defer end()
	if err != nil {
		return nil, err
	}
	return info{f.name, f.node, f.node.mode, int64(len(f.node.content))}, nil
}

// Chmod changes who may do what.
func (f *file) Chmod(mode fs.FileMode) error {
	end, err := f.use("chmod")
	defer end()
	if err == nil {
		f.node.mode = f.node.mode&fs.ModeType | mode
	}
	return err
}

// TakeGroup changes nothing: there is one group.
func (f *file) TakeGroup(fs.FileInfo) error {
	end, err := f.use("chown")
	defer end()
	return err
}

// Sync makes the content last.
func (f *file) Sync() error {
	end, err := f.use("sync")
	defer end()
	if err == nil {
		f.node.keptContent, f.node.shared, f.node.dirty = f.node.content, true, false
	}
	return err
}

// Become gives the file another name of the same folder.
func (f *file) Become(name string) error {
	end, err := f.use("rename")
	defer end()
	if err != nil {
		return err
	}
	from, err := f.disk.find("rename", f.name, false)
	if err != nil {
		return err
	}
	to, err := f.disk.walk("rename", name, false)
	switch {
	case err != nil:
		return err
	case from.node != f.node:
		return &fs.PathError{Op: "rename", Path: f.name, Err: syscall.ENOENT}
	case to.node != nil && to.node.mode.IsDir():
		return &fs.PathError{Op: "rename", Path: name, Err: syscall.EEXIST} // as os.Rename says
	case to.folder != from.folder:
		return &fs.PathError{Op: "rename", Path: name, Err: syscall.EXDEV}
	}
	from.folder.alter(change{gone: from.name, set: to.name, to: f.node})
	f.close()
	return nil
}

// Close ends the use of the file.
func (f *file) Close() error {
	end, err := f.use("close")
	defer end()
	if err == nil {
		f.close()
	}
	return err
}

func (f *file) close() {
	f.closed = true
	if f.writes {
		f.node.users--
	}
}
