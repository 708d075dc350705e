package ndjson

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"

	"quaestor/reports"
	"quaestor/reports/since"
)

// Schema names the version of the line form, MODEL.REVISION.ADDITION. Readers accept every stream whose model they know. History:
//
//	1      as quaestor.report/1: the first line held the verdict and the numbers of lines
//	2.0.0  both stand in the last line, because the first is written before they are known; lines come device by device
const Schema = "quaestor.report-line/2.0.0"

// The lines of the stream. The value of Type says which one it is; the other fields are those of the same
// object in the JSON document.

// ReportLine is the first line: what the judgement rests on.
type ReportLine struct {
	Type       string           `json:"type"`
	Schema     string           `json:"schema" jsonschema:"version of the line form, quaestor.report-line/MODEL.REVISION.ADDITION"`
	Report     string           `json:"report" jsonschema:"version of the report document whose objects the lines are, quaestor.report/MODEL.REVISION.ADDITION"`
	Tool       reports.Tool     `json:"tool"`
	AsOf       string           `json:"as_of" jsonschema:"date of the judgement, YYYY-MM-DD"`
	Database   reports.Database `json:"database"`
	Policies   []reports.Policy `json:"policies"`
	StaleAfter int              `json:"stale_after_days,omitempty" jsonschema:"after how many days without a report to its management a device counts as stale; absent where none does"`
	WhatIf     *Compared        `json:"what_if,omitempty" jsonschema:"present when policies were compared; the changes are lines of their own"`
	Disclaimer string           `json:"disclaimer"`
}

// EndLine is the last line: what all the others come to. A stream without it was cut off.
type EndLine struct {
	Type    string          `json:"type"`
	Verdict reports.Verdict `json:"verdict"`
	Lines   Lines           `json:"lines" jsonschema:"how many lines of each type were written, the first and the last apart"`
	Since   *Since          `json:"since,omitempty" jsonschema:"present where the run was compared with an earlier one"`
}

// Lines counts the lines between the first and the last, by type.
type Lines struct {
	Device  int `json:"device"`
	Finding int `json:"finding"`
	Gap     int `json:"gap"`
	Run     int `json:"run"`
	App     int `json:"app"`
	File    int `json:"file,omitempty" jsonschema:"number of lines of this type"`
	Change  int `json:"change,omitempty" jsonschema:"number of lines of this type"`

	CodeReach        int `json:"code-reach,omitempty" jsonschema:"number of lines of this type"`
	SecuritySoftware int `json:"security-software,omitempty" jsonschema:"number of lines of this type"`

	UnknownPrivileged int `json:"unknown-privileged,omitempty" jsonschema:"number of lines of this type"`

	Gone   int `json:"gone,omitempty" jsonschema:"number of lines of this type"`
	Absent int `json:"absent,omitempty" jsonschema:"number of lines of this type"`
}

// of is the number of lines of a type that has identifiers of its own.
func (l *Lines) of(kind string) *int {
	switch kind {
	case "device":
		return &l.Device
	case "finding":
		return &l.Finding
	case "file":
		return &l.File
	case "security-software":
		return &l.SecuritySoftware
	}
	return &l.App
}

// DeviceLine is one device.
type DeviceLine struct {
	Type string `json:"type"`
	Delta
	reports.Device
}

// FindingLine is one finding.
type FindingLine struct {
	Type string `json:"type"`
	Delta
	reports.Finding
}

// GapLine is one gap. Its ID is made from its content.
type GapLine struct {
	Type string `json:"type"`
	Delta
	ID string `json:"id" jsonschema:"made from the content of the gap; the same gap has the same id in the next report"`
	reports.Gap
}

// RunLine is one run. Its ID is made from its content.
type RunLine struct {
	Type string `json:"type"`
	Delta
	ID string `json:"id" jsonschema:"made from scanner, target and device; the same run has the same id in the next report"`
	reports.Run
}

// AppLine is one app.
type AppLine struct {
	Type string `json:"type"`
	Delta
	reports.App
}

// FileLine is one file with code that is no app.
type FileLine struct {
	Type string `json:"type"`
	Delta
	reports.App
}

// CodeReachLine is what the code of each vendor can reach on one device.
type CodeReachLine struct {
	Type string `json:"type"`
	Delta
	ID string `json:"id" jsonschema:"made from the id of the device"`
	reports.CodeReach
}

// SecuritySoftwareLine is one program with protective or remote-control privilege on one device.
type SecuritySoftwareLine struct {
	Type string `json:"type"`
	Delta
	reports.SecuritySoftware
}

// UnknownPrivilegedLine is what has the rights of the kernel or the system on one device, and nobody here knows.
type UnknownPrivilegedLine struct {
	Type string `json:"type"`
	Delta
	ID string `json:"id" jsonschema:"made from the id of the device"`
	reports.UnknownPrivileged
}

// GoneLine says that a line of an earlier run no longer holds: its thing was looked for and is not there.
type GoneLine struct {
	Type   string `json:"type"`
	Change string `json:"change" jsonschema:"gone"`
	ID     string `json:"id" jsonschema:"that of the line that no longer holds"`
	Of     string `json:"of" jsonschema:"the type of that line"`
	Device string `json:"device,omitempty" jsonschema:"the device that it was about; absent for what belongs to none"`
}

// AbsentLine says that a device of an earlier run was not in this one: it left the management, or was not in what was handed in.
// Its findings are neither open nor gone.
type AbsentLine struct {
	Type   string `json:"type"`
	Change string `json:"change" jsonschema:"new: it is told once; a gone line of this id takes it back when the device is in a run again"`
	ID     string `json:"id" jsonschema:"that of the device"`
	Device string `json:"device" jsonschema:"that of the device"`
}

// Delta says how a line compares with the earlier run, where there is one to compare with (--since).
type Delta struct {
	How string `json:"change,omitempty" jsonschema:"new: the earlier run had no line of this id; changed: it had another; absent where nothing was compared"`
}

func (d *Delta) mark(c since.Change) { d.How = string(c) }

// Since is what a comparison with an earlier run left out.
type Since struct {
	Anew      bool `json:"anew,omitempty" jsonschema:"the earlier run was of another form or other policies, so that every line was written"`
	Unchanged int  `json:"unchanged" jsonschema:"lines that are the same as before, and were left out"`
	Kept      int  `json:"kept,omitempty" jsonschema:"lines of the earlier run whose things were not found, and that may still hold, because not everything was looked at"`
	Absent    int  `json:"absent,omitempty" jsonschema:"devices that an earlier run told of and this one does not"`
}

// Compared names the policies that those of the report were compared with.
type Compared struct {
	Against []reports.Policy `json:"against" jsonschema:"the other policies; none when there is no measure to compare with"`
}

// ChangeLine is what becomes of one finding against other policies. Its ID is made from that of the finding.
type ChangeLine struct {
	Type string `json:"type"`
	Delta
	ID string `json:"id" jsonschema:"made from the id of the finding"`
	reports.Change
}

// identities gives ids to what has none of its own. Two things with the same content are told apart by a
// number, so that no line overwrites another where a reader keeps lines by id. What it keeps is small, because there is one of
// them for all devices.
type identities map[[8]byte]int32

func (ids identities) of(kind string, parts ...string) string {
	h := sha256.New()
	h.Write([]byte(kind + ":"))
	for _, p := range parts {
		h.Write([]byte(strconv.Itoa(len(p)) + ":" + p))
	}
	sum := [8]byte(h.Sum(nil))
	id := kind + "-" + hex.EncodeToString(sum[:])
	ids[sum]++
	if n := ids[sum]; n > 1 {
		return fmt.Sprintf("%s-%d", id, n)
	}
	return id
}
