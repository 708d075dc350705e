package adbsim

import (
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// standIn is as much of an adb server as reading a phone needs, in the test's own process.
type standIn struct {
	mu     sync.Mutex
	phones []*Phone
}

// StartStandIn starts the stand-in for adb's server for a test.
func StartStandIn(t testing.TB) *Server {
	t.Helper()
	s, err := NewStandIn()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// NewStandIn starts the stand-in for adb's server.
func NewStandIn() (*Server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	in := &standIn{}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go in.serve(c)
		}
	}()
	return &Server{Addr: l.Addr().String(), connect: in.connect, drop: func(string) {}, close: func() { l.Close() }}, nil
}

func (in *standIn) connect(p *Phone) (string, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, known := range in.phones {
		if known == p {
			return p.Serial, nil
		}
	}
	in.phones = append(in.phones, p)
	return p.Serial, nil
}

func (in *standIn) phone(serial string) *Phone {
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, p := range in.phones {
		if p.Serial == serial && !p.unplugged() {
			return p
		}
	}
	return nil
}

func (p *Phone) unplugged() bool {
	p.link.mu.Lock()
	defer p.link.mu.Unlock()
	return p.link.gone
}

func (p *Phone) state() string {
	if p.Auth == Refusing {
		return "unauthorized"
	}
	return "device"
}

func okayText(s string) string { return fmt.Sprintf("OKAY%04x%s", len(s), s) }

func failText(s string) string { return fmt.Sprintf("FAIL%04x%s", len(s), s) }

// serve answers the requests of one connection.
func (in *standIn) serve(c net.Conn) {
	defer c.Close()
	var chosen *Phone
	for {
		name, err := readRequest(c)
		if err != nil {
			return
		}
		if chosen != nil {
			in.service(c, chosen, name)
			return
		}
		answer, p := in.host(name)
		if _, err := io.WriteString(c, answer); err != nil || p == nil {
			return
		}
		chosen = p
	}
}

func readRequest(r io.Reader) (string, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return "", err
	}
	n, err := strconv.ParseUint(string(head[:]), 16, 16)
	if err != nil {
		return "", err
	}
	b := make([]byte, n)
	_, err = io.ReadFull(r, b)
	return string(b), err
}

// host answers what the server answers itself, and says which phone was chosen if one was.
func (in *standIn) host(name string) (string, *Phone) {
	switch {
	case name == "host:version":
		return okayText("0029"), nil
	case name == "host:devices-l", name == "host:devices":
		return okayText(in.list(name == "host:devices-l")), nil
	case strings.HasPrefix(name, "host-serial:"):
		serial, what, _ := cutLast(strings.TrimPrefix(name, "host-serial:"))
		p := in.phone(serial)
		if p == nil {
			return failText(fmt.Sprintf("device '%s' not found", serial)), nil
		}
		if why := p.barred(); why != "" {
			return failText(why), nil
		}
		switch what {
		case "features":
			return okayText(strings.Join(p.Features, ",")), nil
		case "get-state":
			return okayText(p.state()), nil
		}
	case strings.HasPrefix(name, "host:transport:"):
		serial := strings.TrimPrefix(name, "host:transport:")
		p := in.phone(serial)
		if p == nil {
			return failText(fmt.Sprintf("device '%s' not found", serial)), nil
		}
		if why := p.barred(); why != "" {
			return failText(why), nil
		}
		return "OKAY", p
	}
	return failText("unknown host service"), nil
}

// cutLast cuts around the last colon: a serial number may have colons in it.
func cutLast(s string) (before, after string, found bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

func (p *Phone) barred() string {
	if p.Auth == Refusing {
		return "device unauthorized.\nThis adb server's $ADB_VENDOR_KEYS is not set\nTry 'adb kill-server' if that seems wrong.\nOtherwise check for a confirmation dialog on your device."
	}
	return ""
}

func (in *standIn) list(long bool) string {
	in.mu.Lock()
	defer in.mu.Unlock()
	var b strings.Builder
	for i, p := range in.phones {
		if p.unplugged() {
			continue
		}
		if !long {
			fmt.Fprintf(&b, "%s\t%s\n", p.Serial, p.state())
			continue
		}
		fmt.Fprintf(&b, "%-22s %s usb:1-%d", p.Serial, p.state(), i+1)
		if p.Auth != Refusing {
			for _, kv := range strings.Split(p.Banner, ";") {
				key, value, _ := strings.Cut(kv, "=")
				fmt.Fprintf(&b, " %s:%s", strings.TrimPrefix(key, "ro.product."), strings.NewReplacer("-", "_", " ", "_").Replace(value))
			}
		}
		fmt.Fprintf(&b, " transport_id:%d\n", i+1)
	}
	return strings.Replace(b.String(), " name:", " product:", -1)
}

// service connects the caller with a service of the phone, through the phone's cable.
func (in *standIn) service(c net.Conn, p *Phone, name string) {
	if !p.link.add(c) {
		return
	}
	defer p.link.remove(c)
	serve := p.service(name)
	w := &cable{c, p.link}
	if serve == nil {
		_, _ = io.WriteString(w, failText("closed"))
		return
	}
	if _, err := io.WriteString(w, "OKAY"); err == nil {
		serve(w)
	}
}

// cable is a connection whose bytes are counted as those of the phone.
type cable struct {
	net.Conn
	link *link
}

func (c *cable) Write(b []byte) (int, error) {
	if err := c.link.send(c.Conn, b); err != nil {
		return 0, err
	}
	return len(b), nil
}
