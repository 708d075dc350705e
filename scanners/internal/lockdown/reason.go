package lockdown

import (
	"errors"
	"net"
	"os"
)

// reason strips what errors of connections repeat.
func reason(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err
	}
	var call *os.SyscallError
	if errors.As(err, &call) {
		return call.Err
	}
	return err
}
