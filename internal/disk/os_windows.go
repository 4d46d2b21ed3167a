package disk

// The system's operations on Windows, where an open file can neither be renamed nor removed.

import (
	"io/fs"
	"os"
)

// lock has nothing to do: an open file cannot be removed there.
func lock(*os.File) bool { return true }

// RemoveUnused removes a file, which the system refuses while it is open.
func (OS) RemoveUnused(path string) error {
	_ = os.Remove(path)
	return nil
}

// Become renames the file, which cannot be open there.
func (f osFile) Become(path string) error {
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// TakeGroup does nothing: who may read is not told by groups there.
func (osFile) TakeGroup(fs.FileInfo) error { return nil }

// SyncFolder does nothing: folders cannot be synced there.
func (OS) SyncFolder(string) error { return nil }

// Hold lets everybody in: a folder cannot be locked there.
func (OS) Hold(string) (release func(), err error) { return func() {}, nil }
