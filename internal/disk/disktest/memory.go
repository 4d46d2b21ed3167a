// Package disktest is for tests of what happens when files cannot be read or
// written: a disk in memory that knows what survives a power cut, and one around
// any other that lets single operations fail.
package disktest

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"psychrnn/internal/disk"
)

// Memory is a disk in memory. Paths begin at its root, relative ones too. What
// surely survives a power cut is content that was synced, under names whose
// folder was synced; see PowerCut.
type Memory struct {
	mutex sync.Mutex
	root  *node
	life  int // of the programs that use it; files that were open in an earlier one are dead
}

// node is a file, a folder or a link.
type node struct {
	mode    fs.FileMode
	content []byte           // of a file
	shared  bool             // content is another's too, and not written to
	names   map[string]*node // of a folder
	target  string           // of a link
	users   int              // that created it and have it open

	keptContent []byte           // as it was synced
	keptNames   map[string]*node // as they were synced
	changes     []change         // of names since then, in their order
	dirty       bool             // content was written since then
}

// change is one of the names in a folder: one goes, or one is set, or both at once.
type change struct {
	gone, set string
	to        *node
}

func (c change) apply(names map[string]*node) {
	delete(names, c.gone)
	if c.set != "" {
		names[c.set] = c.to
	}
}

// New is an empty disk.
func New() *Memory { return &Memory{root: newFolder(0o755)} }

func newFolder(mode fs.FileMode) *node {
	return &node{mode: fs.ModeDir | mode, names: map[string]*node{}, keptNames: map[string]*node{}}
}

func (n *node) alter(c change) {
	c.apply(n.names)
	n.changes = append(n.changes, c)
}

// place is where a path leads to.
type place struct {
	folder *node // in which it has its name; nil of the root
	name   string
	node   *node // nil if nothing is there
	path   string
}

const (
	umask      = 0o022
	longest    = 255 // bytes of a name
	mostLinks  = 40
	folderMode = 0o777
)

// walk follows a path; a link at its end only if follow says so.
func (m *Memory) walk(op, name string, follow bool) (place, error) {
	fail := func(err error) (place, error) { return place{}, &fs.PathError{Op: op, Path: name, Err: err} }
	if name == "" {
		return fail(syscall.ENOENT)
	}
	if strings.ContainsRune(name, 0) {
		return fail(syscall.EINVAL)
	}
	root := place{node: m.root, path: "/"}
	trail := []place{root}
	rest, links := strings.Split(name, "/"), 0
	for len(rest) > 0 {
		part := rest[0]
		rest = rest[1:]
		here := trail[len(trail)-1]
		switch {
		case here.node == nil:
			if part == "" && len(rest) == 0 {
				continue
			}
			return fail(syscall.ENOENT)
		case !here.node.mode.IsDir():
			return fail(syscall.ENOTDIR)
		case part == "" || part == ".":
			continue
		case part == "..":
			trail = trail[:max(1, len(trail)-1)]
			continue
		case len(part) > longest:
			return fail(syscall.ENAMETOOLONG)
		}
		next := place{here.node, part, here.node.names[part], path.Join(here.path, part)}
		if next.node != nil && next.node.mode&fs.ModeSymlink != 0 && (follow || len(rest) > 0) {
			if links++; links > mostLinks {
				return fail(syscall.ELOOP)
			}
			if strings.HasPrefix(next.node.target, "/") {
				trail = []place{root}
			}
			rest = append(strings.Split(next.node.target, "/"), rest...)
			continue
		}
		trail = append(trail, next)
	}
	return trail[len(trail)-1], nil
}

// find is walk to something that is there.
func (m *Memory) find(op, name string, follow bool) (place, error) {
	p, err := m.walk(op, name, follow)
	if err == nil && p.node == nil {
		err = &fs.PathError{Op: op, Path: name, Err: syscall.ENOENT}
	}
	return p, err
}

// vacant is walk to where nothing is yet.
func (m *Memory) vacant(op, name string) (place, error) {
	p, err := m.walk(op, name, false)
	if err == nil && p.node != nil {
		err = &fs.PathError{Op: op, Path: name, Err: syscall.EEXIST}
	}
	return p, err
}

func (m *Memory) locked() func() {
	m.mutex.Lock()
	return m.mutex.Unlock
}

// Open opens a file to read.
func (m *Memory) Open(name string) (disk.Handle, error) {
	defer m.locked()()
	p, err := m.find("open", name, true)
	if err != nil {
		return nil, err
	}
	return &file{disk: m, node: p.node, name: name, life: m.life}, nil
}

// Create makes a file.
func (m *Memory) Create(name string, mode fs.FileMode) (disk.Handle, error) {
	defer m.locked()()
	p, err := m.vacant("open", name)
	if err != nil {
		return nil, err
	}
	n := &node{mode: mode &^ umask, users: 1}
	p.folder.alter(change{set: p.name, to: n})
	return &file{disk: m, node: n, name: name, life: m.life, writes: true}, nil
}

// Stream fails: there are no pipes and devices.
func (m *Memory) Stream(name string) (disk.Handle, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: syscall.ENXIO}
}

// Stat looks at what a path leads to.
func (m *Memory) Stat(name string) (fs.FileInfo, error) { return m.look("stat", name, true) }

// Lstat looks at what has that name.
func (m *Memory) Lstat(name string) (fs.FileInfo, error) { return m.look("lstat", name, false) }

func (m *Memory) look(op, name string, follow bool) (fs.FileInfo, error) {
	defer m.locked()()
	p, err := m.find(op, name, follow)
	if err != nil {
		return nil, err
	}
	return info{p.name, p.node, p.node.mode, int64(len(p.node.content))}, nil
}

// SameFile compares.
func (*Memory) SameFile(a, b fs.FileInfo) bool { return a.Sys() == b.Sys() }

// ReadDir lists a folder.
func (m *Memory) ReadDir(name string) (list []fs.DirEntry, err error) {
	defer m.locked()()
	p, err := m.find("open", name, true)
	if err != nil {
		return nil, err
	}
	if !p.node.mode.IsDir() {
		return nil, &fs.PathError{Op: "readdirent", Path: name, Err: syscall.ENOTDIR}
	}
	for _, entry := range slices.Sorted(maps.Keys(p.node.names)) {
		n := p.node.names[entry]
		list = append(list, fs.FileInfoToDirEntry(info{entry, n, n.mode, int64(len(n.content))}))
	}
	return list, nil
}

// Mkdir makes a folder.
func (m *Memory) Mkdir(name string) error {
	defer m.locked()()
	p, err := m.vacant("mkdir", name)
	if err != nil {
		return err
	}
	p.folder.alter(change{set: p.name, to: newFolder(folderMode &^ umask)})
	return nil
}

// Link makes a link.
func (m *Memory) Link(target, name string) error {
	defer m.locked()()
	p, err := m.vacant("symlink", name)
	if err != nil {
		return err
	}
	p.folder.alter(change{set: p.name, to: &node{mode: fs.ModeSymlink | folderMode, target: target}})
	return nil
}

// Remove takes away a file, a link or an empty folder.
func (m *Memory) Remove(name string) error {
	defer m.locked()()
	p, err := m.find("remove", name, false)
	if err != nil {
		return err
	}
	if len(p.node.names) > 0 || p.folder == nil {
		return &fs.PathError{Op: "remove", Path: name, Err: syscall.ENOTEMPTY}
	}
	p.folder.alter(change{gone: p.name})
	return nil
}

// RemoveUnused removes a file that nobody who created it has open.
func (m *Memory) RemoveUnused(name string) error {
	defer m.locked()()
	p, err := m.walk("remove", name, false)
	if err != nil || p.node == nil || !p.node.mode.IsRegular() || p.node.users > 0 {
		return err
	}
	p.folder.alter(change{gone: p.name})
	return nil
}

// SyncFolder makes names last.
func (m *Memory) SyncFolder(name string) error {
	defer m.locked()()
	p, err := m.find("sync", name, true)
	if err != nil {
		return err
	}
	p.node.keptNames, p.node.changes = maps.Clone(p.node.names), nil
	return nil
}

// Resolve follows all links of a path.
func (m *Memory) Resolve(name string) (string, error) {
	defer m.locked()()
	p, err := m.find("lstat", name, true)
	return p.path, err
}

// info is what is to be seen of a node.
type info struct {
	name string
	node *node
	mode fs.FileMode
	size int64
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) Mode() fs.FileMode  { return i.mode }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool        { return i.mode.IsDir() }
func (i info) Sys() any           { return i.node }

// Clone is another disk that holds the same; no program uses it.
func (m *Memory) Clone() *Memory {
	defer m.locked()()
	known := map[*node]*node{}
	var clone func(*node) *node
	all := func(names map[string]*node) map[string]*node {
		copies := make(map[string]*node, len(names))
		for name, n := range names {
			copies[name] = clone(n)
		}
		return copies
	}
	clone = func(n *node) *node {
		if n == nil {
			return nil
		}
		if c, ok := known[n]; ok {
			return c
		}
		n.shared = true
		c := &node{mode: n.mode, target: n.target, dirty: n.dirty, content: n.content, shared: true, keptContent: n.keptContent}
		known[n] = c
		if n.mode.IsDir() {
			c.names, c.keptNames = all(n.names), all(n.keptNames)
		}
		for _, change := range n.changes {
			change.to = clone(change.to)
			c.changes = append(c.changes, change)
		}
		return c
	}
	return &Memory{root: clone(m.root)}
}

// Put makes a file that survives, and the folders in which it lies.
func (m *Memory) Put(name string, content []byte) {
	defer m.locked()()
	at := m.root
	folder, base := path.Split(path.Clean(name))
	for _, part := range strings.FieldsFunc(folder, func(r rune) bool { return r == '/' }) {
		next := at.names[part]
		if next == nil {
			next = newFolder(folderMode &^ umask)
			at.names[part], at.keptNames[part] = next, next
		}
		at = next
	}
	n := &node{mode: 0o644, content: content, shared: true, keptContent: content}
	at.names[base], at.keptNames[base] = n, n
}

// Files are the contents of all files by their paths; of a link, where it leads to.
func (m *Memory) Files() map[string]string {
	defer m.locked()()
	files := map[string]string{}
	var list func(at string, n *node)
	list = func(at string, n *node) {
		switch {
		case n.mode.IsDir():
			for name, inner := range n.names {
				list(path.Join(at, name), inner)
			}
		case n.mode.IsRegular():
			files[at] = string(n.content)
		default:
			files[at] = "-> " + n.target
		}
	}
	list("/", m.root)
	return files
}

// Hold lets everybody in, as a disk without locks does.
func (*Memory) Hold(string) (release func(), err error) { return func() {}, nil }
