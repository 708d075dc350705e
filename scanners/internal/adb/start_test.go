package adb_test

import (
	"errors"
	"net"
	"os/exec"
	"testing"

	"quaestor/scanners/internal/adb"
)

// TestStart starts adb's own server where none listens, and finds it there the second time.
func TestStart(t *testing.T) {
	tool, err := exec.LookPath("adb")
	if err != nil {
		t.Skip("adb is not installed (Debian: apt install adb)")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	l.Close()
	home := t.TempDir()
	for _, name := range []string{"HOME", "ANDROID_SDK_HOME", "TMPDIR"} {
		t.Setenv(name, home)
	}
	t.Setenv("ADB_LOCAL_TRANSPORT_MAX_PORT", "5554")
	t.Setenv("ADB_SERVER_SOCKET", "")
	t.Setenv("ANDROID_ADB_SERVER_ADDRESS", "127.0.0.1")
	t.Setenv("ANDROID_ADB_SERVER_PORT", port)
	defer func() {
		if err := exec.Command(tool, "-P", port, "kill-server").Run(); err != nil {
			t.Error(err)
		}
	}()
	var s adb.Server
	for range 2 {
		if err := s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if v, err := s.Version(t.Context()); err != nil || v < 32 {
		t.Errorf("got version %d, %v", v, err)
	}
}

// TestStartBesideAnother leaves a port alone on which something else answers.
func TestStartBesideAnother(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				_, _ = c.Write([]byte("SSH-2.0-OpenSSH_9.2\r\n"))
			}()
		}
	}()
	s := &adb.Server{Addr: l.Addr().String()}
	if err := s.Start(t.Context()); !errors.Is(err, adb.ErrProtocol) && !errors.Is(err, adb.ErrNoServer) {
		t.Errorf("got %v", err)
	}
}
