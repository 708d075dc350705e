//go:build unix

package source

import "syscall"

// nonBlocking keeps open from waiting for the writer of a named pipe; regular files do not notice it.
const nonBlocking = syscall.O_NONBLOCK
