package adbsim

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// Server is an adb server for a test.
type Server struct {
	Addr string
	// Real says that it is adb's own, not the stand-in.
	Real bool

	connect func(p *Phone) (serial string, err error)
	drop    func(serial string)
	close   func()
}

// Servers runs a test with adb's own server, and with the stand-in for computers without adb.
func Servers(t *testing.T, run func(t *testing.T, s *Server)) {
	t.Run("adb", func(t *testing.T) { run(t, StartReal(t)) })
	t.Run("stand-in", func(t *testing.T) { run(t, StartStandIn(t)) })
}

// StartReal starts adb's own server for a test. The test is skipped when adb is not installed.
func StartReal(t testing.TB) *Server {
	t.Helper()
	tool, err := exec.LookPath("adb")
	if err != nil {
		t.Skip("adb is not installed (Debian: apt install adb); the stand-in for its server runs what needs no wire to a phone")
	}
	s, err := NewReal(tool, t.TempDir())
	if err != nil {
		t.Fatalf("adb's server does not start: %v", err)
	}
	t.Cleanup(s.Close)
	return s
}

// NewReal starts adb's own server with a home folder and a port of its own, so that the user's stays as it is.
func NewReal(tool, home string) (*Server, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(tool, "-P", port, "nodaemon", "server")
	cmd.Env = append(os.Environ(), "HOME="+home, "ANDROID_SDK_HOME="+home, "TMPDIR="+home, "ADB_VENDOR_KEYS=",
		"ADB_MDNS=0", "ADB_LOCAL_TRANSPORT_MAX_PORT=5554", "ANDROID_ADB_SERVER_PORT="+port)
	cmd.Dir = home
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &Server{Addr: "127.0.0.1:" + port, Real: true}
	s.connect, s.drop = s.connectReal, func(serial string) { _, _ = s.request("host:disconnect:" + serial) }
	s.close = func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	err = s.await(20*time.Second, func() bool { _, err := s.request("host:version"); return err == nil })
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// Close ends the server.
func (s *Server) Close() { s.close() }

// Connect plugs a phone in as Plug does, where there is no test at hand to fail.
func (s *Server) Connect(p *Phone) (serial string, err error) { return s.connect(p) }

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

// Plug connects a phone and returns the serial number under which the server knows it. It waits until the phone is
// ready, or is known not to let the computer in.
func (s *Server) Plug(t testing.TB, p *Phone) string {
	t.Helper()
	serial, err := s.connect(p)
	if err != nil {
		t.Fatalf("the phone is not connected: %v", err)
	}
	return serial
}

// Replug takes the phone off and connects it again, with other faults.
func (s *Server) Replug(t testing.TB, p *Phone, serial string, f Faults) {
	t.Helper()
	s.drop(serial)
	p.Replug(Faults{})
	if got := s.Plug(t, p); got != serial {
		t.Fatalf("the phone was %q and is %q", serial, got)
	}
	p.link.arm(f)
}

// arm sets the faults and counts from here, so that a phone is connected before anything goes wrong.
func (l *link) arm(f Faults) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.faults, l.sent, l.packets = f, 0, 0
}

// Arm sets what goes wrong from here on.
func (p *Phone) Arm(f Faults) { p.link.arm(f) }

func (s *Server) connectReal(p *Phone) (string, error) {
	p.mu.Lock()
	l := p.listener
	p.mu.Unlock()
	var addr string
	var err error
	if l != nil {
		addr = l.Addr().String()
	} else if addr, err = p.Listen(); err != nil {
		return "", err
	}
	// A server that has not yet noticed that the phone was unplugged says that it is connected: it is told again.
	var said string
	for range 400 {
		if said, err = s.request("host:connect:" + addr); err != nil {
			return "", err
		}
		if err = s.await(50*time.Millisecond, func() bool { return s.sees(p, addr) }); err == nil {
			return addr, nil
		}
		s.drop(addr)
	}
	return "", fmt.Errorf("adb connect said %q: %w", said, err)
}

// sees says whether phone and server agree that they are connected.
func (s *Server) sees(p *Phone, addr string) bool {
	list, err := s.request("host:devices")
	if err != nil {
		return false
	}
	if p.Auth == Refusing {
		return strings.Contains(list, addr+"\tunauthorized")
	}
	return p.link.logins() > 0 && strings.Contains(list, addr+"\tdevice")
}

func (s *Server) await(limit time.Duration, ready func() bool) error {
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if ready() {
			return nil
		}
	}
	return fmt.Errorf("nothing after %s", limit)
}

// request asks the server something that it answers itself.
func (s *Server) request(service string) (string, error) {
	c, err := net.Dial("tcp", s.Addr)
	if err != nil {
		return "", err
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := fmt.Fprintf(c, "%04x%s", len(service), service); err != nil {
		return "", err
	}
	b, err := io.ReadAll(c)
	if err != nil && len(b) == 0 {
		return "", err
	}
	if len(b) < 8 || string(b[:4]) != "OKAY" {
		return "", fmt.Errorf("%s: %q", service, b)
	}
	return string(b[8:]), nil
}
