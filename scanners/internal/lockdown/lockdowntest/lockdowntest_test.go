package lockdowntest_test

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"io"
	"net"
	"testing"

	"quaestor/scanners/internal/lockdown/lockdowntest"
)

// The simulated usbmuxd frames its answers as usbmuxd does: length, version 1, message 8, the number of the question.
func TestFrames(t *testing.T) {
	keys, err := lockdowntest.NewKeys(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := lockdowntest.Example()
	mux := lockdowntest.Start(l, keys, p)
	defer mux.Close()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	body := []byte(`<?xml version="1.0" encoding="UTF-8"?><plist version="1.0"><dict><key>MessageType</key><string>ListDevices</string></dict></plist>`)
	head := make([]byte, 16)
	for i, v := range []uint32{uint32(16 + len(body)), 1, 8, 42} {
		binary.LittleEndian.PutUint32(head[4*i:], v)
	}
	c.Write(append(head, body...))
	if _, err := io.ReadFull(c, head); err != nil {
		t.Fatal(err)
	}
	le := binary.LittleEndian
	if le.Uint32(head[4:]) != 1 || le.Uint32(head[8:]) != 8 || le.Uint32(head[12:]) != 42 {
		t.Errorf("head % x", head)
	}
	answer := make([]byte, le.Uint32(head)-16)
	if _, err := io.ReadFull(c, answer); err != nil || !bytes.Contains(answer, []byte(p.UDID)) {
		t.Errorf("%q, %v", answer, err)
	}
}
