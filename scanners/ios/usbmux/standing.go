package usbmux

import (
	"context"
	"errors"
	"runtime"

	"quaestor/scanners/internal/lockdown"
	"quaestor/scanners/inventory"
)

// way is something that stands in the way of reading a phone, and what to do about it.
type way struct {
	is           error
	state        State
	kind         inventory.GapKind
	detail, next string
}

// ways are those that are known. The first that an error is counts.
var ways = []way{
	{lockdown.ErrNoRecord, StateUnpaired, inventory.GapNotPermitted,
		"This computer is not paired with the phone.",
		"Unlock the phone, plug it in again, tap Trust and enter the passcode; if it does not ask, run `idevicepair pair`."},
	{lockdown.ErrUntrusted, StateUntrusted, inventory.GapNotPermitted,
		"The phone does not trust this computer, or no longer does.",
		"Unlock the phone, plug it in again, tap Trust and enter the passcode; if it does not ask, run `idevicepair pair`."},
	{lockdown.ErrLocked, StateLocked, inventory.GapNotPermitted,
		"The phone is locked.",
		"Enter its passcode and leave it unlocked until the scan is done; it may also have to confirm that accessories connect."},
	{lockdown.ErrForbidden, StateForbidden, inventory.GapNotPermitted,
		"The management of the phone, or its settings, forbid this computer to read it.",
		"Ask who manages the phone, or use a computer that its management permits."},
	{lockdown.ErrNoService, StateUnknown, inventory.GapUnsupported,
		"The phone does not have the service that tells it.",
		"Make a backup of the phone and scan that."},
	{lockdown.ErrGone, StateUnknown, inventory.GapFailed,
		"The connection to the phone ended.",
		"Check the cable, plug the phone in again and scan it again."},
	{lockdown.ErrMuxSilent, StateUnknown, inventory.GapFailed,
		"The usbmuxd of this computer does not answer; the phone was not asked.", restartMux()},
	{lockdown.ErrSilent, StateUnknown, inventory.GapFailed,
		"The phone does not answer.",
		"Unlock it and plug it in again; restart it if that does not help."},
	{lockdown.ErrLimit, StateUnknown, inventory.GapLimit,
		"The phone answers with more than is read.",
		"Plug it in again; if it stays so, make a backup and scan that."},
}

// standing is what stands in the way when err was the outcome of opening a session, or of using it.
func standing(err error) way {
	if err == nil {
		return way{state: StateReady}
	}
	for _, w := range ways {
		if errors.Is(err, w.is) {
			return w
		}
	}
	return way{state: StateUnknown, kind: inventory.GapFailed, detail: sentence(err), next: "Plug it in again, and see that it is unlocked."}
}

// withoutMux is what to do where no usbmuxd answers.
func withoutMux() string {
	switch runtime.GOOS {
	case "windows":
		return "Install Apple Devices or iTunes, plug the phone in, unlock it and tap Trust."
	case "darwin":
		return "Plug the phone in, unlock it and tap Trust; restart the Mac if it stays so."
	}
	return "Install usbmuxd (it runs only while a phone is plugged in), plug the phone in, unlock it and tap Trust."
}

// restartMux is what to do where usbmuxd runs and is silent.
func restartMux() string {
	switch runtime.GOOS {
	case "windows":
		return "Restart the service Apple Mobile Device Service (or Apple Devices, or iTunes), and plug the phone in again."
	case "darwin":
		return "Unplug the phone, restart the Mac, and plug it in again."
	}
	return "Restart it (`systemctl restart usbmuxd`), and plug the phone in again; see that USBMUXD_SOCKET_ADDRESS, if set, names its socket."
}

// interrupted reports whether err is that the user or the runner ended the scan.
func interrupted(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
