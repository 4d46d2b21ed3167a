package machine

// Limits of memory: of the machine, of control groups of both versions, of the shell.

import (
	"bufio"
	"bytes"
	"io/fs"
	"math"
	"os"
	"path"
	"strconv"
	"strings"
)

// MemoryLimit is the memory that the program may take, in bytes, and what says
// so: that of the machine, that of a control group it is in, or a limit of the
// shell's. It is infinite where nothing is known.
func MemoryLimit() (bytes float64, of string) { return memoryLimit(os.DirFS("/")) } //nolint:forbidigo // of the kernel

func memoryLimit(root fs.FS) (bytes float64, of string) {
	bytes = math.Inf(1)
	lower := func(b float64, who string) {
		if b > 0 && b < bytes {
			bytes, of = b, who
		}
	}
	lower(machineMemory(root), "the machine")
	for _, u := range ulimits {
		lower(u.left(root), u.name)
	}
	for _, g := range groups(root, "memory") {
		lower(readNumber(root, path.Join(g.folder, map[int]string{1: "memory.limit_in_bytes", 2: "memory.max"}[g.version])), "the control group")
	}
	return bytes, of
}

// ulimit is a limit of addresses, and what counts against it. Addresses are more
// than memory: the runtime and its threads reserve some that they never use.
type ulimit struct{ name, limit, counted string }

// reserved are the addresses that threads which are still to start, and the
// heap as it grows by steps, take beyond memory.
const reserved = 64 << 20

var ulimits = []ulimit{
	{"ulimit -v", "Max address space", "VmSize:"},
	{"ulimit -d", "Max data size", "VmData:"},
}

// left is the memory that the limit leaves, with what is in use already; 0 where
// there is no limit.
func (u ulimit) left(root fs.FS) float64 {
	limits, err := fs.ReadFile(root, "proc/self/limits")
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(limits), u.limit)
	fields := strings.Fields(after)
	if len(fields) == 0 {
		return 0
	}
	limit, err := strconv.ParseFloat(fields[0], 64) // or "unlimited"
	if err != nil {
		return 0
	}
	return max(1, limit-reserved-kilobytes(root, "proc/self/status", u.counted)+kilobytes(root, "proc/self/status", "VmRSS:"))
}

// kilobytes reads a value in kB from a file of the system's, in bytes.
func kilobytes(root fs.FS, file, name string) float64 {
	text, err := fs.ReadFile(root, file)
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == name {
			number, _ := strconv.ParseFloat(fields[1], 64)
			return number * 1024
		}
	}
	return 0
}

// machineMemory is that of the whole machine.
func machineMemory(root fs.FS) float64 { return kilobytes(root, "proc/meminfo", "MemTotal:") }

// group is the folder of a control group.
type group struct {
	folder  string
	version int
}

// groups are those that this process is in, for a controller, and all above
// them: the limits of each hold.
func groups(root fs.FS, controller string) (list []group) {
	text, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return nil
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		parts := strings.SplitN(lines.Text(), ":", 3)
		if len(parts) != 3 {
			continue
		}
		mounts, version := []string{"sys/fs/cgroup", "sys/fs/cgroup/unified"}, 2
		if parts[1] != "" {
			if !strings.Contains(","+parts[1]+",", ","+controller+",") {
				continue
			}
			mounts, version = []string{path.Join("sys/fs/cgroup", parts[1]), path.Join("sys/fs/cgroup", controller)}, 1
		}
		for at := path.Clean("/" + parts[2]); ; at = path.Dir(at) {
			for _, mount := range mounts {
				list = append(list, group{path.Join(mount, at), version})
			}
			if at == "/" {
				break
			}
		}
	}
	return list
}

// readNumber reads a file with one number; 0 if there is none, as max.
func readNumber(root fs.FS, name string) float64 {
	text, err := fs.ReadFile(root, name)
	if err != nil {
		return 0
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(string(text)), 64)
	if err != nil {
		return 0
	}
	return n
}
