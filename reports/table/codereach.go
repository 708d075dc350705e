package table

import (
	"cmp"
	"strings"

	"quaestor/reports"
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

func (v *view) codeOn(r reports.CodeReach) {
	vendors := r.Vendors
	if !v.details {
		vendors = nil
		for _, x := range r.Vendors {
			if x.Priority || len(x.Apps) > 1 { // of one app, INSIDE says it
				vendors = append(vendors, x)
			}
		}
	}
	if len(vendors) == 0 {
		return
	}
	where := cmp.Or(r.DeviceName, r.Device)
	if r.Device == "" {
		where = "the files"
	}
	v.heading("WHOSE CODE REACHES WHAT on " + where)
	for i, x := range vendors {
		if i == shownVendors && !v.details {
			v.text("  ", dim, "and code of "+count(len(vendors)-i, "more vendor")+", with --details")
			break
		}
		v.vendorCode(x)
	}
	text := "Files of " + count(r.Read, "app") + " were read"
	if r.Unread > 0 {
		text += "; of " + number(r.Unread) + " they were not, so that nobody knows whose code is in them"
	}
	v.text("  ", dim, text+". That code can reach something does not show that it does.")
}

func (v *view) vendorCode(x reports.VendorCode) {
	of := x.Name
	if x.Priority {
		of = withParens(of, "within reach of "+x.State, map[bool]string{true: "not verified"}[x.StateCertainty == "low"])
	}
	own := ""
	if x.Own > 0 {
		own = number(x.Own) + " of the vendor's own"
	}
	var reach []string
	for _, a := range x.Reach {
		reach = append(reach, accessWords(a, len(x.Apps)))
	}
	text := withParens("Code of "+of+" in "+count(len(x.Apps), "app"), own) + ": " + strings.Join(v.few(reach, shownAccess, len(reach)), ", ")
	v.text("  ", normal, strings.TrimSuffix(text, ": "))
	if v.details {
		v.text("    ", dim, "SDKs "+strings.Join(x.SDKs, ", "))
	}
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
