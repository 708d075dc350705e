package ndjson

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"

	"quaestor/reports"
)

// The lines of the stream. The value of Type says which one it is; the other fields are those of the same
// object in the JSON document.

// ReportLine is the first line: the report without its long lists.
type ReportLine struct {
	Type       string           `json:"type"`
	Schema     string           `json:"schema" jsonschema:"version of the report document, quaestor.report/MODEL.REVISION.ADDITION"`
	Tool       reports.Tool     `json:"tool"`
	AsOf       string           `json:"as_of" jsonschema:"date of the judgement, YYYY-MM-DD"`
	Database   reports.Database `json:"database"`
	Policies   []reports.Policy `json:"policies"`
	Verdict    reports.Verdict  `json:"verdict"`
	WhatIf     *Compared        `json:"what_if,omitempty" jsonschema:"present when policies were compared; the changes are lines of their own"`
	Lines      Lines            `json:"lines"`
	Disclaimer string           `json:"disclaimer"`
}

// Lines counts the lines that follow the first, by type, so that a reader can tell a whole stream from one
// that was cut off.
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
}

// DeviceLine is one device.
type DeviceLine struct {
	Type string `json:"type"`
	reports.Device
}

// FindingLine is one finding.
type FindingLine struct {
	Type string `json:"type"`
	reports.Finding
}

// GapLine is one gap. Its ID is made from its content.
type GapLine struct {
	Type string `json:"type"`
	ID   string `json:"id" jsonschema:"made from the content of the gap; the same gap has the same id in the next report"`
	reports.Gap
}

// RunLine is one run. Its ID is made from its content.
type RunLine struct {
	Type string `json:"type"`
	ID   string `json:"id" jsonschema:"made from scanner, target and device; the same run has the same id in the next report"`
	reports.Run
}

// AppLine is one app.
type AppLine struct {
	Type string `json:"type"`
	reports.App
}

// FileLine is one file with code that is no app.
type FileLine struct {
	Type string `json:"type"`
	reports.App
}

// CodeReachLine is what the code of each vendor can reach on one device.
type CodeReachLine struct {
	Type string `json:"type"`
	ID   string `json:"id" jsonschema:"made from the id of the device"`
	reports.CodeReach
}

// SecuritySoftwareLine is one program with protective or remote-control privilege on one device.
type SecuritySoftwareLine struct {
	Type string `json:"type"`
	reports.SecuritySoftware
}

// UnknownPrivilegedLine is what has the rights of the kernel or the system on one device, and nobody here knows.
type UnknownPrivilegedLine struct {
	Type string `json:"type"`
	ID   string `json:"id" jsonschema:"made from the id of the device"`
	reports.UnknownPrivileged
}

// Compared names the policies that those of the report were compared with.
type Compared struct {
	Against []reports.Policy `json:"against" jsonschema:"the other policies; none when there is no measure to compare with"`
}

// ChangeLine is what becomes of one finding against other policies.
type ChangeLine struct {
	Type string `json:"type"`
	reports.Change
}

// identities gives ids to what has none of its own. Two things with the same content are told apart by a
// number, so that no line overwrites another where a reader keeps lines by id.
type identities map[string]int

func (ids identities) of(kind string, parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(strconv.Itoa(len(p)) + ":" + p))
	}
	id := kind + "-" + hex.EncodeToString(h.Sum(nil)[:8])
	ids[id]++
	if n := ids[id]; n > 1 {
		return fmt.Sprintf("%s-%d", id, n)
	}
	return id
}
