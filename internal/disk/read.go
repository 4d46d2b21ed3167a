package disk

// Reading whole files: regular ones alone, looked at before and after they are opened, and
// of a size that was asked for.

import (
	"errors"
	"io"
	"io/fs"

	"psychrnn/internal/npz"
	"psychrnn/internal/strict/yaml"
)

// Open opens a regular file to read, and says how large it is. It looks at what
// there is before, since opening a device may do something already, and at what
// it has opened after, since that may be something else by then.
func Open(d Disk, path string) (Handle, int64, error) {
	info, err := Stat(d, path)
	if err != nil {
		return nil, 0, err
	}
	if err := regular(info); err != nil {
		return nil, 0, wrap(path, err)
	}
	f, err := d.Open(path)
	if err != nil {
		return nil, 0, &Error{Path: path, Err: err, disk: d}
	}
	info, err = f.Stat()
	if err == nil {
		err = regular(info)
	}
	if err != nil {
		_ = f.Close()
		return nil, 0, wrap(path, err)
	}
	return f, info.Size(), nil
}

// regular refuses to read what is no regular file: reading a pipe may never
// end, and a device may do anything.
func regular(info fs.FileInfo) error {
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return nil
	case mode.IsDir():
		return errFolder
	case mode&fs.ModeNamedPipe != 0:
		return errPipe
	case mode&fs.ModeSocket != 0:
		return errSocket
	default:
		return errDevice
	}
}

// What is no file and no folder.
var (
	errPipe   = errors.New("is a pipe, not a file")
	errSocket = errors.New("is a socket, not a file")
	errDevice = errors.New("is a device, not a file")
)

// ReadText reads a text that a person wrote, no more of it than shows that it is
// too long to be read.
func ReadText(d Disk, path string) ([]byte, error) {
	return read(d, path, func(size int64) (int64, error) { return min(size, yaml.MaxSize+1), nil })
}

// ReadArrays reads all of a file of arrays, unless there is an error about that
// many bytes.
func ReadArrays(d Disk, path string, afford func(size int64) error) ([]byte, error) {
	return read(d, path, func(size int64) (int64, error) { return size, afford(size) })
}

// read reads a file: as much as is wanted of one of that size, and no more than
// there was when it was opened.
func read(d Disk, path string, wanted func(size int64) (int64, error)) ([]byte, error) {
	f, size, err := Open(d, path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	n, err := wanted(size)
	if err != nil {
		return nil, wrap(path, err)
	}
	content, err := io.ReadAll(io.LimitReader(f, n))
	return content, wrap(path, err)
}

// ReadWeights reads a weight file.
func ReadWeights(d Disk, path string, limits npz.Limits) (*npz.File, error) {
	f, size, err := Open(d, path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	source := &watched{ReaderAt: f}
	file, err := npz.Read(source, size, limits)
	if source.err != nil { // of the disk, whatever it has been taken for
		return nil, wrap(path, source.err)
	}
	return file, wrap(path, err)
}

// watched keeps the first error of reading that is not the end of the file.
type watched struct {
	io.ReaderAt
	err error
}

func (w *watched) ReadAt(p []byte, at int64) (int, error) {
	n, err := w.ReaderAt.ReadAt(p, at)
	if err != nil && !errors.Is(err, io.EOF) && w.err == nil {
		w.err = err
	}
	return n, err
}
