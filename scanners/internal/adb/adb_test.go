package adb

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"reflect"
	"strings"
	"testing"
	"time"
)

// step is one request that a scripted server expects, and the bytes that it answers.
type step struct{ want, answer string }

// scripted is a server that has one connection after the other, each with its steps, and then hangs up.
func scripted(t *testing.T, conns ...[]step) *Server {
	t.Helper()
	next := 0
	return &Server{Idle: 2 * time.Second, Dial: func(context.Context) (net.Conn, error) {
		if next == len(conns) {
			return nil, errors.New("one connection too many")
		}
		steps := conns[next]
		next++
		ours, theirs := net.Pipe()
		go func() {
			defer theirs.Close()
			for _, s := range steps {
				got := make([]byte, len(s.want))
				if _, err := io.ReadFull(theirs, got); err != nil || string(got) != s.want {
					t.Errorf("the server got %q (%v), want %q", got, err, s.want)
					return
				}
				if _, err := io.WriteString(theirs, s.answer); err != nil {
					return
				}
			}
		}()
		return ours, nil
	}}
}

func frame(s string) string { return fmt.Sprintf("%04x%s", len(s), s) }

func okay(s string) string { return "OKAY" + frame(s) }

func features(list string) []step {
	return []step{{frame("host-serial:S1:features"), okay(list)}}
}

func state(is string) []step {
	return []step{{frame("host-serial:S1:get-state"), okay(is)}}
}

func service(name, answer string) []step {
	return []step{{frame("host:transport:S1"), "OKAY"}, {frame(name), "OKAY" + answer}}
}

func packet(id byte, s string) string {
	return string(binary.LittleEndian.AppendUint32([]byte{id}, uint32(len(s)))) + s
}

func TestParseDevices(t *testing.T) {
	got := parseDevices("R58M12ABCDE            device usb:1-4 product:a52qnsxx model:SM_A525F device:a52q transport_id:3\n" +
		"127.0.0.1:5555         unauthorized transport_id:4\r\n" +
		"0123456789ABCDEF       no permissions (user in plugdev group; are your udev rules wrong?); see [http://developer.android.com/tools/device.html] usb:2-1 transport_id:5\n" +
		"(no serial number)     offline usb:3-1\n" +
		"\nhalf\n  \n")
	want := []Device{
		{Serial: "R58M12ABCDE", State: StateDevice, Product: "a52qnsxx", Model: "SM_A525F", Transport: "3", USB: "1-4"},
		{Serial: "127.0.0.1:5555", State: StateUnauthorized, Transport: "4"},
		{Serial: "0123456789ABCDEF", State: StateNoPermission, Transport: "5", USB: "2-1",
			Note: "(user in plugdev group; are your udev rules wrong?); see [http://developer.android.com/tools/device.html]"},
		{State: StateOffline, USB: "3-1"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func TestAnswersOfTheServer(t *testing.T) {
	tests := []struct {
		name, answer string
		want         error
		says         string
	}{
		{"unauthorized", "FAIL" + frame("device unauthorized.\nThis adb server's $ADB_VENDOR_KEYS is not set"), ErrUnauthorized, "Allow USB debugging"},
		{"authorizing", "FAIL" + frame("device still authorizing"), ErrUnauthorized, "S1"},
		{"offline", "FAIL" + frame("device offline"), ErrOffline, "reconnect"},
		{"unknown", "FAIL" + frame("device 'S1' not found"), ErrNoPhone, "quaestor devices"},
		{"twins", "FAIL" + frame("more than one device"), ErrAmbiguous, "one at a time"},
		{"udev", "FAIL" + frame("insufficient permissions for device: user in plugdev group"), ErrDenied, "udev rules"},
		{"hangs up", "", ErrGone, "plug the phone in again"},
		{"half an answer", "OKA", ErrGone, "plug"},
		{"another protocol", "HTTP/1.1 400 Bad Request", ErrProtocol, "HTTP"},
		{"no length", "OKAYzzzz", ErrProtocol, "zzzz"},
		{"too short", "OKAYffffabc", ErrGone, "plug"},
		{"hostile message", "FAIL" + frame("closed\x1b[2J"), ErrServer, `\x1b`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := scripted(t, []step{{frame("host-serial:S1:features"), tt.answer}}).Open("S1")
			_, err := p.Features(t.Context())
			if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want %v saying %q", err, tt.want, tt.says)
			}
		})
	}
}

func TestRun(t *testing.T) {
	const list = "'pm' 'list' 'it'\\''s; reboot'"
	run := []string{"pm", "list", "it's; reboot"}
	tests := []struct {
		name     string
		features string
		conns    [][]step
		want     *Output
		err      error
	}{
		{"newer shell", "shell_v2,cmd", [][]step{service("shell,v2,raw:"+list,
			packet(1, "one\n")+packet(2, "careful\n")+packet(1, "")+packet(1, "two\n")+packet(3, "\x07"))},
			&Output{Stdout: []byte("one\ntwo\n"), Stderr: []byte("careful\n"), Exit: 7}, nil},
		{"newer shell, no exit code", "shell_v2", [][]step{service("shell,v2,raw:"+list, packet(1, "one\n"))},
			&Output{Stdout: []byte("one\n")}, ErrGone},
		{"newer shell, half a packet", "shell_v2", [][]step{service("shell,v2,raw:"+list, packet(1, "one\n")[:7])},
			&Output{Stdout: []byte("on")}, ErrGone},
		{"newer shell, lying length", "shell_v2", [][]step{service("shell,v2,raw:"+list, "\x01\xff\xff\xff\xff")},
			&Output{}, ErrProtocol},
		{"newer shell, unknown packet", "shell_v2", [][]step{service("shell,v2,raw:"+list, packet(9, "x"))}, &Output{}, ErrProtocol},
		{"old shell, raw", "", [][]step{service("exec:"+list+"; echo quaestor-exit:$?", "a\r\nb\nquaestor-exit:1\n")},
			&Output{Stdout: []byte("a\r\nb\n"), Exit: 1, Merged: true}, nil},
		{"old shell, terminal", "", [][]step{
			{{frame("host:transport:S1"), "OKAY"}, {frame("exec:" + list + "; echo quaestor-exit:$?"), "FAIL" + frame("closed")}},
			state("device"),
			service("shell:"+list+"; echo quaestor-exit:$?", "a\r\nb\r\nquaestor-exit:0\r\n")},
			&Output{Stdout: []byte("a\nb\n"), Merged: true}, nil},
		{"unplugged meanwhile", "shell_v2", [][]step{{{frame("host:transport:S1"), "OKAY"}, {frame("shell,v2,raw:" + list), "FAIL" + frame("closed")}},
			state("offline")}, nil, ErrGone},
		{"refused", "shell_v2", [][]step{{{frame("host:transport:S1"), "OKAY"}, {frame("shell,v2,raw:" + list), "FAIL" + frame("closed")}},
			state("device")}, nil, ErrRefused},
		{"old shell, no marker", "", [][]step{service("exec:"+list+"; echo quaestor-exit:$?", "a\nb\n")},
			&Output{Stdout: []byte("a\nb\n"), Merged: true}, ErrGone},
		{"old shell, marker in the middle", "", [][]step{service("exec:"+list+"; echo quaestor-exit:$?", "quaestor-exit:0\nb\nquaestor-exit:255\n")},
			&Output{Stdout: []byte("quaestor-exit:0\nb\n"), Exit: 255, Merged: true}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := scripted(t, append([][]step{features(tt.features)}, tt.conns...)...).Open("S1")
			got, err := p.Run(t.Context(), run...)
			if !errors.Is(err, tt.err) {
				t.Fatalf("got error %v, want %v", err, tt.err)
			}
			if tt.want == nil {
				return
			}
			if string(got.Stdout) != string(tt.want.Stdout) || string(got.Stderr) != string(tt.want.Stderr) ||
				got.Exit != tt.want.Exit || got.Merged != tt.want.Merged {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestRunRefusesZeroBytes(t *testing.T) {
	if _, err := scripted(t).Open("S1").Run(t.Context(), "stat", "a\x00b"); err == nil || !strings.Contains(err.Error(), "zero byte") {
		t.Errorf("got %v", err)
	}
}

func TestPull(t *testing.T) {
	const path = "/data/app/a/base.apk"
	ask := func(id string) string {
		return string(binary.LittleEndian.AppendUint32([]byte(id), uint32(len(path)))) + path
	}
	sync := func(request, answer string) []step { return append(service("sync:", ""), step{request, answer}) }
	head := func(id string, n uint32) string { return string(binary.LittleEndian.AppendUint32([]byte(id), n)) }
	tests := []struct {
		name, features string
		conn           []step
		want           string
		err            error
	}{
		{"v1", "", sync(ask("RECV"), head("DATA", 3)+"abc"+head("DATA", 2)+"de"+head("DONE", 0)), "abcde", nil},
		{"v2", "sendrecv_v2", sync(ask("RCV2")+"RCV2\x00\x00\x00\x00", head("DATA", 3)+"abc"+head("DONE", 0)), "abc", nil},
		{"broken", "", sync(ask("RECV"), head("DATA", 3)+"abc"), "abc", ErrGone},
		{"broken in a part", "", sync(ask("RECV"), head("DATA", 3)+"a"), "", ErrGone},
		{"longer than allowed", "", sync(ask("RECV"), head("DATA", 11)+"abcdefghijk"), "", ErrTooLong},
		{"lying length", "", sync(ask("RECV"), head("DATA", 1<<31)), "", ErrProtocol},
		{"a part longer than adb's", "", sync(ask("RECV"), head("DATA", 64<<10+1)), "", ErrProtocol},
		{"not there", "", sync(ask("RECV"), head("FAIL", 37)+"open failed: No such file or directory"[:37]), "", fs.ErrNotExist},
		{"not allowed", "", sync(ask("RECV"), head("FAIL", 30)+"open failed: Permission denied"), "", fs.ErrPermission},
		{"unknown", "", sync(ask("RECV"), head("WHAT", 0)), "", ErrProtocol},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			n, err := scripted(t, features(tt.features), tt.conn).Open("S1").Pull(t.Context(), path, 10, &b)
			if !errors.Is(err, tt.err) || b.String() != tt.want || n != int64(len(tt.want)) {
				t.Errorf("got %d bytes %q, %v; want %q, %v", n, b.String(), err, tt.want, tt.err)
			}
		})
	}
}

func TestContextEndsAWait(t *testing.T) {
	ours, theirs := net.Pipe()
	defer theirs.Close()
	go io.Copy(io.Discard, theirs)
	s := &Server{Idle: time.Hour, Dial: func(context.Context) (net.Conn, error) { return ours, nil }}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	if _, err := s.Devices(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

func TestSilence(t *testing.T) {
	ours, theirs := net.Pipe()
	defer theirs.Close()
	go io.Copy(io.Discard, theirs)
	s := &Server{Idle: 20 * time.Millisecond, Dial: func(context.Context) (net.Conn, error) { return ours, nil }}
	if _, err := s.Open("S1").Features(t.Context()); !errors.Is(err, ErrServerSilent) || !strings.Contains(Next(err), "kill-server") {
		t.Errorf("got %v, want ErrServerSilent", err)
	}
}

func TestSocketSpec(t *testing.T) {
	for spec, want := range map[string]string{"tcp:5038": "tcp 127.0.0.1:5038", "tcp:host:1": "tcp host:1", "localfilesystem:/x": "unix /x", "vsock:1:2": " "} {
		network, addr, err := socketSpec(spec)
		if got := network + " " + addr; got != want || (err != nil) != (want == " ") {
			t.Errorf("%s: got %q, %v; want %q", spec, got, err, want)
		}
	}
}

// A server that has answered hangs up at once, so that the connection may be over before its end is read.
func TestReadAfterTheOtherEndHasGone(t *testing.T) {
	ours, theirs := net.Pipe()
	theirs.Close()
	c := (&Server{}).newConn(t.Context(), ours)
	defer c.Close()
	if n, err := c.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Errorf("got %d bytes and %v, want the end", n, err)
	}
}
