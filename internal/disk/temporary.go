package disk

// Names of temporary files, and the removal of those that a killed program left. One that
// a running program writes is locked, and stays.

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// Temporary files lie beside the file that they are for, as
// .NAME.psychrnn-HOST-RANDOM.tmp: no other program calls files so. HOST stands
// for the machine that writes it, whose locks may be unknown to others. Of a long
// name the beginning stands there and a sum of all of it, so that the temporary
// name is none that a disk refuses (255 bytes usually, 143 on some) where the
// name is not.
const (
	temporaryPrefix, temporarySuffix = ".", ".tmp"
	marker                           = "psychrnn-"
	longestStem                      = 100 // bytes
	cut                              = "~" // between the beginning of a long name and its sum
	sumLength                        = 8   // letters of a sum
	abandoned                        = 48 * time.Hour
)

var (
	mark     = regexp.MustCompile(`^(.+)\.` + marker + `([0-9a-f]{8})-[0-9a-z]{1,13}$`)
	longStem = regexp.MustCompile(`^(.+)` + cut + `[0-9a-f]{8}$`)
)

func shortSum(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])[:sumLength]
}

// host stands for this machine.
var host = sync.OnceValue(func() string {
	name, err := os.Hostname()
	if err != nil {
		name = ""
	}
	return shortSum(name)
})

// stem is what of a name stands in the names of its temporary files.
func stem(name string) string {
	if len(name) <= longestStem {
		return name
	}
	end := longestStem - len(cut) - sumLength
	for end > 0 && !utf8.RuneStart(name[end]) {
		end--
	}
	return name[:end] + cut + shortSum(name)
}

// TemporaryName is a name for a temporary file for the file of that name.
func TemporaryName(name string) string {
	return temporaryPrefix + stem(name) + "." + marker + host() + "-" + strconv.FormatUint(rand.Uint64(), 36) + temporarySuffix //nolint:gosec // G404: it has to be another name, not a secret
}

// createTemporary creates a temporary file for the file of that name.
func createTemporary(d Disk, folder, name string, mode fs.FileMode) (f Handle, path string, err error) {
	for range 100 {
		path = filepath.Join(folder, TemporaryName(name))
		f, err = d.Create(path, mode)
		if !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	return f, path, err
}

// TemporaryOf is the kind of a temporary file: the name of the file for which it
// was made, or what stands for a long one, and the machine that made it. It is empty
// if this is not the name of a temporary file.
func TemporaryOf(name string) (kind, host string) {
	name, hidden := strings.CutPrefix(name, temporaryPrefix)
	name, ends := strings.CutSuffix(name, temporarySuffix)
	found := mark.FindStringSubmatch(name)
	if !hidden || !ends || found == nil {
		return "", ""
	}
	return found[1], found[2]
}

// IsTemporaryOf says whether a temporary file of this kind (see TemporaryOf)
// is one of a file.
func IsTemporaryOf(kind, file string) bool { return kind == stem(file) }

// BeginningOf is how the name begins for which a temporary file of this kind was
// made, if that is all that is known of it.
func BeginningOf(kind string) (beginning string, long bool) {
	found := longStem.FindStringSubmatch(kind)
	if found == nil || len(kind) < longestStem-utf8.UTFMax {
		return "", false
	}
	return found[1], true
}

// RemoveTemporaries removes from a folder what was left half written, and is not
// in use any more, of files of some kinds (see TemporaryOf). What cannot be
// removed does not keep the rest. Whether another machine still writes a file
// cannot be known everywhere, so its files go only after days without a change.
func RemoveTemporaries(d Disk, folder string, of func(kind string) bool) error {
	names, err := EntryNames(d, folder)
	if err != nil {
		return err
	}
	var failed error
	for _, name := range names {
		kind, by := TemporaryOf(name)
		if kind == "" || !of(kind) {
			continue
		}
		path := filepath.Join(folder, name)
		if by != host() {
			if info, err := d.Lstat(path); err != nil || time.Since(info.ModTime()) < abandoned {
				continue
			}
		}
		if err := d.RemoveUnused(path); err != nil && failed == nil {
			failed = wrap(path, err)
		}
	}
	return failed
}
