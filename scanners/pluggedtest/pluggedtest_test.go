package pluggedtest_test

import (
	"crypto/rand"
	"io"
	"net"
	"testing"

	"quaestor/scanners/pluggedtest"
)

// What is plugged in answers where it says that it is, and no more once the cable is cut.
func TestPlug(t *testing.T) {
	p := pluggedtest.Plug(t, "pixel-15", 2)
	ask := func() string {
		c, err := net.Dial("tcp", "127.0.0.1:"+p.Port)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		io.WriteString(c, "000chost:devices")
		answer, _ := io.ReadAll(c)
		return string(answer)
	}
	if got, want := ask(), p.Serial+"\tdevice\n"; len(got) < 8 || got[:4] != "OKAY" || got[8:] != want {
		t.Errorf("plugged in: %q", got)
	}
	p.Cut(0)
	if got := ask(); got != "OKAY0000" {
		t.Errorf("after the cut: %q", got)
	}
	p.Again(t)
	if got := ask(); len(got) <= 8 {
		t.Errorf("plugged in again: %q", got)
	}
}

func TestIPhones(t *testing.T) {
	keys, err := pluggedtest.NewKeys(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, state := range []string{"ready", "asleep"} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		stop, err := pluggedtest.IPhones(l, keys, state)
		if (err == nil) != (state == "ready") {
			t.Errorf("%s: %v", state, err)
		}
		if err == nil {
			stop()
		}
		l.Close()
	}
}
