package adb

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// trickling is a server that answers each connection at once with the first text, and then with the second byte after byte.
func trickling(t *testing.T, soon, late string) *Server {
	t.Helper()
	return &Server{Idle: 100 * time.Millisecond, Dial: func(context.Context) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go io.Copy(io.Discard, theirs)
		go func() {
			defer theirs.Close()
			if _, err := io.WriteString(theirs, soon); err != nil {
				return
			}
			for i := range len(late) {
				if _, err := io.WriteString(theirs, late[i:i+1]); err != nil {
					return
				}
				time.Sleep(2 * time.Millisecond)
			}
		}()
		return ours, nil
	}}
}

// TestTrickle: what comes byte after byte is given up, although something is heard all the time.
func TestTrickle(t *testing.T) {
	long := strings.Repeat("x", 60_000)
	opened := "OKAYOKAY"
	for name, tt := range map[string]struct {
		soon, late string
		ask        func(context.Context, *Server) error
		want       error
	}{
		"list of phones": {"", okay(long), func(ctx context.Context, s *Server) error { _, err := s.Devices(ctx); return err }, ErrServerSilent},
		"features":       {"OKAY", frame(long), func(ctx context.Context, s *Server) error { _, err := s.Open("S1").Features(ctx); return err }, ErrServerSilent},
		"why not":        {"OKAY", "FAIL" + frame(long), run, ErrSilent},
		"answer":         {opened, packet(shellStdout, long), run, ErrSilent},
		"complaint":      {opened, packet(shellStderr, long), run, ErrSilent},
		"file": {opened, "DATA" + string(binary.LittleEndian.AppendUint32(nil, 60_000)) + long, func(ctx context.Context, s *Server) error {
			_, err := known2(s).Pull(ctx, "/x", 1<<20, io.Discard)
			return err
		}, ErrSilent},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second) // the whole of it takes two minutes
			defer cancel()
			if err := tt.ask(ctx, trickling(t, tt.soon, tt.late)); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

// known2 is a phone of which the features are known.
func known2(s *Server) *Phone {
	p := s.Open("S1")
	p.features = map[string]bool{"shell_v2": true}
	return p
}

func run(ctx context.Context, s *Server) error {
	_, err := known2(s).Run(ctx, "getprop")
	return err
}

// TestPauses: a phone may think before each packet longer than a packet may take.
func TestPauses(t *testing.T) {
	ours, theirs := net.Pipe()
	go func() {
		defer theirs.Close()
		for _, p := range []string{packet(shellStdout, "a"), packet(shellStdout, "b"), packet(shellExit, "\x00")} {
			time.Sleep(150 * time.Millisecond)
			io.WriteString(theirs, p)
		}
	}()
	c := (&Server{Idle: 10 * time.Second}).newConn(t.Context(), ours)
	c.allow(0)
	c.left = 100 * time.Millisecond
	c.pause()
	b, err := io.ReadAll(&shell2{c: c, command: "x"})
	if err != nil || !bytes.Equal(b, []byte("ab")) {
		t.Errorf("got %q, %v", b, err)
	}
}

// TestLongQuotes: foreign text in an error stays short, however many bytes it needs to be shown.
func TestLongQuotes(t *testing.T) {
	for _, s := range []string{strings.Repeat("\x1b[31m", 13107), strings.Repeat("\u202e", 20_000), strings.Repeat("a", 65_535), strings.Repeat("é", 150)} {
		err := scripted(t, []step{{frame("host:devices-l"), "FAIL" + frame(s)}})
		if _, err := err.Devices(t.Context()); !errors.Is(err, ErrServer) || len(err.Error()) > 500 || !strings.Contains(err.Error(), "…") {
			t.Errorf("%d bytes: %v", len(err.Error()), err)
		}
	}
	list := parseDevices("S1 " + strings.Repeat("x", 60_000) + "\nS2 device model:" + strings.Repeat("y", 60_000) + "\n")
	if len(list) != 2 || len(list[0].State) > 300 || len(list[1].Model) > 300 {
		t.Errorf("%d devices", len(list))
	}
}
