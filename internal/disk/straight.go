package disk

// Paths without steps that lead up again, as the disk follows them.

import (
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// Straight is a path without steps that lead up again, such as run/../other. Behind
// a link they lead to where the link leads and up from there, as they do on the
// disk, not back to where the link lies: so the path is the same to everybody who
// takes it apart. Of paths without such steps nothing changes.
func Straight(d Disk, path string) string {
	volume := filepath.VolumeName(path)
	steps := strings.FieldsFunc(path[len(volume):], func(r rune) bool { return r < utf8.RuneSelf && os.IsPathSeparator(uint8(r)) }) //nolint:gosec // G115: below 128
	straight, turned := volume, false
	if path != volume && os.IsPathSeparator(path[len(volume)]) {
		straight += string(filepath.Separator)
	}
	root := straight
	for _, step := range steps {
		switch {
		case step == ".":
		case step != "..":
			straight = filepath.Join(straight, step)
		case straight == root && root != volume: // above the root there is nothing
			turned = true
		case straight == root || filepath.Base(straight) == "..":
			straight = filepath.Join(straight, step)
		default:
			turned = true
			if real, err := d.Resolve(straight); err == nil {
				straight = real
			}
			straight = above(straight)
			if straight == "." {
				straight = root
			}
		}
	}
	switch {
	case !turned:
		return path
	case straight == "":
		straight = "."
	}
	if os.IsPathSeparator(path[len(path)-1]) && straight != root {
		straight += string(filepath.Separator)
	}
	return straight
}

// above is the folder of a path without links.
func above(path string) string {
	if path == "." || filepath.Base(path) == ".." {
		return filepath.Join(path, "..")
	}
	return filepath.Dir(path)
}
