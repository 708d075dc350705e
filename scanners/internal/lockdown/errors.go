package lockdown

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
)

// What stands in the way of reading a phone.
var (
	// ErrNoMux is that nothing answers where usbmuxd should.
	ErrNoMux = errors.New("no usbmuxd answers")
	// ErrNoRecord is that this computer holds no record of a pairing with the phone.
	ErrNoRecord = errors.New("this computer is not paired with the phone")
	// ErrUntrusted is that the phone does not, or does no longer, trust this computer.
	ErrUntrusted = errors.New("the phone does not trust this computer")
	// ErrLocked is that the phone wants to be unlocked first.
	ErrLocked = errors.New("the phone is locked")
	// ErrForbidden is that the management of the phone forbids what was asked.
	ErrForbidden = errors.New("the phone's management or its settings forbid it")
	// ErrNoService is that the phone has no service of that name.
	ErrNoService = errors.New("the phone has no such service")
	// ErrGone is that the connection ended in the middle.
	ErrGone = errors.New("the connection to the phone ended; it may have been unplugged")
	// ErrSilent is that the phone, or usbmuxd, is there and does not answer.
	ErrSilent = errors.New("the other side is silent")
	// ErrMuxSilent is that usbmuxd itself is: it asks no phone for what it answers. It is an [ErrSilent] too.
	ErrMuxSilent = fmt.Errorf("the usbmuxd of this computer does not answer: %w", ErrSilent)
	// ErrLimit is that an answer is larger than those of phones are.
	ErrLimit = errors.New("more than is read of one answer")
)

// Refusal is an error that lockdownd answered, by its own word for it.
type Refusal struct {
	Asked, Code string
}

// Error implements error.
func (r *Refusal) Error() string {
	if known := r.Unwrap(); known != nil {
		return fmt.Sprintf("%v (%.60q)", known, r.Code)
	}
	return fmt.Sprintf("the phone refuses %s: %.60q", r.Asked, r.Code)
}

// Unwrap is what the code stands for, where that is known.
func (r *Refusal) Unwrap() error {
	switch r.Code {
	case "PasswordProtected", "EscrowLocked":
		return ErrLocked
	case "InvalidHostID", "MissingHostID", "InvalidPairRecord", "MissingPairRecord", "PairingDialogResponsePending", "UserDeniedPairing",
		"PairingProhibitedOverThisConnection":
		return ErrUntrusted
	case "InvalidService":
		return ErrNoService
	case "MCProtected", "MCChallengeRequired", "FMiPProtected", "ServiceProhibited":
		return ErrForbidden
	}
	return nil
}

// missing reports whether the code says that there is no such value, or none that a computer may see.
func (r *Refusal) missing() bool {
	return r.Code == "MissingValue" || r.Code == "GetProhibited" || r.Code == "MissingKey"
}

// lost makes one error of the ways in which a connection ends.
func lost(err error) error {
	var network *net.OpError
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed), errors.Is(err, io.ErrClosedPipe),
		errors.Is(err, syscall.EPIPE), errors.Is(err, syscall.ECONNRESET), errors.Is(err, os.ErrDeadlineExceeded):
		return ErrGone
	case errors.As(err, &network) && network.Op != "remote error" && network.Op != "local error":
		return fmt.Errorf("%w: %v", ErrGone, err)
	}
	return err
}
