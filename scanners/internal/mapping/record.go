package mapping

import (
	"encoding/binary"
	"fmt"
)

// slot is something that a mapping tells, of a device or of an app.
type slot int

// The slots. Those of a device come first.
const (
	sPlatform slot = iota
	sID
	sHardware
	sSerial
	sName
	sMaker
	sModel
	sOSName
	sOSVersion
	sOSBuild
	sPatch
	sArch
	sSeen
	sMode
	sOwner
	sState
	sCompliant
	sEnrolled
	sEncrypted
	sPasscode
	sTampered

	sIdentifier
	sKind
	sAppName
	sVersion
	sPublisher
	sSigner
	sDigest
	sInstalled
	sSystem
	sCount

	slots
	firstOfApp = sIdentifier
)

// record is the values of a row, what they mean.
type record [slots]string

// The kinds of rows.
const (
	rowDevice = 'd'
	rowApp    = 'a'
)

func (r *record) span(kind byte) []string {
	if kind == rowDevice {
		return r[:firstOfApp]
	}
	return r[firstOfApp:]
}

// pack appends the values of a kind to buf.
func (r *record) pack(buf []byte, kind byte) []byte {
	buf = append(buf, kind)
	for _, v := range r.span(kind) {
		buf = binary.AppendUvarint(buf, uint64(len(v)))
		buf = append(buf, v...)
	}
	return buf
}

// unpack takes the values of a packed row.
func (r *record) unpack(row string) (kind byte) {
	kind, row = row[0], row[1:]
	to := r.span(kind)
	for i := range to {
		n, at := uvarint(row)
		to[i], row = row[at:at+n], row[at+n:]
	}
	return kind
}

// uvarint is binary.Uvarint of a text.
func uvarint(s string) (value, size int) {
	for shift := 0; ; shift += 7 {
		c := s[size]
		size++
		value |= int(c&0x7f) << shift
		if c < 0x80 {
			return value, size
		}
	}
}

// named is a field and what it is called in a mapping.
type named struct {
	slot  slot
	name  string
	field *Field
}

// fields are the fields of a file that are there.
func (f *File) fields() []named {
	d := &f.Device
	list := []named{
		{sPlatform, "platform", &d.Platform}, {sID, "id", d.ID}, {sHardware, "hardware_id", d.HardwareID}, {sSerial, "serial", d.Serial}, {sName, "name", d.Name},
		{sMaker, "manufacturer", d.Manufacturer}, {sModel, "model", d.Model}, {sOSName, "os_name", d.OSName}, {sOSVersion, "os_version", d.OSVersion}, {sOSBuild, "os_build", d.OSBuild},
		{sPatch, "security_patch", d.SecurityPatch}, {sArch, "arch", d.Arch}, {sSeen, "last_seen", d.LastSeen}, {sMode, "mode", d.Mode}, {sOwner, "ownership", d.Ownership},
		{sState, "state", d.State}, {sCompliant, "compliant", d.Compliant}, {sEnrolled, "enrolled_at", d.EnrolledAt}, {sEncrypted, "encrypted", d.Encrypted},
		{sPasscode, "passcode", d.Passcode}, {sTampered, "tampered", d.Tampered},
	}
	if a := f.App; a != nil {
		list = append(list, named{sIdentifier, "identifier", a.Identifier}, named{sKind, "kind", a.Kind}, named{sAppName, "name", a.Name}, named{sVersion, "version", a.Version},
			named{sPublisher, "publisher", a.Publisher}, named{sSigner, "signer_sha256", a.SignerSHA256}, named{sDigest, "sha256", a.SHA256}, named{sInstalled, "installed", a.Installed},
			named{sSystem, "system", a.System}, named{sCount, "devices", a.Devices})
	}
	out := list[:0]
	for _, n := range list {
		if n.field == nil {
			continue
		}
		part := "device"
		if n.slot >= firstOfApp {
			part = "app"
		}
		n.name = fmt.Sprintf("%s.%s", part, n.name)
		out = append(out, n)
	}
	return out
}
