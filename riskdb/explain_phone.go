package riskdb

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// tracesQuery lists the kinds of trace.
const tracesQuery = "traces"

// traces explains one kind of trace, or lists all.
func (e *explainer) traces(id string) {
	if id == tracesQuery {
		en := e.add("list", tracesQuery, "What devices and stores note of apps without listing them as installed")
		for _, kind := range TraceKinds() {
			short, proves := TraceWords(kind)
			en.Facts = append(en.Facts, Fact{Label: kind, Text: short + ". " + proves})
		}
		return
	}
	k, ok := traceKinds[id]
	if !ok {
		return
	}
	allows := "Low: it leaves open whether the app is there"
	if slices.Contains(freshKinds, id) {
		allows = fmt.Sprintf("Moderate within %d days before the facts were taken, low when it is older or has no day", freshTrace)
	}
	e.add("trace", id, upperFirst(k.noted), Fact{Label: "Proves", Text: k.proves}, Fact{Label: "Allows", Text: allows},
		Fact{Label: "Findings", Text: "They stay, say what the trace is, ask to look on the device first, and weigh a step less, medium at most, where the confidence is low"})
}

// ruleParts adds to a rule the rows of the database that it goes by.
func (e *explainer) ruleParts(en *Entry) {
	switch en.ID {
	case RulePosture:
		for i := range e.db.Postures {
			c := &e.db.Postures[i]
			var values []string
			for _, v := range c.Values {
				value := strings.Join(v.Values, " or ")
				if slices.Contains(v.Values, "*") {
					value = "anything but " + strings.Join(append([]string{"nothing"}, v.Except...), ", ")
				}
				values = append(values, v.Property+" is "+value)
			}
			text := fmt.Sprintf("%s (%s, %s): %s", c.Title, cmp.Or(string(c.Platform), "any system"), c.Severity, strings.Join(values, "; "))
			if c.MaxSDK > 0 {
				text += fmt.Sprintf("; up to API level %d", c.MaxSDK)
			}
			en.Facts = append(en.Facts, e.fact(c.ID, text, c.Basis))
		}
	case RuleProtectionOff, RuleSeveralAntivirus:
		for i := range e.db.Protections {
			if p := &e.db.Protections[i]; (p.State == "several") == (en.ID == RuleSeveralAntivirus) {
				en.Facts = append(en.Facts, e.fact(p.State, fmt.Sprintf("%s (%s). %s", p.Says, p.Severity, p.Means), p.Basis))
			}
		}
	case RuleSettings:
		for i := range e.db.Payloads {
			p := &e.db.Payloads[i]
			en.Facts = append(en.Facts, e.fact(p.Type, p.Does, p.Basis))
		}
	}
}
