package reports

// CodeReach is what the code of each vendor can reach on one device, over all apps that carry it.
type CodeReach struct {
	Device     string       `json:"device,omitempty" jsonschema:"absent for files that are on no device"`
	DeviceName string       `json:"device_name,omitempty"`
	Read       int          `json:"read" jsonschema:"apps whose files were read"`
	Unread     int          `json:"unread,omitempty" jsonschema:"apps whose files were not: nobody knows whose code they carry"`
	Vendors    []VendorCode `json:"vendors" jsonschema:"first those whose state the texts behind the database name, then those in most apps"`
}

// VendorCode is the code of one vendor in the apps of a device.
type VendorCode struct {
	Vendor         string       `json:"vendor,omitempty" jsonschema:"id in the risk database; absent where the vendor is no record"`
	Name           string       `json:"name"`
	State          string       `json:"state,omitempty" jsonschema:"state whose law reaches the vendor, as recorded"`
	StateCertainty string       `json:"state_confidence,omitempty" jsonschema:"low where no source for the state was verified"`
	Priority       bool         `json:"priority,omitempty" jsonschema:"the texts behind the database name the state as a priority concern"`
	Apps           []string     `json:"apps" jsonschema:"ids of the apps that carry it"`
	Own            int          `json:"own,omitempty" jsonschema:"of them, apps of the vendor's own group"`
	SDKs           []string     `json:"sdks" jsonschema:"ids of its software development kits"`
	Reach          []CodeAccess `json:"reach,omitempty" jsonschema:"what it can reach through them, the weightiest first"`
}

// CodeAccess is one kind of thing that apps open to the code inside them.
type CodeAccess struct {
	Category string `json:"category" jsonschema:"microphone, location, contacts, …"`
	Granted  int    `json:"granted" jsonschema:"apps that hold the access"`
	Asked    int    `json:"asked" jsonschema:"apps that ask for it, those that hold it among them"`
	Unknown  int    `json:"unknown,omitempty" jsonschema:"of those that ask, apps of which the source does not tell whether they hold it"`
}

func (b *builder) codeReach() []CodeReach {
	var out []CodeReach
	for _, r := range b.a.CodeReach {
		c := CodeReach{Device: r.Device, Read: r.Read, Unread: r.Unread, Vendors: []VendorCode{}}
		if d := b.devices[r.Device]; d != nil {
			c.DeviceName = d.Name
		}
		for _, v := range r.Vendors {
			x := VendorCode{Vendor: v.Vendor, Name: v.Name, State: v.State, Priority: v.Priority, Apps: v.Apps, Own: v.Own, SDKs: v.SDKs}
			if v.State != "" {
				x.StateCertainty = string(v.Certainty)
			}
			for _, acc := range v.Reach {
				x.Reach = append(x.Reach, CodeAccess{Category: acc.Category, Granted: acc.Granted, Asked: acc.Asked, Unknown: acc.Unknown})
			}
			c.Vendors = append(c.Vendors, x)
		}
		out = append(out, c)
	}
	return out
}
