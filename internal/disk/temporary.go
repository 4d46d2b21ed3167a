package disk

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Temporary files lie beside the file that they are for, as .NAME.RANDOM.tmp.
// Of a long name only the beginning stands there, so that the temporary name is
// none that a disk refuses (255 bytes usually, 143 on some) where the name is not.
const (
	temporaryPrefix, temporarySuffix = ".", ".tmp"
	longestStem                      = 100 // bytes
)

// leftover is what of a name stands in the names of its temporary files.
func leftover(name string) string {
	if len(name) <= longestStem {
		return name
	}
	end := longestStem
	for end > 0 && !utf8.RuneStart(name[end]) {
		end--
	}
	return name[:end]
}

// createTemporary creates a temporary file for the file of that name.
func createTemporary(d Disk, folder, name string, mode fs.FileMode) (f File, path string, err error) {
	for range 100 {
		random := strconv.FormatUint(rand.Uint64(), 10) //nolint:gosec // G404: a name that is taken is not used, so it need not be secret
		path = filepath.Join(folder, temporaryPrefix+leftover(name)+"."+random+temporarySuffix)
		f, err = d.Create(path, mode)
		if !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	return f, path, err
}

// TemporaryOf is the name, or the beginning of a long one, of the file for which
// a temporary file was made; empty if this is not the name of one.
func TemporaryOf(name string) string {
	name, hidden := strings.CutPrefix(name, temporaryPrefix)
	name, cut := strings.CutSuffix(name, temporarySuffix)
	at := strings.LastIndexByte(name, '.')
	if !hidden || !cut || at < 0 {
		return ""
	}
	if _, err := strconv.ParseUint(name[at+1:], 10, 64); err != nil {
		return ""
	}
	return name[:at]
}

// IsTemporaryOf says whether a temporary file of this kind (see TemporaryOf)
// may be one of a file.
func IsTemporaryOf(kind, file string) bool { return kind == leftover(file) }

// RemoveTemporaries removes from a folder what was left half written, and is not
// in use any more, of files of some kinds (see TemporaryOf).
func RemoveTemporaries(d Disk, folder string, of func(kind string) bool) error {
	names, err := Names(d, folder)
	if err != nil {
		return err
	}
	removed := false
	for _, name := range names {
		if kind := TemporaryOf(name); kind != "" && of(kind) {
			removed = true
			path := filepath.Join(folder, name)
			if err := d.RemoveUnused(path); err != nil {
				return wrap(path, err)
			}
		}
	}
	if !removed {
		return nil
	}
	return SyncFolder(d, folder)
}
