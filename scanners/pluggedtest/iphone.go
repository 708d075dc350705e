// Package pluggedtest plugs simulated phones in for tests of whole commands: Android phones behind a stand-in for the adb
// server, which needs no adb, and iPhones behind a simulated usbmuxd.
//
// What the package cannot see: what real phones do otherwise; see adbsim and lockdowntest.
package pluggedtest

import (
	"fmt"
	"io"
	"net"

	"quaestor/scanners/internal/lockdown/lockdowntest"
)

// Keys are those of a pairing with iPhones.
type Keys = lockdowntest.Keys

// NewKeys makes the keys of a pairing, which takes a while.
func NewKeys(random io.Reader) (*Keys, error) { return lockdowntest.NewKeys(random) }

// IPhones serves iPhones as usbmuxd does, one for each state: "ready", "locked", "untrusted", "unpaired", "wifi", or "cut" for
// one that is unplugged in the middle. Stop ends it.
func IPhones(l net.Listener, keys *Keys, states ...string) (stop func(), err error) {
	var phones []*lockdowntest.Phone
	cut := false
	for i, state := range states {
		p := lockdowntest.Example()
		p.UDID = fmt.Sprintf("%s%X", p.UDID[:len(p.UDID)-1], i)
		p.Provisioning, p.Apps = p.Provisioning[:2], p.Apps[:len(p.Apps)-1] // the last of each is broken
		switch state {
		case "ready":
		case "locked":
			p.Locked = true
		case "untrusted":
			p.Untrusted = true
		case "unpaired":
			p.Unpaired = true
		case "wifi":
			p.Network = true
		case "cut":
			cut = true
		default:
			return nil, fmt.Errorf("unknown state %q", state)
		}
		phones = append(phones, p)
	}
	m := lockdowntest.Start(l, keys, phones...)
	if cut {
		m.Break(lockdowntest.Cut, 14_000)
	}
	return m.Close, nil
}
