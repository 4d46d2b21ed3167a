package disk

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"syscall"
)

// Files are written whole: under a temporary name in the same folder, synced,
// renamed, the folder synced. Whatever goes wrong, the path holds the old
// content or the new. Two kinds of outputs differ in what a link means:
// WriteNamed is for a path that the person gave on the command line, WriteInside
// for what goes into a folder that may have come from somebody else.

// WriteNamed writes the file that the person named. A link stays a link to the
// file; a device or a pipe is written to as it stands.
func WriteNamed(d Disk, path string, write func(io.Writer) error) error {
	t, err := named(d, path)
	if err != nil {
		return err
	}
	if t.stream {
		return t.writeThrough(d, write)
	}
	return t.write(d, func(f Handle) error { return write(f) })
}

// WriteNamedAt is WriteNamed for what is not written from front to back. What
// goes to a device or a pipe lies in a temporary file first.
func WriteNamedAt(d Disk, path string, write func(Handle) error) error {
	t, err := named(d, path)
	if err != nil {
		return err
	}
	if !t.stream {
		return t.write(d, write)
	}
	return t.scratch(d, func(f Handle) error {
		if err := write(f); err != nil {
			return err
		}
		return t.writeThrough(d, func(w io.Writer) error {
			_, err := io.Copy(w, io.NewSectionReader(f, 0, 1<<62))
			return err
		})
	})
}

// WriteInside writes a file of a folder, or one that lies below it or elsewhere.
// What has the name is replaced, be it a link, and no link below the folder is
// followed. In the folder a file that is new is open to whom the file like is, if
// that is there.
func WriteInside(d Disk, folder, like, path string, write func(io.Writer) error) error {
	t, err := inside(d, folder, path)
	if err != nil {
		return err
	}
	if below, err := filepath.Rel(folder, path); t.old == nil && err == nil && filepath.IsLocal(below) {
		info, err := lookBy(d.Lstat, like)
		if err != nil {
			return err
		}
		if info != nil && info.Mode().IsRegular() {
			t.old = info
		}
	}
	return t.write(d, func(f Handle) error { return write(f) })
}

// Scratch lends a temporary file that lies where one of the named file would.
func Scratch(d Disk, path string, use func(Handle) error) error {
	t, err := named(d, path)
	if err != nil {
		return err
	}
	return t.scratch(d, use)
}

// ReadyNamed finds out before time is spent whether WriteNamed could work now,
// and takes away what killed programs left of earlier attempts.
func ReadyNamed(d Disk, path string) error {
	t, err := named(d, path)
	if err != nil {
		return err
	}
	return t.ready(d)
}

// PossibleInside finds out whether the disk takes the path, and changes nothing.
func PossibleInside(d Disk, folder, path string) error {
	t, err := inside(d, folder, path)
	if err != nil {
		return err
	}
	_, err = t.possible(d)
	return err
}

// ReadyInside is ReadyNamed for WriteInside. The path's folder need not be there
// yet.
func ReadyInside(d Disk, folder, path string) error {
	t, err := inside(d, folder, path)
	if err != nil {
		return err
	}
	missing, err := t.possible(d)
	if err != nil {
		return err
	}
	if missing == "" {
		return t.ready(d)
	}
	if err := d.Mkdir(missing); errors.Is(err, fs.ErrExist) {
		return nil // another program was faster, and keeps it
	} else if err != nil {
		return wrap(missing, err)
	}
	if err := d.Remove(missing); !errors.Is(err, syscall.ENOTEMPTY) && !Absent(err) { // another program uses it
		return wrap(missing, err)
	}
	return nil
}

// target is where a file is to be written.
type target struct {
	path   string
	folder string      // of temporary files
	old    fs.FileInfo // whose group and mode it gets: what is replaced, if anything; may be nil
	stream bool        // a device or a pipe, which is not replaced
}

// named finds what a path leads to.
func named(d Disk, path string) (target, error) {
	info, err := lookBy(d.Stat, path)
	switch {
	case err != nil:
		return target{}, err
	case info == nil:
		link, err := Exists(d, path)
		if link {
			err = &Error{Path: path, Err: errNowhere}
		}
		return target{path: path, folder: filepath.Dir(path)}, err
	case info.IsDir():
		return target{}, &Error{Path: path, Err: errFolder}
	case !info.Mode().IsRegular():
		// Beside a device there may be no room for files.
		return target{path: path, folder: ".", stream: true}, nil
	}
	real, err := d.Resolve(path)
	if err != nil {
		return target{}, wrap(path, err)
	}
	return target{path: real, folder: filepath.Dir(real), old: info}, nil
}

// inside finds what has the name.
func inside(d Disk, folder, path string) (target, error) {
	if err := NoLinks(d, folder, filepath.Dir(path)); err != nil {
		return target{}, err
	}
	t := target{path: path, folder: filepath.Dir(path)}
	info, err := lookBy(d.Lstat, path)
	switch {
	case err != nil || info == nil:
		return t, err
	case info.IsDir():
		return t, &Error{Path: path, Err: errFolder}
	case info.Mode().IsRegular():
		t.old = info
	}
	return t, nil
}

// NoLinks refuses a path below a folder on which there is a link. Of a path that
// does not lie below the folder it says nothing.
func NoLinks(d Disk, folder, path string) error {
	link, err := LinkOn(d, folder, path)
	if err != nil || link == "" {
		return err
	}
	return &Error{
		Path: link, Err: errors.New("is a link, and what is written into " + folder + " follows none"),
		hint: "give the path that it leads to in the place of the link, or remove the link",
	}
}

// LinkOn finds a link on the way from a folder to a path below it; none is empty.
func LinkOn(d Disk, folder, path string) (string, error) {
	steps, err := filepath.Rel(folder, path)
	if err != nil || !filepath.IsLocal(steps) {
		return "", nil
	}
	for ; steps != "."; steps = filepath.Dir(steps) {
		at := filepath.Join(folder, steps)
		info, err := lookBy(d.Lstat, at)
		if err != nil {
			return "", err
		}
		if info != nil && info.Mode()&fs.ModeSymlink != 0 {
			return at, nil
		}
	}
	return "", nil
}

// possible looks whether the disk takes such a name, and which folder is to be
// made first; empty if none is.
func (t target) possible(d Disk) (missing string, err error) {
	for folder := t.folder; ; folder = filepath.Dir(folder) {
		there, err := IsFolder(d, folder)
		if err != nil || there && missing == "" || !there && filepath.Dir(folder) == folder {
			return missing, err
		}
		if !there {
			missing = folder
			continue
		}
		_, err = Exists(d, filepath.Join(folder, filepath.Base(t.path)))
		if name := (*Error)(nil); errors.As(err, &name) && (errors.Is(err, syscall.ENAMETOOLONG) || errors.Is(err, syscall.EINVAL)) {
			name.Path = t.path
		}
		return missing, err
	}
}

// ready tries to make a temporary file.
func (t target) ready(d Disk) error {
	t.sweep(d)
	if t.stream {
		return nil
	}
	return t.scratch(d, func(Handle) error { return nil })
}

// sweep takes away what was left half written. It is a courtesy, which keeps
// nobody from writing: the folder may not be one to list, a leftover somebody
// else's or on a part of the disk that has failed.
func (t target) sweep(d Disk) {
	name := filepath.Base(t.path)
	_ = RemoveTemporaries(d, t.folder, func(kind string) bool { return IsTemporaryOf(kind, name) })
}

// create makes a temporary file. Nobody may read what it holds who may not read
// the file whose mode it gets, so it is open to nobody else until it has that
// one's group and mode.
func (t target) create(d Disk) (Handle, string, error) {
	mode := fs.FileMode(0o666)
	if t.old != nil {
		mode = 0o600
	}
	name := filepath.Base(t.path)
	f, path, err := createTemporary(d, t.folder, name, mode)
	switch {
	case err == nil:
		return f, path, nil
	case Absent(err):
		return nil, "", wrap(t.path, err)
	}
	return nil, "", &Error{Path: t.folder, Err: fmt.Errorf("a temporary file for %s cannot be made there: %w", name, bare(err))}
}

func (t target) scratch(d Disk, use func(Handle) error) error {
	f, name, err := t.create(d)
	if err != nil {
		return err
	}
	// What keeps the file from being used keeps it from being removed as well,
	// now and then; the next sweep takes it. Nothing else may be written to the
	// folder, so that it is synced here: a power cut would bring the file back.
	defer func() { _, _, _ = f.Close(), d.Remove(name), d.SyncFolder(t.folder) }()
	return wrap(t.path, use(f))
}

func (t target) write(d Disk, write func(Handle) error) (err error) {
	f, name, err := t.create(d)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_, _ = f.Close(), d.Remove(name) // as in scratch
			err = wrap(t.path, err)
		}
	}()
	if err = write(f); err != nil {
		return err
	}
	if err = t.takeMode(f); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Become(t.path); err != nil {
		return err
	}
	return wrap(t.path, d.SyncFolder(t.folder))
}

// takeMode gives an open file the group and the mode of another, if there is one:
// most often of the one whose place it is to take. Where the group cannot be had, no group may do
// anything, and all others no more than the old one could, which is among them
// now. A file system that has no modes is not asked to change them.
func (t target) takeMode(f Handle) error {
	if t.old == nil {
		return nil
	}
	mode := t.old.Mode().Perm()
	if f.TakeGroup(t.old) != nil {
		mode = mode&0o700 | mode&(mode>>3)&0o007
	}
	info, err := f.Stat()
	if err != nil || info.Mode().Perm() == mode {
		return err
	}
	return f.Chmod(mode)
}

func (t target) writeThrough(d Disk, write func(io.Writer) error) error {
	f, err := d.Stream(t.path)
	if err != nil {
		return wrap(t.path, err)
	}
	return wrap(t.path, errors.Join(write(f), f.Close()))
}
