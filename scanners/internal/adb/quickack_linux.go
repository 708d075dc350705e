package adb

import (
	"net"
	"syscall"
)

// quickAck makes the kernel confirm at once what is received next. The adb server writes OKAY and the first bytes of an
// answer one after the other, and holds the second back until the first is confirmed, which Linux would do 40
// milliseconds later: with an app or two a question, seconds are lost.
func quickAck(c net.Conn) {
	if t, ok := c.(*net.TCPConn); ok {
		if raw, err := t.SyscallConn(); err == nil {
			_ = raw.Control(func(fd uintptr) { _ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_QUICKACK, 1) })
		}
	}
}
