package table

import (
	"cmp"
	"slices"
	"strings"

	"quaestor/reports"
	"quaestor/reports/safetext"
)

// The short form shows so many vendors of a device, and so many kinds of access of each.
const (
	shownVendors = 5
	shownAccess  = 5
)

// codeReach says whose code is inside the apps of a device, and what it can reach through them.
func (v *view) codeReach() {
	for i, r := range v.r.CodeReach {
		if i == shownDevices && !v.details {
			v.blank()
			v.text("", dim, "Whose code is on "+count(len(v.r.CodeReach)-i, "more device")+": shown with --details.")
			return
		}
		v.codeOn(r)
	}
}

// telling is whether the short form names a vendor: where a source places it under a law that the texts behind the
// database name, or it is in several apps. Of one app, INSIDE says whose code it carries.
func telling(x reports.VendorCode) bool {
	return x.Priority && x.StateCertainty != "low" || len(x.Apps) > 1
}

func (v *view) codeOn(r reports.CodeReach) {
	vendors := r.Vendors
	if !v.details {
		vendors = slices.DeleteFunc(slices.Clone(vendors), func(x reports.VendorCode) bool { return !telling(x) })
	}
	if len(vendors) == 0 {
		return
	}
	v.heading("WHOSE CODE REACHES WHAT " + v.reachedBy(r))
	groups := v.sameReach(vendors)
	for i, g := range groups {
		if i == shownVendors && !v.details {
			rest := 0
			for _, x := range groups[i:] {
				rest += len(x)
			}
			v.text("  ", dim, "and code of "+count(rest, "more vendor")+", with --details")
			break
		}
		v.vendorCode(g, r)
	}
	said := "That code can reach something does not show that it does."
	if r.Device == "" && r.Read == 1 && r.Unread == 0 {
		v.text("  ", dim, said)
		return
	}
	text := "Files of " + count(r.Read, "app") + " were read"
	if r.Unread > 0 {
		text += "; of " + number(r.Unread) + " they were not, so that nobody knows whose code is in them"
	}
	v.text("  ", dim, text+". "+said)
}

// reachedBy names the device, or the apps that were handed in as files.
func (v *view) reachedBy(r reports.CodeReach) string {
	switch {
	case r.Device != "":
		return "on " + cmp.Or(r.DeviceName, r.Device)
	case r.Read != 1:
		return "through the apps in these files"
	}
	for _, a := range v.r.Apps {
		if slices.ContainsFunc(r.Vendors, func(x reports.VendorCode) bool { return slices.Contains(x.Apps, a.ID) }) {
			return "through " + safetext.Line(cmp.Or(a.Name, a.Identifier), 60)
		}
	}
	return "through the app"
}

// sameReach puts the vendors together of whom the same is to be said; with Details each stands alone.
func (v *view) sameReach(vendors []reports.VendorCode) [][]reports.VendorCode {
	var out [][]reports.VendorCode
	for _, x := range vendors {
		i := slices.IndexFunc(out, func(g []reports.VendorCode) bool {
			return !v.details && x.Own == g[0].Own && v.stateOf(x) == v.stateOf(g[0]) && slices.Equal(x.Apps, g[0].Apps) && slices.Equal(x.Reach, g[0].Reach)
		})
		if i < 0 {
			out = append(out, nil)
			i = len(out) - 1
		}
		out[i] = append(out[i], x)
	}
	return out
}

// stateOf is the state within whose reach a vendor is; one without a verified source only with Details.
func (v *view) stateOf(x reports.VendorCode) string {
	switch {
	case !x.Priority || x.StateCertainty == "low" && !v.details:
		return ""
	case x.StateCertainty == "low":
		return "within reach of " + x.State + ", not verified"
	}
	return "within reach of " + x.State
}

func (v *view) vendorCode(g []reports.VendorCode, r reports.CodeReach) {
	x := g[0]
	names := make([]string, len(g))
	for i, y := range g {
		names[i] = y.Name
	}
	own, in := "", ""
	if x.Own > 0 {
		own = number(x.Own) + " of the vendor's own"
	}
	if r.Device != "" || r.Read != 1 {
		in = withParens(" in "+count(len(x.Apps), "app"), own)
	}
	var reach []string
	for _, a := range x.Reach {
		reach = append(reach, accessWords(a, len(x.Apps)))
	}
	text := withParens("Code of "+joinedAnd(v.few(names, shownVendors, len(names))), v.stateOf(x)) + in
	switch {
	case len(reach) > 0 && in == "" && !slices.ContainsFunc(x.Reach, func(a reports.CodeAccess) bool { return a.Unknown != a.Asked }):
		text += " can reach what the app asks for: " + strings.Join(v.few(categories(x.Reach), 2*shownAccess, len(reach)), ", ")
	case len(reach) > 0:
		text += ": " + strings.Join(v.few(reach, shownAccess, len(reach)), ", ")
	}
	v.text("  ", normal, text)
	if v.details {
		v.text("    ", dim, "SDKs "+strings.Join(x.SDKs, ", "))
	}
}

func categories(reach []reports.CodeAccess) []string {
	var out []string
	for _, a := range reach {
		out = append(out, a.Category)
	}
	return out
}

// joinedAnd is "a, b and c".
func joinedAnd(list []string) string {
	n := len(list) - 1
	if n < 1 || strings.HasPrefix(list[n], "and ") {
		return strings.Join(list, ", ")
	}
	return strings.Join(list[:n], ", ") + " and " + list[n]
}

// accessWords is "location (granted in 3, asked for in 9)".
func accessWords(a reports.CodeAccess, apps int) string {
	switch {
	case a.Unknown == a.Asked && apps == 1:
		return a.Category + " (asked for)"
	case a.Unknown == a.Asked:
		return a.Category + " (asked for in " + number(a.Asked) + ")"
	}
	text := a.Category + " (granted in " + number(a.Granted) + ", asked for in " + number(a.Asked)
	if a.Unknown > 0 {
		text += ", not told of " + number(a.Unknown)
	}
	return text + ")"
}
