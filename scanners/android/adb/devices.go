package adb

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	client "quaestor/scanners/internal/adb"
	"quaestor/scanners/inventory"
)

// Device is a phone that is plugged in, whether or not it can be read.
type Device struct {
	Serial string
	Model  string
	OS     string // "Android 14", "" when the phone was not asked or did not say
	Ready  bool   // it can be scanned
	State  string // in plain words
	Next   string // what to do so that it can be scanned; "" when it can
}

// Devices lists the phones that the adb server knows; nil is the server of this computer, which is started where it does
// not run and adb is installed. A phone that is ready is asked for its version.
func Devices(ctx context.Context, server *client.Server) ([]Device, error) {
	if server == nil {
		server = &client.Server{}
	}
	if err := server.Start(ctx); err != nil {
		return nil, err
	}
	found, err := server.Devices(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Device, 0, len(found))
	for _, f := range found {
		out = append(out, describe(f))
	}
	var wg sync.WaitGroup
	for i := range out {
		if out[i].Ready {
			wg.Go(func() {
				ctx, cancel := context.WithTimeoutCause(ctx, listing, client.ErrSilent)
				defer cancel()
				out[i].ask(ctx, server.Open(out[i].Serial))
			})
		}
	}
	wg.Wait()
	return out, nil
}

// listing is how long one phone may take while somebody waits for a list of phones.
const listing = 10 * time.Second

// ask adds what only the phone itself says. A phone that does not answer stays listed as it is.
func (d *Device) ask(ctx context.Context, p *client.Phone) {
	for _, q := range []struct {
		property string
		to       *string
		before   string
	}{{"ro.build.version.release", &d.OS, "Android "}, {"ro.product.model", &d.Model, ""}} {
		var left atomic.Int64
		left.Store(maxProperties)
		out, err := runUpTo(ctx, p, maxProperties, &left, []string{"getprop", q.property})
		if err != nil {
			if ctx.Err() != nil {
				err = context.Cause(ctx)
			}
			d.Ready, d.State, d.Next = false, "does not answer", client.Next(err)
			return
		}
		if v := firstLine(out.Stdout); v != "" {
			*q.to = q.before + v
		}
	}
}

// describe says what a state means, and what to do.
func describe(f client.Device) Device {
	d := Device{Serial: inventory.Text(f.Serial), Model: inventory.Text(strings.ReplaceAll(f.Model, "_", " "))}
	known, ok := states[f.State]
	if !ok {
		known = plain{"in a state that is not known here (" + inventory.Text(f.State) + ")", "Unplug the phone, restart it, and plug it in again."}
	}
	d.State, d.Next, d.Ready = known.state, known.next, f.State == client.StateDevice
	return d
}

// plain says a state in words, and what to do.
type plain struct{ state, next string }

var states = map[string]plain{
	client.StateDevice:       {"ready", ""},
	client.StateUnauthorized: {"has not allowed this computer", "Unlock the phone and answer its question \"Allow USB debugging?\" with Allow; if it does not ask, unplug it and plug it in again."},
	client.StateAuthorizing:  {"is asking its owner", "Unlock the phone and answer its question \"Allow USB debugging?\" with Allow."},
	client.StateConnecting:   {"is connecting", "Wait a moment and list again."},
	client.StateOffline:      {"offline: plugged in, and does not answer", "Unlock the phone, unplug it and plug it in again; if it stays offline, run `adb reconnect offline`."},
	client.StateNoPermission: {"this computer's user may not use the USB device", "Install the udev rules (Debian and Ubuntu: `apt install android-sdk-platform-tools-common`), join the group plugdev, log in again, and plug the phone in again."},
	client.StateRecovery:     {"in recovery mode: Android does not run", "Choose \"Reboot system now\" on the phone and wait until Android runs."},
	client.StateSideload:     {"waiting for an update (sideload): Android does not run", "Leave the update and choose \"Reboot system now\" on the phone."},
	client.StateBootloader:   {"in the bootloader (fastboot): Android does not run", "Choose Start on the phone, or hold its power button, and wait until Android runs."},
	"rescue":                 {"in rescue mode: Android does not run", "Choose \"Reboot system now\" on the phone and wait until Android runs."},
	"host":                   {"another computer, not a phone", "Unplug it."},
}

// firstLine is the first line of an answer, fit to be shown.
func firstLine(b []byte) string {
	line, _, _ := strings.Cut(string(b), "\n")
	return strings.TrimSpace(inventory.Text(line))
}
