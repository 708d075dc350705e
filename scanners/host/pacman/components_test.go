package pacman

import (
	"testing"

	"quaestor/scanners/internal/hostroot/hosttest"
)

func TestComponents(t *testing.T) {
	inv := hosttest.Scan(t, Scanner{}, map[string]string{
		"etc/os-release": "ID=arch\nBUILD_ID=rolling\n",
		"var/lib/pacman/local/firefox-145.0-2/desc": "%NAME%\nfirefox\n\n%VERSION%\n145.0-2\n\n%BASE%\nfirefox\n\n%ARCH%\nx86_64\n\n%LICENSE%\nMPL-2.0\n\n",
	})
	if len(inv.Components) != 1 || inv.Components[0].PURL != "pkg:alpm/arch/firefox@145.0-2?arch=x86_64&distro=arch-rolling&upstream=firefox" || len(inv.Components[0].Licences) != 1 {
		t.Errorf("%+v", inv.Components)
	}
}
