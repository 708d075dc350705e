package main

import (
	"crypto/rand"
	"net"
	"os"
	"path/filepath"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"

	"quaestor/scanners/pluggedtest"
)

// pairing are the keys of the simulated iPhones; to make them takes a while.
var pairing = sync.OnceValues(func() (*pluggedtest.Keys, error) { return pluggedtest.NewKeys(rand.Reader) })

// plugIPhones plugs simulated iPhones in for the rest of a script: iphones STATE…
func plugIPhones(ts *testscript.TestScript, neg bool, args []string) {
	keys, err := pairing()
	ts.Check(err)
	dir, err := os.MkdirTemp("", "mux") // the path of a socket has to be short
	ts.Check(err)
	ts.Defer(func() { os.RemoveAll(dir) })
	l, err := net.Listen("unix", filepath.Join(dir, "s"))
	ts.Check(err)
	stop, err := pluggedtest.IPhones(l, keys, args...)
	ts.Check(err)
	ts.Defer(stop)
	ts.Setenv("USBMUXD_SOCKET_ADDRESS", "UNIX:"+l.Addr().String())
}
