// Package lockdown asks an iPhone or iPad that is plugged in about itself: through usbmuxd, which a computer that knows
// such phones runs, to the phone's own lockdownd, and by that to the services of the phone. The protocols are those
// that libimobiledevice documents by its code: property lists behind a length, in a TLS session by the keys of the pairing.
//
// It only asks. It does not pair, sets no value, and starts no service that changes the phone. Every exchange ends when
// its context does or when an answer takes too long, and every answer is bounded, since a phone is a foreign device.
//
// What the package cannot see: a phone that does not trust this computer (it tells its name, model and version at
// most), and services that ask for more than a pairing, such as those for developers from iOS 17 on.
package lockdown

import (
	"context"
	"fmt"
	"net"

	"quaestor/scanners/internal/plist"
)

// port is where lockdownd listens on the phone.
const port = 62078

// Phone is a connection to the lockdownd of one phone.
type Phone struct {
	mux    *Mux
	at     Attached
	conn   *Conn
	record *Record // of the session, nil before
}

// Open connects to the lockdownd of a phone.
func (m *Mux) Open(ctx context.Context, at Attached) (*Phone, error) {
	conn, err := m.connect(ctx, at, port)
	if err != nil {
		return nil, err
	}
	p := &Phone{mux: m, at: at, conn: m.conn(conn)}
	answer, err := p.ask(ctx, request{"Request": "QueryType"})
	if err == nil && plist.Text(answer, "Type") != "com.apple.mobile.lockdown" {
		err = fmt.Errorf("what is plugged in calls itself %.60q and not a running phone: start it, or end its recovery", plist.Text(answer, "Type"))
	}
	if err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// Close ends the session and the connection.
func (p *Phone) Close() error { return p.conn.Close() }

// ask sends a request and returns the answer, or what the phone refused.
func (p *Phone) ask(ctx context.Context, r request) (map[string]any, error) {
	r["Label"], r["ProtocolVersion"] = program, "2"
	answer, err := p.conn.Ask(ctx, r)
	if err != nil {
		return nil, err
	}
	if code := plist.Text(answer, "Error"); code != "" {
		return answer, &Refusal{Asked: fmt.Sprint(r["Request"]), Code: code}
	}
	return answer, nil
}

// Start opens a session by the record of the pairing, so that the phone tells more and starts services.
func (p *Phone) Start(ctx context.Context, r *Record) error {
	answer, err := p.ask(ctx, request{"Request": "StartSession", "HostID": r.HostID, "SystemBUID": r.SystemBUID})
	if err != nil {
		return err
	}
	if plist.Bool(answer, "EnableSessionSSL") {
		err = p.conn.secure(ctx, r)
	}
	p.record = r
	return err
}

// Proved reports whether the session is with the holder of the phone's key of the pairing.
func (p *Phone) Proved() bool { return p.conn.proved }

// Value asks for one value. One that the phone does not have is nil without an error.
func (p *Phone) Value(ctx context.Context, domain, key string) (any, error) {
	r := request{"Request": "GetValue", "Key": key}
	if domain != "" {
		r["Domain"] = domain
	}
	answer, err := p.ask(ctx, r)
	if none, ok := err.(*Refusal); ok && none.missing() {
		return nil, nil
	}
	return answer["Value"], err
}

// May asks whether the phone would start a service now: what stands in the way is the error.
func (p *Phone) May(ctx context.Context, service string) error {
	_, err := p.ask(ctx, request{"Request": "StartService", "Service": service})
	return err
}

// Service starts a service of the phone and connects to it.
func (p *Phone) Service(ctx context.Context, name string) (*Conn, error) {
	answer, err := p.ask(ctx, request{"Request": "StartService", "Service": name})
	if err != nil {
		return nil, err
	}
	at := plist.Int(answer, "Port")
	if at < 1 || at > 65535 {
		return nil, fmt.Errorf("the phone started %s at port %d, which there is not", name, at)
	}
	raw, err := p.mux.connect(ctx, p.at, uint16(at))
	if err != nil {
		return nil, err
	}
	conn := p.mux.conn(raw)
	if plist.Bool(answer, "EnableServiceSSL") {
		if p.record == nil {
			err = fmt.Errorf("the phone wants a session before %s", name)
		} else {
			err = conn.secure(ctx, p.record)
		}
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// conn makes a connection of property lists of a raw one.
func (m *Mux) conn(raw net.Conn) *Conn { return &Conn{conn: raw, patience: m.patience()} }
