package main

import (
	"fmt"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// refuseNetwork makes the kernel refuse every socket of this process from now on, in all threads: socket(2)
// fails with EPERM. The promise of --offline then does not rest on our own code.
func refuseNetwork() error {
	return filterSockets(unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM))
}

// filterSockets sets what the kernel does when any thread of this process calls socket(2).
//
// The filter is classic BPF over struct seccomp_data (seccomp(2)): word 0 is the system call number, word 1
// the architecture.
func filterSockets(refuse uint32) error {
	arch, ok := map[string]uint32{"amd64": unix.AUDIT_ARCH_X86_64, "arm64": unix.AUDIT_ARCH_AARCH64}[runtime.GOARCH]
	if !ok {
		return fmt.Errorf("not available on linux/%s; run it in a network namespace: unshare -rn quaestor …", runtime.GOARCH)
	}
	const (
		load   = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
		equal  = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
		result = unix.BPF_RET | unix.BPF_K
	)
	filter := []unix.SockFilter{
		{Code: load, K: 4},
		{Code: equal, Jt: 1, K: arch},
		{Code: result, K: refuse}, // a call in another instruction set could name socket by another number
		{Code: load, K: 0},
		{Code: equal, Jt: 1, K: unix.SYS_SOCKET},
		{Code: result, K: unix.SECCOMP_RET_ALLOW},
		{Code: result, K: refuse},
	}
	prog := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("the kernel does not let a process give up rights: %w", err)
	}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&prog)))
	runtime.KeepAlive(filter)
	if errno != 0 {
		return fmt.Errorf("the kernel refuses the filter: %w; run it in a network namespace: unshare -rn quaestor …", errno)
	}
	return nil
}
