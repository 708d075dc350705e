package adb

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// userGaps states of each user what could not be asked, and how its owner makes that possible.
func (e *examination) userGaps(inv *inventory.Inventory) {
	device := inv.Devices[0].ID
	add := func(g inventory.Gap) {
		g.Device, g.Scanner = device, id
		inv.Gaps = append(inv.Gaps, g)
	}
	for _, u := range inv.Devices[0].Users {
		who := userWords(u)
		switch {
		case e.refused[u.ID]:
			kind := inventory.GapNotPermitted
			if u.ID == "0" { // of whom every phone tells adb, so that no consent is lacking
				kind = inventory.GapUnreadable
			}
			add(inventory.Gap{Subject: e.name + " user " + u.ID, Kind: kind, Next: consent(u),
				Detail: fmt.Sprintf("adb may not ask about %s: %s.", who, e.despite(inv, u.ID))})
		case u.State == "locked" || u.State == "paused" || u.State == "stopped":
			add(inventory.Gap{Subject: e.name + " user " + u.ID, Kind: inventory.GapBlind, Next: consent(u),
				Detail: fmt.Sprintf("%s is %s: its apps are listed, and what they do while it runs, such as a VPN, is not seen.", capital(who), stateWords(u))})
		}
	}
	for _, u := range slices.Sorted(maps.Keys(e.refused)) { // that the list of users does not hold
		if !slices.ContainsFunc(inv.Devices[0].Users, func(x inventory.DeviceUser) bool { return x.ID == u }) {
			add(inventory.Gap{Subject: e.name + " user " + u, Kind: inventory.GapNotPermitted, Next: consent(inventory.DeviceUser{ID: u}),
				Detail: fmt.Sprintf("adb may not ask about user %s: %s.", u, e.despite(inv, u))})
		}
	}
	if len(e.closed) > 0 {
		of := ""
		if len(e.closed) > 1 {
			of = " (" + strings.Join(e.closed, ", ") + ")"
		}
		add(inventory.Gap{Subject: e.name, Kind: inventory.GapNotPermitted,
			Detail: "Android does not tell adb which certificate authorities a user installed" + of + ".",
			Next:   "Look with the owner: Settings > Security > More > Encryption and credentials > Trusted credentials > User."})
	}
}

// despite says what is known all the same about a user whose list was refused.
func (e *examination) despite(inv *inventory.Inventory, user string) string {
	n := 0
	for _, a := range inv.Apps {
		if slices.ContainsFunc(a.Users, func(u inventory.AppUser) bool { return u.User == user && u.Installed }) {
			n++
		}
	}
	if n == 0 {
		return "its apps are missing"
	}
	return fmt.Sprintf("%d of its apps are known from the dump of the package service, and its settings are missing", n)
}

// userWords names a user so that its owner knows which one is meant.
func userWords(u inventory.DeviceUser) string {
	word := map[string]string{"owner": "the owner", "secondary": "the second person's user", "work-profile": "the work profile", "private-space": "the private space",
		"clone": "the space of cloned apps", "guest": "the guest"}[u.Kind]
	if word == "" {
		word = "the user"
	}
	if u.Name == "" {
		return fmt.Sprintf("%s (user %s)", word, u.ID)
	}
	return fmt.Sprintf("%s (user %s, %q)", word, u.ID, u.Name)
}

func stateWords(u inventory.DeviceUser) string {
	if u.State == "locked" {
		return "locked since the phone started"
	}
	return u.State
}

// consent is how the owner of a user lets it be looked at.
func consent(u inventory.DeviceUser) string {
	switch u.Kind {
	case "private-space":
		return "Ask the owner to unlock the private space or secure folder, and scan again while it is open; where adb stays refused, look at its list of apps together."
	case "work-profile":
		return "Ask the owner to switch the work profile on and unlock it, and scan again; where adb stays refused, the organisation that manages it can list its apps."
	case "clone":
		return "Look at the list of cloned apps with the owner: Settings > Apps, under the name that the maker gives cloning."
	case "owner":
		return "Unlock the phone and scan again."
	case "guest", "secondary":
		return "Let the person switch to this user, unlock it, and scan again; where adb stays refused, look at its list of apps together."
	}
	return "Unlock this user or profile with its owner and scan again; where adb stays refused, look at its list of apps together."
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
