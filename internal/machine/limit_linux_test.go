package machine

import (
	"math"
	"testing"
	"testing/fstest"
)

func mapped(texts map[string]string) fstest.MapFS {
	fs := fstest.MapFS{}
	for name, text := range texts {
		fs[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fs
}

const meminfo = "MemTotal:       16384000 kB\nMemFree:         1000 kB\n"

func TestMemoryLimit(t *testing.T) {
	for about, c := range map[string]struct {
		files map[string]string
		bytes float64
		of    string
	}{
		"nothing known": {nil, math.Inf(1), ""},
		"the machine":   {map[string]string{"proc/meminfo": meminfo}, 16384000 * 1024, "the machine"},
		"version 2": {map[string]string{
			"proc/meminfo": meminfo, "proc/self/cgroup": "0::/slurm/job_7/step_0\n",
			"sys/fs/cgroup/slurm/job_7/step_0/memory.max": "max\n", "sys/fs/cgroup/slurm/job_7/memory.max": "2147483648\n", "sys/fs/cgroup/slurm/memory.max": "8589934592\n",
		}, 2147483648, "the control group"},
		"version 2 in a container": {map[string]string{
			"proc/meminfo": meminfo, "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "1073741824\n",
		}, 1073741824, "the control group"},
		"version 1": {map[string]string{
			"proc/meminfo": meminfo, "proc/self/cgroup": "12:cpuset:/a\n9:memory:/slurm/uid_1/job_7\n3:cpu,cpuacct:/a\n",
			"sys/fs/cgroup/memory/slurm/uid_1/job_7/memory.limit_in_bytes": "3000000000\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
			"sys/fs/cgroup/cpuset/a/memory.limit_in_bytes": "5\n",
		}, 3000000000, "the control group"},
		"version 1 in a container": {map[string]string{
			"proc/meminfo": meminfo, "proc/self/cgroup": "9:memory:/docker/0123\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "500000000\n",
		}, 500000000, "the control group"},
		"both": {map[string]string{
			"proc/meminfo": meminfo, "proc/self/cgroup": "9:memory:/j\n0::/k\n",
			"sys/fs/cgroup/memory/j/memory.limit_in_bytes": "700000000\n", "sys/fs/cgroup/unified/k/memory.max": "600000000\n",
		}, 600000000, "the control group"},
		"more than the machine has": {map[string]string{
			"proc/meminfo": meminfo, "proc/self/cgroup": "0::/k\n", "sys/fs/cgroup/k/memory.max": "99999999999999\n",
		}, 16384000 * 1024, "the machine"},
		"a limit of addresses": {map[string]string{
			"proc/meminfo": meminfo, "proc/self/status": "VmSize:\t  1000000 kB\nVmRSS:\t   10000 kB\nVmData:\t 50000 kB\n",
			"proc/self/limits": "Limit Soft Limit Hard Limit Units\nMax data size             unlimited            unlimited            bytes\nMax address space         2048000000           4096000000           bytes\n",
		}, 2048000000 - 1000000*1024 + 10000*1024 - (64 << 20), "ulimit -v"},
		"a limit of data that is used up": {map[string]string{
			"proc/meminfo": meminfo, "proc/self/status": "VmSize:\t  1000000 kB\nVmRSS:\t   10000 kB\nVmData:\t 50000 kB\n",
			"proc/self/limits": "Max data size             1000000            unlimited            bytes\nMax address space         unlimited           unlimited           bytes\n",
		}, 1, "ulimit -d"},
		"what is no number": {map[string]string{
			"proc/meminfo": "MemTotal: much\n", "proc/self/cgroup": "broken\n0::/k\n", "sys/fs/cgroup/k/memory.max": "\n",
		}, math.Inf(1), ""},
	} {
		if bytes, of := memoryLimit(mapped(c.files)); bytes != c.bytes || of != c.of {
			t.Errorf("%s: %g (%s), want %g (%s)", about, bytes, of, c.bytes, c.of)
		}
	}
}
