package table

import (
	"cmp"
	"strings"

	"quaestor/reports"
	"quaestor/reports/safetext"
)

// shownUnknown is how many programs of a device the short form names that nobody here knows.
const shownUnknown = 6

// unknownPrivileged says of each device what runs there with the deepest rights and is not known here.
func (v *view) unknownPrivileged() {
	for i := range v.r.UnknownPrivileged {
		if i == 0 {
			v.blank()
		}
		if i == shownDevices && len(v.r.UnknownPrivileged) > shownDevices+1 && !v.details {
			v.text("  ", dim, "The same on "+count(len(v.r.UnknownPrivileged)-i, "more device")+": with --details.")
			return
		}
		u := &v.r.UnknownPrivileged[i]
		where := ""
		if len(v.r.Devices) > 1 {
			where = " on " + safetext.Line(v.deviceName(u.Device), 60)
		}
		v.text("  ", warning, "With kernel or system rights and not known here"+where+": "+number(len(u.Marks))+": "+v.unknownNames(u.Marks)+"."+assumed(u.Assumed))
	}
}

func (v *view) deviceName(id string) string {
	for _, d := range v.r.Devices {
		if d.ID == id {
			return cmp.Or(d.Name, d.ID)
		}
	}
	return id
}

// unknownNames names the weightiest, each behind what it is: "antivirus filter KunFlt; drivers a, b".
func (v *view) unknownNames(marks []reports.UnknownMark) string {
	shown := marks
	if !v.details && len(marks) > shownUnknown+1 {
		shown = marks[:shownUnknown]
	}
	var parts []string
	for i := 0; i < len(shown); {
		class := shown[i].Title
		var names []string
		for ; i < len(shown) && shown[i].Title == class; i++ {
			stated := ""
			if shown[i].Stated != "" {
				stated = "states " + safetext.Line(shown[i].Stated, 40)
			}
			names = append(names, withParens(safetext.Line(shown[i].Name, 60), stated))
		}
		if len(names) > 1 {
			class = strings.TrimPrefix(count(2, class), "2 ") // the plural
		}
		parts = append(parts, class+" "+strings.Join(names, ", "))
	}
	text := strings.Join(parts, "; ")
	if more := len(marks) - len(shown); more > 0 {
		text += "; and " + number(more) + " more, with --details"
	}
	return text
}

// assumed counts what was taken for the system's own without proof.
func assumed(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return " 1 more was taken for the system's own by where it lies alone."
	}
	return " " + number(n) + " more were taken for the system's own by where they lie alone."
}
