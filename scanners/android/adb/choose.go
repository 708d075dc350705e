package adb

import (
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// chosen are the apps of a phone whose APKs are fetched, and why.
func (o *Options) chosen(inv *inventory.Inventory) map[string]string {
	out := map[string]string{}
	if o.Pull == PullSuspicious {
		if o.Choose != nil {
			out = o.Choose(inv)
		}
		marked(inv, out)
		return out
	}
	for _, a := range inv.Apps {
		if !a.Apex {
			out[a.Identifier] = "every app"
		}
	}
	return out
}

// marked adds the apps that the phone itself says something of that is worth a look. None of it says that an app is bad.
func marked(inv *inventory.Inventory, out map[string]string) {
	system := map[string]bool{}
	for _, a := range inv.Apps {
		system[a.Identifier] = a.System
	}
	privileged := map[string]bool{}
	for _, p := range inv.SecurityProducts {
		privileged[p.App] = privileged[p.App] || len(p.Privileges) > 0
	}
	for i := range inv.Apps {
		a := &inv.Apps[i]
		if a.System || a.Apex || out[a.Identifier] != "" {
			continue
		}
		switch {
		case a.Debuggable:
			out[a.Identifier] = "it is debuggable"
		case strangeOrigin(a, system):
			out[a.Identifier] = "no store of the phone installed it"
		case privileged[a.ID]:
			out[a.Identifier] = "it has a privilege over the phone"
		case special(a):
			out[a.Identifier] = "it was given special access in the settings"
		}
	}
}

// strangeOrigin reports whether the phone says that an app came in another way than from a store that is part of the phone.
func strangeOrigin(a *inventory.App, system map[string]bool) bool {
	switch a.PackageSource {
	case "store":
		return !system[a.Installer]
	case "local-file", "downloaded-file":
		return true
	}
	return a.InstallerKnown && (!system[a.Installer] || a.Installer == "com.android.shell" || strings.HasSuffix(a.Installer, ".packageinstaller"))
}

func special(a *inventory.App) bool {
	return slices.ContainsFunc(a.Permissions, func(p inventory.Permission) bool {
		return p.Granted && slices.Contains(p.Flags, "app-op")
	})
}
