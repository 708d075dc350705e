package reports

import (
	"quaestor/riskdb"
)

// UnknownPrivileged is what runs on one device in the kernel or with the full rights of the system, and that no product of the
// risk database explains.
type UnknownPrivileged struct {
	Device  string        `json:"device"`
	Kernel  int           `json:"kernel" jsonschema:"of the marks, those with the rights of the kernel"`
	System  int           `json:"system" jsonschema:"of the marks, those with the rights of the system account or of root"`
	Assumed int           `json:"assumed,omitempty" jsonschema:"further programs that were taken for the system's own by where they lie alone, because the source tells neither a signature nor an owner"`
	Marks   []UnknownMark `json:"marks" jsonschema:"every one, the weightiest first"`
}

// UnknownMark is one program of which nobody here knows whose it is.
type UnknownMark struct {
	Class      string   `json:"class" jsonschema:"file-filter (at a height that is kept for antivirus), keyboard-filter, kernel-extension, network-filter, file-watcher, kernel-module, kernel-program, driver, service; readers have to expect others"`
	Title      string   `json:"title" jsonschema:"the class in words"`
	Name       string   `json:"name" jsonschema:"as the device has it, which is foreign text"`
	Path       string   `json:"path,omitempty" jsonschema:"of the program, foreign text"`
	Stated     string   `json:"stated_vendor,omitempty" jsonschema:"whose it is, as the device or a signature states it, which is foreign text"`
	Vendor     string   `json:"vendor,omitempty" jsonschema:"id of the vendor in the risk database for whom that name or signature is listed"`
	Privileges []string `json:"privileges,omitempty" jsonschema:"what it may do, the deepest first, as in security_software"`
	Facts      []string `json:"facts,omitempty" jsonschema:"ids of the security products of the inventory that tell of it"`
}

// unknownPrivileged lists, for each device, what has the deepest rights and is not known.
func (b *builder) unknownPrivileged() []UnknownPrivileged {
	var out []UnknownPrivileged
	for _, u := range b.a.Unknown {
		x := UnknownPrivileged{Device: u.Device, Kernel: u.Kernel, System: u.System, Assumed: u.Assumed, Marks: []UnknownMark{}}
		for _, m := range u.Marks {
			x.Marks = append(x.Marks, UnknownMark{Class: string(m.Class), Title: classTitle(m.Class), Name: m.Name, Path: m.Path, Stated: m.Stated, Vendor: m.Vendor, Privileges: m.Privileges, Facts: m.Facts})
		}
		out = append(out, x)
	}
	return out
}

func classTitle(class riskdb.UnknownClass) string {
	for _, c := range riskdb.UnknownClasses {
		if c.Class == class {
			return c.Title
		}
	}
	return string(class)
}
