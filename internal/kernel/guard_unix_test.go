//go:build unix

package kernel

import (
	"os"
	"syscall"
	"testing"
	"unsafe"
)

// guarded returns n numbers between two pages without access: reaching beyond
// the slice by one number ends the program. They lie at the end of their pages
// or, with front, at the beginning.
func guarded[F Float](t testing.TB, n int, front bool) []F {
	page := os.Getpagesize()
	size := n * int(unsafe.Sizeof(F(0)))
	room := max(1, (size+page-1)/page) * page
	memory, err := syscall.Mmap(-1, 0, room+2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Munmap(memory); err != nil {
			t.Error(err)
		}
	})
	for _, guard := range [][]byte{memory[:page], memory[page+room:]} {
		if err := syscall.Mprotect(guard, syscall.PROT_NONE); err != nil {
			t.Fatal(err)
		}
	}
	if n == 0 {
		return nil
	}
	data := memory[page : page+room]
	if !front {
		data = data[room-size:]
	}
	return unsafe.Slice((*F)(unsafe.Pointer(&data[0])), n)
}
