package external

import "syscall"

// mortal makes the process end with this program however that ends.
func mortal(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGKILL }
