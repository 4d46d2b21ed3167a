//go:build !windows

package disk

// The system's operations on Unix: locks by flock, groups, syncing of folders.

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"syscall"
)

// lock marks a file as in use, as long as it is open. That another holds it is
// the only obstacle that counts: there are disks without locks.
func lock(f *os.File) bool {
	return !errors.Is(flock(f, syscall.LOCK_EX), syscall.EWOULDBLOCK)
}

func flock(f *os.File, how int) error {
	for {
		err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

// RemoveUnused removes a file that nobody has locked. Where that cannot be
// known, because the disk has no locks or the file is somebody else's, it stays.
func (d OS) RemoveUnused(path string) error {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	switch {
	case Absent(err), errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.ELOOP), errors.Is(err, syscall.ENXIO):
		return nil // gone, somebody else's, a link, a socket
	case err != nil:
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || flock(f, syscall.LOCK_SH) != nil {
		return err
	}
	if holds, err := d.holds(f, path); err != nil || !holds {
		return err
	}
	if err := os.Remove(path); err != nil && !Absent(err) && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil
}

// Become renames the file while it is open, and so locked.
func (f osFile) Become(path string) error { return f.become(path, os.Rename) }

// closedOnly are what disks of other systems say that rename no open file.
var closedOnly = []error{syscall.EACCES, syscall.EBUSY, syscall.EPERM, syscall.ETXTBSY}

func (f osFile) become(path string, rename func(from, to string) error) error {
	err := rename(f.Name(), path)
	again := slices.ContainsFunc(closedOnly, func(refusal error) bool { return errors.Is(err, refusal) })
	if err != nil && !again {
		return err
	}
	// What was written is synced, so closing has no bad news.
	_ = f.Close()
	if again {
		err = rename(f.Name(), path)
	}
	return err
}

// TakeGroup changes nothing where there is nothing to change: some disks would
// refuse even that.
func (f osFile) TakeGroup(of fs.FileInfo) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	have, ok := info.Sys().(*syscall.Stat_t)
	want, known := of.Sys().(*syscall.Stat_t)
	if !ok || !known || have.Gid == want.Gid {
		return nil
	}
	return f.Chown(-1, int(want.Gid))
}

// SyncFolder makes names in a folder last through a power cut. It does what can
// be done: some disks sync no folders, and some folders can be written but not read.
func (OS) SyncFolder(folder string) error {
	f, err := os.Open(folder)
	if errors.Is(err, fs.ErrPermission) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	err = f.Sync()
	for _, unable := range []error{syscall.EINVAL, syscall.ENOTSUP, syscall.ENOSYS} {
		if errors.Is(err, unable) {
			return nil
		}
	}
	return err
}

// Hold locks the folder itself, as long as it is open. A program that is started
// has everything open for a moment, so letting go does not leave it to closing.
func (OS) Hold(folder string) (release func(), err error) {
	f, err := os.Open(folder)
	if err != nil {
		return func() {}, nil // what keeps it from being read keeps the next step from working, or nothing does
	}
	if !lock(f) {
		return nil, errors.Join(ErrHeld, f.Close())
	}
	return func() { _, _ = flock(f, syscall.LOCK_UN), f.Close() }, nil
}
