package disk

import (
	"path/filepath"
	"strings"
)

// Straight is a path without steps that lead up again, such as run/../other. Behind
// a link they lead to where the link leads and up from there, as they do on the
// disk, not back to where the link lies: the path is the same to everybody who
// takes it apart. Of paths without such steps nothing changes.
func Straight(d Disk, path string) string {
	steps := strings.Split(filepath.ToSlash(path), "/")
	for k := 1; k < len(steps); k++ {
		before := strings.Join(steps[:k], "/")
		if steps[k] != ".." || strings.Trim(before, "./") == "" {
			continue
		}
		if real, err := d.Resolve(filepath.FromSlash(before)); err == nil {
			before = filepath.ToSlash(real)
		}
		rest := strings.Join(steps[k+1:], "/")
		return Straight(d, filepath.Join(filepath.FromSlash(before), "..", filepath.FromSlash(rest)))
	}
	return path
}
