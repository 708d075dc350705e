package build

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"

	"quaestor/reports"
	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// closed lists the fields whose values come from a closed vocabulary, by type and JSON name.
var closed = map[string][]string{
	"Verdict.status":       reports.Verdicts(),
	"Device.verdict":       reports.DeviceVerdicts(),
	"AxisLevel.axis":       reports.Axes(),
	"AxisLevel.severity":   append(reports.Severities(), "none"),
	"Finding.axis":         reports.Axes(),
	"Finding.severity":     reports.Severities(),
	"Finding.confidence":   reports.Confidences(),
	"Finding.action":       reports.Actions(),
	"ChainLink.confidence": append(reports.Confidences(), ""), // "": the database states none
	"Run.status":           reports.RunStates(),               // in both documents
	"Graded.severity":      reports.Severities(),
	"Graded.action":        reports.Actions(),
	"Graded.confidence":    reports.Confidences(),
	"Reach.granted":        reports.GrantStates(),
	"Evidence.reliability": reports.Reliabilities(),
	"Circumstance.effect":  {"raises", "lowers", "beside"},
	"InsideSDK.confidence": reports.Confidences(),
	"Signature.state":      {"valid", "invalid", "unsigned", "unknown"},
}

// statuses are the closed vocabularies that are Go types of their own.
var statuses = map[reflect.Type][]string{
	reflect.TypeFor[inventory.RunStatus](): {
		string(inventory.RunSucceeded), string(inventory.RunPartial), string(inventory.RunFailed),
	},
	reflect.TypeFor[riskdb.Axis]():       reports.Axes(),
	reflect.TypeFor[riskdb.Severity]():   reports.Severities(),
	reflect.TypeFor[riskdb.Action]():     reports.Actions(),
	reflect.TypeFor[riskdb.Confidence](): reports.Confidences(),
	reflect.TypeFor[inventory.SignatureState](): {
		string(inventory.SignatureUnknown), string(inventory.SignatureValid),
		string(inventory.SignatureInvalid), string(inventory.SignatureUnsigned),
	},
}

// keys lists the maps whose keys come from a closed vocabulary.
var keys = map[string][]string{
	"Verdict.by_severity":        reports.Severities(),
	"Verdict.by_action":          reports.Actions(),
	"Verdict.devices_by_verdict": reports.DeviceVerdicts(),
}

// patterns lists the texts of a fixed form.
var patterns = map[string]string{
	"Report.schema":     `^quaestor\.report/1\.[0-9]+\.[0-9]+$`,
	"Report.as_of":      `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`,
	"ReportLine.schema": `^quaestor\.report-line/2\.[0-9]+\.[0-9]+$`,
	"ReportLine.report": `^quaestor\.report/1\.[0-9]+\.[0-9]+$`,
	"ReportLine.as_of":  `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`,
	"Inventory.schema":  `^quaestor\.inventory/1\.[0-9]+\.[0-9]+$`,
}

// ranges lists the numbers with a smallest and a largest value.
var ranges = map[string][2]float64{"Evidence.credibility": {1, 6}}

// field is one property: its owner is the type that declares it, which for an embedded type is not the type
// that is described.
type field struct {
	owner, goName, jsonName string
	goType                  reflect.Type
}

func (f field) key() string { return f.owner + "." + f.jsonName }

// fields lists the properties of t, those of embedded types among them.
func fields(t reflect.Type) []field {
	var out []field
	for i := range t.NumField() {
		sf := t.Field(i)
		if sf.Anonymous {
			out = append(out, fields(sf.Type)...)
			continue
		}
		name, _, _ := strings.Cut(sf.Tag.Get("json"), ",")
		if name == "" || name == "-" || !sf.IsExported() {
			continue
		}
		out = append(out, field{owner: t.Name(), goName: sf.Name, jsonName: name, goType: sf.Type})
	}
	return out
}

// describe fills in descriptions from the comments, where no tag gave one.
func describe(s *jsonschema.Schema, t reflect.Type, docs comments) error {
	if s.Description = docs[t.Name()]; s.Description == "" {
		return fmt.Errorf("type %s has no comment", t.Name())
	}
	for _, f := range fields(t) {
		p := s.Properties[f.jsonName]
		if p == nil {
			return fmt.Errorf("%s has no property", f.key())
		}
		if p.Description == "" {
			p.Description = docs[f.owner+"."+f.goName]
		}
		if p.Description == "" && !refers(p) {
			p.Description = description(f)
		}
	}
	return nil
}

// refers reports whether a property only refers to a definition, which has a description of its own.
func refers(p *jsonschema.Schema) bool { return p.Ref != "" || (p.Items != nil && p.Items.Ref != "") }

// restrict writes the closed vocabularies, forms and ranges into the properties of t.
func restrict(s *jsonschema.Schema, t reflect.Type) {
	for _, f := range fields(t) {
		p := s.Properties[f.jsonName]
		if words, ok := statuses[f.goType]; ok {
			p.Enum = values(words)
		}
		if words, ok := closed[f.key()]; ok {
			p.Enum = values(words)
		}
		if words, ok := keys[f.key()]; ok {
			p.PropertyNames = &jsonschema.Schema{Enum: values(words)}
		}
		if r, ok := ranges[f.key()]; ok {
			p.Minimum, p.Maximum = &r[0], &r[1]
		}
		p.Pattern = patterns[f.key()]
	}
}

// unused names the entries of the lists above that no field of the given types has: a field was renamed and
// its restriction would be lost in silence.
func unused(types ...reflect.Type) []string {
	have := map[string]bool{}
	for _, t := range types {
		for _, f := range fields(t) {
			have[f.key()] = true
		}
	}
	var out []string
	check := func(key string) {
		if !have[key] {
			out = append(out, key)
		}
	}
	for key := range closed {
		check(key)
	}
	for key := range keys {
		check(key)
	}
	for key := range patterns {
		check(key)
	}
	for key := range ranges {
		check(key)
	}
	slices.Sort(out)
	return out
}

func values(words []string) []any {
	out := make([]any, len(words))
	for i, w := range words {
		out[i] = w
	}
	return out
}

// loosen undoes what is true of the Go types but not promised: objects may have more fields than are named
// here, and lists are never null.
func loosen(s *jsonschema.Schema) {
	if s.Properties != nil {
		s.AdditionalProperties = nil
	}
	for _, p := range s.Properties {
		loosen(p)
	}
	if s.Items != nil {
		loosen(s.Items)
	}
	if len(s.Types) > 0 {
		s.Types = slices.DeleteFunc(s.Types, func(t string) bool { return t == "null" })
		if len(s.Types) == 1 {
			s.Type, s.Types = s.Types[0], nil
		}
		if len(s.Types) == 0 {
			s.Types = nil
		}
	}
}
