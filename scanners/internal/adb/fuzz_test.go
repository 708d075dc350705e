package adb

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"
)

// canned is a connection on which everything that comes is there already.
type canned struct {
	net.Conn
	r *bytes.Reader
}

func (c canned) Read(p []byte) (int, error)       { return c.r.Read(p) }
func (c canned) Write(p []byte) (int, error)      { return len(p), nil }
func (c canned) Close() error                     { return nil }
func (c canned) SetReadDeadline(time.Time) error  { return nil }
func (c canned) SetWriteDeadline(time.Time) error { return nil }

func fromBytes(t *testing.T, data []byte) *conn {
	c := (&Server{Idle: time.Second}).newConn(t.Context(), canned{r: bytes.NewReader(data)})
	c.who = "S1"
	return c
}

// known says that an error is one of this package's.
func known(err error) bool {
	for _, kind := range []error{ErrNoServer, ErrServer, ErrServerSilent, ErrNoPhone, ErrAmbiguous, ErrUnauthorized, ErrOffline, ErrGone, ErrDenied, ErrRefused, ErrProtocol, ErrTooLong} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

func FuzzServer(f *testing.F) {
	f.Add([]byte(okay("R58M12ABCDE            device usb:1-4 product:a52qnsxx model:SM_A525F device:a52q transport_id:3\n")))
	f.Add([]byte(okay("0123456789ABCDEF       no permissions (user in plugdev group); see [http://x] usb:2-1 transport_id:5\n(no serial number) offline\n")))
	f.Add([]byte("FAIL" + frame("device unauthorized.\nThis adb server's")))
	f.Add([]byte("OKAYffff"))
	f.Add([]byte("HTTP/1.1"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := &Server{Dial: func(context.Context) (net.Conn, error) { return canned{r: bytes.NewReader(data)}, nil }}
		devices, err := s.Devices(t.Context())
		if err != nil && !known(err) {
			t.Fatalf("unknown error %v", err)
		}
		for _, d := range devices {
			if d.State == "" || strings.ContainsAny(d.Serial+d.State, " \t\n") && d.State != StateNoPermission {
				t.Fatalf("%+v", d)
			}
		}
		if p := s.Open("S1"); err == nil {
			if _, err := p.Features(t.Context()); err != nil {
				t.Fatalf("devices could be read and features not: %v", err)
			}
		}
	})
}

func FuzzShell2(f *testing.F) {
	f.Add([]byte(packet(1, "one\n")+packet(2, "careful\n")+packet(1, "two\n")+packet(3, "\x07")), 3)
	f.Add([]byte(packet(1, "")+packet(3, "\x00")), 1)
	f.Add([]byte("\x01\xff\xff\xff\xff"), 100)
	f.Add([]byte(packet(3, "")), 1)
	f.Fuzz(func(t *testing.T, data []byte, chunk int) {
		sh := &shell2{c: fromBytes(t, data), command: "x"}
		got, err := io.ReadAll(fewBytes{sh, chunk})
		var exit *ExitError
		if len(got) > len(data) || len(sh.errText) > maxStderr || err != nil && !errors.As(err, &exit) && !known(err) {
			t.Fatalf("%d bytes, %v", len(got), err)
		}
		if want, ok := refShell2(data); ok && (string(got) != want.Stdout || string(sh.errText) != want.Stderr) {
			t.Fatalf("got %q and %q, want %+v", got, sh.errText, want)
		}
	})
}

// fewBytes asks for few bytes at a time.
type fewBytes struct {
	r io.Reader
	n int
}

func (r fewBytes) Read(p []byte) (int, error) {
	return r.r.Read(p[:min(len(p), 1+max(r.n, 0)%4096)])
}

type refOutput struct{ Stdout, Stderr string }

// refShell2 reads packets that are whole and end with an exit code, in the simplest way.
func refShell2(data []byte) (out refOutput, ok bool) {
	for len(data) >= 5 {
		id, n := data[0], binary.LittleEndian.Uint32(data[1:])
		if uint64(n) > uint64(len(data)-5) {
			return out, false
		}
		body := string(data[5 : 5+n])
		data = data[5+n:]
		switch id {
		case 1:
			out.Stdout += body
		case 2:
			out.Stderr += body
		case 3:
			return out, n == 1 && len(out.Stderr) <= maxStderr
		default:
			return out, false
		}
	}
	return out, false
}

func FuzzShell1(f *testing.F) {
	f.Add("a\r\nb\r\n", uint8(0), 1, true)
	f.Add("a\nquaestor-exit:7\nb", uint8(255), 7, false)
	f.Add("", uint8(1), 100, true)
	f.Fuzz(func(t *testing.T, answer string, code uint8, chunk int, terminal bool) {
		sent := answer + "quaestor-exit:" + strconv.Itoa(int(code)) + "\n"
		if terminal {
			if strings.Contains(answer, "\r") {
				return // a terminal's own
			}
			sent = strings.ReplaceAll(sent, "\n", "\r\n")
		}
		sh := &shell1{c: fromBytes(t, []byte(sent)), command: "x", known: !terminal}
		got, err := io.ReadAll(fewBytes{sh, chunk})
		var exit *ExitError
		if string(got) != answer || code == 0 && err != nil || code != 0 && (!errors.As(err, &exit) || exit.Exit != int(code)) {
			t.Fatalf("got %q, %v; want %q and %d", got, err, answer, code)
		}
	})
}

func FuzzSync(f *testing.F) {
	head := func(id string, n uint32) string { return string(binary.LittleEndian.AppendUint32([]byte(id), n)) }
	f.Add([]byte(head("DATA", 3) + "abc" + head("DONE", 0)))
	f.Add([]byte(head("FAIL", 9) + "not there"))
	f.Add([]byte(head("DATA", 1<<31)))
	f.Add([]byte("LST2" + strings.Repeat("\x00", 68)))
	f.Add([]byte("STAT\xa4\x81\x00\x00\x10\x00\x00\x00\x10\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var b bytes.Buffer
		n, err := fromBytes(t, data).receive("/x", 1000, &b)
		if n != int64(b.Len()) || n > 1000 || n > int64(len(data)) {
			t.Fatalf("%d bytes, %d written, %v", n, b.Len(), err)
		}
		if err == nil && !bytes.Contains(data, []byte("DONE")) {
			t.Fatal("a file without an end")
		}
		for _, stat := range []func(string) (*FileInfo, error){fromBytes(t, data).stat1, fromBytes(t, data).stat2} {
			if info, err := stat("/x"); err == nil && info.Size < 0 {
				t.Fatalf("%+v", info)
			}
		}
	})
}
