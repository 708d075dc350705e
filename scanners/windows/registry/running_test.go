package registry

import (
	"errors"
	"testing"

	"quaestor/scanners/internal/winfacts"
	"quaestor/scanners/internal/winlive"
)

func TestRunning(t *testing.T) {
	c := &winfacts.Collector{}
	broken := errors.New("broken")
	err := running(winlive.Recorded{Started: []winlive.Service{{Name: "WinDefend", Running: true}, {Name: "klif", Driver: true}}, Err: broken}, c)
	if !errors.Is(err, broken) || !c.Running["windefend"] || c.Running["klif"] || len(c.Running) != 2 {
		t.Errorf("%v, %v", c.Running, err)
	}
}
