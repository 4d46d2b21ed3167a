package disk

import (
	"errors"
	"io"
	"io/fs"

	"psychrnn/internal/weights"
)

// Open opens a regular file to read, and says how large it is.
func Open(d Disk, path string) (File, int64, error) {
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
	default:
		return errors.New("is no regular file")
	}
}

// ReadFile reads a file.
func ReadFile(d Disk, path string) ([]byte, error) {
	f, _, err := Open(d, path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(f)
	return content, wrap(path, err)
}

// ReadWeights reads a weight file.
func ReadWeights(d Disk, path string, limits weights.Limits) (*weights.File, error) {
	f, size, err := Open(d, path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	file, err := weights.Read(f, size, limits)
	return file, wrap(path, err)
}
