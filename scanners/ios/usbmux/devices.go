package usbmux

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"sync"
	"time"

	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/lockdown"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// State says whether a phone can be read.
type State string

// The states of a phone.
const (
	StateReady     State = "ready"
	StateUntrusted State = "untrusted"   // the phone does not, or does no longer, trust this computer
	StateUnpaired  State = "not paired"  // this computer holds no record of a pairing
	StateLocked    State = "locked"      // it wants to be unlocked first
	StateForbidden State = "forbidden"   // its management forbids computers
	StateWiFi      State = "Wi-Fi only"  // known to this computer, and not plugged in
	StateUnknown   State = "unreachable" // it does not answer as phones do
)

// Device is an iPhone, iPad or another device of Apple that usbmuxd knows of, with what stands in the way of reading it.
type Device struct {
	UDID    string
	Serial  string // known of a phone that trusts this computer
	Name    string // as its owner calls it
	Model   string // "iPhone14,5"
	System  string // "iOS" or "iPadOS"
	Version string // "17.4.1"
	State   State
	Detail  string // what stands in the way, one sentence; empty when ready
	Next    string // what to do about it, one sentence; empty when ready

	kind inventory.GapKind
}

// patience is how long one phone may take while somebody waits for a list of phones.
const patience = 10 * time.Second

// atOnce is how many phones are asked at the same time: one that is stuck does not hold up the others.
const atOnce = 16

// Devices names the phones that usbmuxd knows of, and asks each whether it can be read. An error means that usbmuxd
// itself does not answer, with a method Next that says what to do; [Absent] tells whether that may only mean that no
// phone is plugged in.
func Devices(ctx context.Context) ([]Device, error) { return New().devices(ctx) }

// Absent reports whether err is that no usbmuxd runs. On Linux that is also so while no phone is plugged in.
func Absent(err error) bool {
	return errors.Is(err, lockdown.ErrNoMux) && !errors.Is(err, fs.ErrPermission)
}

func (s Scanner) devices(ctx context.Context) ([]Device, error) {
	mux := *s.mux
	mux.Patience = cmp.Or(mux.Patience, patience)
	s.mux = &mux
	list, err := s.mux.List(ctx)
	if err != nil {
		return nil, muxError(err)
	}
	out := make([]Device, len(list))
	slots := make(chan struct{}, atOnce)
	var wg sync.WaitGroup
	for i, at := range list {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			out[i] = s.device(ctx, at)
		})
	}
	wg.Wait()
	return out, ctx.Err()
}

// device asks one phone who it is, and tries to open a session. One that takes too long, with all of it, is silent.
func (s Scanner) device(whole context.Context, at lockdown.Attached) Device {
	ctx, cancel := context.WithTimeout(whole, s.mux.Patience)
	defer cancel()
	d := Device{UDID: at.UDID}
	if at.Network {
		d.State, d.kind = StateWiFi, inventory.GapSkipped
		d.Detail, d.Next = "The phone is reached over Wi-Fi and not plugged in.", "Plug it in with a cable, or scan it by name."
		return d
	}
	phone, err := s.mux.Open(ctx, at)
	if err == nil {
		defer phone.Close()
		d.describe(ctx, phone)
		err = s.begin(ctx, phone, at.UDID)
	}
	if err == nil {
		d.describe(ctx, phone)
		err = phone.May(ctx, lockdown.AppsService)
	}
	if errors.Is(err, context.DeadlineExceeded) && whole.Err() == nil {
		err = lockdown.ErrSilent
	}
	w := standing(err)
	d.State, d.kind, d.Detail, d.Next = w.state, w.kind, w.detail, w.next
	return d
}

// begin opens a session by the record of the pairing.
func (s Scanner) begin(ctx context.Context, phone *lockdown.Phone, udid string) error {
	record, err := s.mux.Record(ctx, udid)
	if err != nil {
		return err
	}
	return phone.Start(ctx, record)
}

// describe asks for what a list of phones shows. What the phone does not tell stays as it is.
func (d *Device) describe(ctx context.Context, phone *lockdown.Phone) {
	for key, field := range map[string]*string{"SerialNumber": &d.Serial, "DeviceName": &d.Name, "ProductType": &d.Model, "ProductVersion": &d.Version} {
		if v, err := phone.Value(ctx, "", key); err == nil && plist.Text(v) != "" {
			*field = inventory.Text(plist.Text(v))
		}
	}
	known := iosfacts.New(ID)
	known.SetModel(d.Model)
	d.System = known.Device.OSName
}
