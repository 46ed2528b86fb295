package battery

import (
	"os"
	"runtime/debug"
	"syscall"
)

// redirect makes file the stderr of the process until undo. A crash is told in both.
func redirect(file *os.File) (undo func(), err error) {
	const stderr = 2
	old, err := syscall.Dup(stderr)
	if err != nil {
		return nil, err
	}
	true2 := os.NewFile(uintptr(old), "stderr")
	_ = debug.SetCrashOutput(true2, debug.CrashOptions{}) // a crash that nobody sees is worse than none
	if err := syscall.Dup3(int(file.Fd()), stderr, 0); err != nil {
		_ = true2.Close()
		return nil, err
	}
	return func() {
		_ = syscall.Dup3(old, stderr, 0)
		_ = debug.SetCrashOutput(nil, debug.CrashOptions{})
		_ = true2.Close()
	}, nil
}
