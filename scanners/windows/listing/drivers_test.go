package listing

import (
	"fmt"
	"slices"
	"testing"
)

// TestDrivers: a service is a driver by its type, by the class of the list, or by its file.
func TestDrivers(t *testing.T) {
	const head = "Name,DisplayName,PathName,StartMode,State,ServiceType,StartName\n"
	for row, want := range map[string]string{
		`X,X,C:\a\x.exe,Auto,Running,Own Process,LocalSystem`:                            "service [root]",
		`X,X,C:\a\x.exe,Auto,Running,Own Process,NT AUTHORITY\LocalService`:              "service []",
		`X,X,C:\a\x.sys,Boot,Running,,`:                                                  "driver [kernel]",
		`X,X,\SystemRoot\System32\drivers\X.SYS,Boot,Running,,`:                          "driver [kernel]",
		`X,X,C:\a\x.bin,Boot,Running,Kernel Driver,`:                                     "driver [kernel]",
		`X,X,C:\a\x.bin,Boot,Running,File System Driver,`:                                "driver [kernel]",
		`X,X,C:\a\x.sys.exe,Auto,Running,,LocalSystem`:                                   "service [root]",
		`X,X,"""C:\a b\x.exe"" /watch C:\Windows\x.sys",Auto,Running,Own Process,.\anna`: "service []",
	} {
		inv := scan(t, folder(t, map[string]string{"s.csv": head + row + "\n"}), "s.csv")
		var got []string
		for _, p := range inv.SecurityProducts {
			got = append(got, fmt.Sprint(p.Kind, " ", p.Privileges))
		}
		if !slices.Equal(got, []string{want}) {
			t.Errorf("%s: %q, want %q", row, got, want)
		}
	}
}
