package sarif

import (
	"net/url"
	"strconv"
	"strings"

	"quaestor/reports"
	"quaestor/reports/internal/sentence"
)

type result struct {
	RuleID       string            `json:"ruleId"`
	RuleIndex    int               `json:"ruleIndex"`
	Kind         string            `json:"kind"`
	Level        string            `json:"level"`
	Rank         float64           `json:"rank"`
	Message      message           `json:"message"`
	Locations    []location        `json:"locations,omitempty"`
	Fingerprints map[string]string `json:"fingerprints"`
	Partial      map[string]string `json:"partialFingerprints"`
	Suppressions []suppression     `json:"suppressions,omitempty"`
	Properties   properties        `json:"properties"`
}

type suppression struct {
	Kind          string `json:"kind"`
	Status        string `json:"status"`
	Justification string `json:"justification"`
}

// fingerprint names the way in which IDs of findings are made.
const fingerprint = "quaestorFindingId/v1"

// levels are those of severities. A result that is informational has none.
var levels = map[string]string{"critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "none"}

// ranks are severities on the scale by which viewers sort, 0 to 100.
var ranks = map[string]float64{"critical": 95, "high": 80, "medium": 55, "low": 25, "info": 0}

func (l *log) result(f *reports.Finding) result {
	id, index := l.rule(f)
	out := result{RuleID: id, RuleIndex: index, Kind: "fail", Level: levels[f.Severity], Rank: ranks[f.Severity], Message: message{Text: sentence.Finding(f)}, Locations: l.locations(f),
		Fingerprints: map[string]string{fingerprint: f.ID}, Partial: map[string]string{fingerprint: f.ID}, Properties: about(f)}
	if f.Severity == "info" {
		out.Kind = "informational"
	}
	if e := f.Exception; e != nil {
		out.Suppressions = []suppression{{Kind: "external", Status: "accepted", Justification: sentence.Exception(e)}}
	}
	return out
}

// about are the facts of a finding that the format has no place for.
func about(f *reports.Finding) properties {
	p := properties{"severity": f.Severity, "confidence": f.Confidence, "action": f.Action, "axis": f.Axis, "subject": f.Subject,
		"evidence": f.Evidence, "sources": f.Sources}
	more(p, "measures", f.Measures)
	more(p, "chain", f.Chain)
	more(p, "reach", f.Reach)
	more(p, "context", f.Context)
	more(p, "removal", f.Removal)
	more(p, "removable", f.Removable)
	more(p, "positions", f.Positions)
	if f.Component != nil {
		p["component"] = f.Component
	}
	if f.Vulnerability != nil {
		p["vulnerability"] = f.Vulnerability
	}
	if f.Exception != nil {
		p["exception"] = f.Exception
	}
	return p
}

// more adds a list that is not empty.
func more[T any](p properties, name string, list []T) {
	if len(list) > 0 {
		p[name] = list
	}
}

type location struct {
	Physical *physical `json:"physicalLocation,omitempty"`
	Logical  []logical `json:"logicalLocations,omitempty"`
}

type physical struct {
	Artifact artifactLocation `json:"artifactLocation"`
	Region   *region          `json:"region,omitempty"`
}

type artifactLocation struct {
	URI   string `json:"uri"`
	Index int    `json:"index"`
}

type region struct {
	StartLine int `json:"startLine"`
}

type logical struct {
	Name string `json:"name,omitempty"`
	Full string `json:"fullyQualifiedName"`
	Kind string `json:"kind,omitempty"`
}

// artifact is a file. One in an archive names the archive as its parent.
type artifact struct {
	Location map[string]string `json:"location"`
	Parent   *int              `json:"parentIndex,omitempty"`
	Hashes   map[string]string `json:"hashes,omitempty"`
}

// maxLocations is how many places a result has; its evidence has them all.
const maxLocations = 20

// locations are the places that the evidence names, each with the app and the device that it is about.
func (l *log) locations(f *reports.Finding) []location {
	on := subjectOf(f)
	var out []location
	seen := map[string]bool{}
	add := func(path string, line int, sha256 string, more ...logical) {
		key := path + "\x00" + strconv.Itoa(line)
		for _, m := range more {
			key += "\x00" + m.Full
		}
		if path == "" || seen[key] || len(out) == maxLocations {
			return
		}
		seen[key] = true
		p := &physical{Artifact: artifactLocation{URI: address(path), Index: l.file(path, sha256)}}
		if line > 0 {
			p.Region = &region{StartLine: line}
		}
		out = append(out, location{Physical: p, Logical: append(append([]logical{}, more...), on...)})
	}
	for i := range f.Evidence {
		e := &f.Evidence[i]
		for _, p := range e.Places {
			path := e.Path
			if p.File != "" {
				path += "!" + p.File
			}
			var item []logical
			if p.Item != "" {
				item = []logical{{Full: p.Item, Kind: kindOf(p.Kind)}}
			}
			add(path, 0, "", item...)
		}
		if len(e.Places) == 0 {
			add(e.Path, e.Line, e.SHA256)
		}
	}
	if len(out) == 0 && len(on) > 0 {
		out = []location{{Logical: on}}
	}
	return out
}

// kindOf is the word that the format has for the kind of an item.
func kindOf(kind string) string {
	switch kind {
	case "package":
		return "namespace"
	case "component", "jni-class":
		return "type"
	}
	return kind
}

// subjectOf is the app or device that a finding is about.
func subjectOf(f *reports.Finding) []logical {
	s := &f.Subject
	var out []logical
	if s.Identifier != "" {
		out = append(out, logical{Name: sentence.Name(f), Full: strings.Trim(s.Device+"/"+s.Identifier, "/"), Kind: "module"})
	}
	if s.Device != "" {
		out = append(out, logical{Name: s.DeviceName, Full: s.Device, Kind: "device"})
	}
	return out
}

// file is the index of an artifact.
func (l *log) file(path, sha256 string) int {
	if at, ok := l.files[path]; ok {
		return at
	}
	a := artifact{}
	last := path
	if i := strings.LastIndexByte(path, '!'); i > 0 && i+1 < len(path) {
		parent := l.file(path[:i], "")
		a.Parent, last = &parent, path[i+1:]
	}
	a.Location = map[string]string{"uri": address(last)}
	if sha256 != "" {
		a.Hashes = map[string]string{"sha-256": sha256}
	}
	at := len(l.files)
	l.files[path] = at
	l.doc.Add(string(artifacts), a)
	return at
}

// address is a file's name as a relative reference, with every character escaped that has a meaning in one.
func address(path string) string {
	parts := strings.Split(strings.ReplaceAll(path, "\\", "/"), "/")
	for i, p := range parts {
		parts[i] = strings.ReplaceAll(url.PathEscape(strings.ToValidUTF8(p, "\uFFFD")), ":", "%3A")
	}
	s := strings.Join(parts, "/")
	for strings.HasPrefix(s, "//") { // would be the name of a server
		s = s[1:]
	}
	return s
}
