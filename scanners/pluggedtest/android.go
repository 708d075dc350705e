package pluggedtest

import (
	"net"
	"testing"

	"quaestor/scanners/internal/adb/adbsim"
)

// Phone is a phone that is plugged in.
type Phone struct {
	Port   string // of the server: what ANDROID_ADB_SERVER_PORT has to say
	Serial string
	phone  *adbsim.Phone
	server *adbsim.Server
}

// Plug plugs in the phone of a record of adbsim, with some more apps that have files. It stays until the test ends.
func Plug(t testing.TB, record string, apps int) *Phone {
	t.Helper()
	p, err := adbsim.Load(record)
	if err != nil {
		t.Fatal(err)
	}
	p.AddApps(apps)
	s := adbsim.StartStandIn(t)
	_, port, err := net.SplitHostPort(s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	return &Phone{Port: port, Serial: s.Plug(t, p), phone: p, server: s}
}

// Refusing plugs in another phone, which has not allowed this computer.
func (p *Phone) Refusing(t testing.TB, record, serial string) {
	t.Helper()
	other, err := adbsim.Load(record)
	if err != nil {
		t.Fatal(err)
	}
	other.Serial, other.Auth = serial, adbsim.Refusing
	p.server.Plug(t, other)
}

// Cut pulls the cable after so many more bytes; 0 is now.
func (p *Phone) Cut(after int64) {
	if after == 0 {
		p.phone.Unplug()
		return
	}
	p.phone.Arm(adbsim.Faults{CutAfter: after})
}

// Again plugs it in again.
func (p *Phone) Again(t testing.TB) {
	t.Helper()
	p.server.Replug(t, p.phone, p.Serial, adbsim.Faults{})
}
