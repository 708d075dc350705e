package reports

// The closed vocabularies of the document. Within one model number of [Schema] they do not grow, so that a
// reader may switch on them; every other word in the document may get new values. Each list runs from what
// matters most to what matters least, which is the order writers show things in.

// Severities are the levels of [Finding.Severity].
func Severities() []string { return []string{"critical", "high", "medium", "low", "info"} }

// Actions are the proposals of [Finding.Action].
func Actions() []string {
	return []string{"remove", "replace", "restrict", "update", "review", "inform"}
}

// Axes are the four kinds of harm of [Finding.Axis]. They are never added up.
func Axes() []string { return []string{"espionage", "influence", "security", "compliance"} }

// Confidences are the levels of [Finding.Confidence] and [ChainLink.Confidence].
func Confidences() []string { return []string{"high", "moderate", "low"} }

// Verdicts are the states of [Verdict.Status].
func Verdicts() []string { return []string{"findings", "incomplete", "clean"} }

// DeviceVerdicts are the words of [Device.Verdict].
func DeviceVerdicts() []string {
	return []string{DeviceFindings, DeviceStale, DeviceIncomplete, DeviceClean}
}

// RunStates are the states of [Run.Status].
func RunStates() []string { return []string{"failed", "partial", "succeeded"} }

// GrantStates are the answers of [Reach.Granted].
func GrantStates() []string { return []string{"yes", "unknown", "no"} }

// Reliabilities are the Admiralty codes of [Evidence.Reliability].
func Reliabilities() []string { return []string{"A", "B", "C", "D", "E", "F"} }
