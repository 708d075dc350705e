package jamf

import (
	"cmp"
	"encoding/json"
	"encoding/xml"
	"strings"
)

// disks are the partitions of the disks of a Mac. The Classic API lists them in forms that differ by version and format: one by
// itself or a list, as "partition" or "partitions".
type disks struct{ list []partition }

// partition is a part of a disk, with the state of its encryption.
type partition struct {
	Name   string `json:"name" xml:"name"`
	Type   string `json:"type" xml:"type"`
	State2 string `json:"filevault2_status" xml:"filevault2_status"`
	State1 string `json:"filevault_status" xml:"filevault_status"`
}

// UnmarshalXML implements [xml.Unmarshaler].
func (d *disks) UnmarshalXML(x *xml.Decoder, start xml.StartElement) error {
	var v struct {
		Devices []struct {
			One  []partition `xml:"partition"`
			Many []partition `xml:"partitions>partition"`
		} `xml:"device"`
	}
	if err := x.DecodeElement(&v, &start); err != nil {
		return err
	}
	for _, e := range v.Devices {
		d.list = append(append(d.list, e.One...), e.Many...)
	}
	return nil
}

// UnmarshalJSON implements [json.Unmarshaler]. A form that is not known is no error: the rest of the device counts.
func (d *disks) UnmarshalJSON(data []byte) error {
	for _, disk := range either[json.RawMessage](data) {
		var v struct{ Partition, Partitions json.RawMessage }
		if json.Unmarshal(disk, &v) != nil {
			continue
		}
		d.list = append(append(d.list, either[partition](v.Partition)...), either[partition](v.Partitions)...)
	}
	return nil
}

// either are the values of a list, or the only one that stands in its place.
func either[T any](data []byte) []T {
	var list []T
	if json.Unmarshal(data, &list) == nil {
		return list
	}
	var one T
	if json.Unmarshal(data, &one) != nil {
		return nil
	}
	return []T{one}
}

// encrypted is whether the disk that the Mac starts from is encrypted; where none is marked as such, whether all are. It is nil where
// nothing tells.
func (d disks) encrypted() *bool {
	var all *bool
	for _, p := range d.list {
		state := fileVault(cmp.Or(p.State2, p.State1))
		switch {
		case state == nil:
		case strings.EqualFold(p.Type, "boot"), strings.Contains(p.Name, "(Boot Partition)"):
			return state
		case all == nil || !*state:
			all = state
		}
	}
	return all
}

// protected takes whether an iPhone or iPad protects its data. Its storage is always encrypted; protection is on as soon as there is a
// passcode. That it is off means that there is none, and not that nothing is encrypted.
func (r *record) protected(on *bool) {
	if on == nil {
		return
	}
	r.set("dataProtection", truth(on))
	if *on {
		r.encrypted = cmp.Or(r.encrypted, on)
		return
	}
	r.passcode = cmp.Or(r.passcode, on)
}
