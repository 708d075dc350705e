package riskdb

import "fmt"

// override gives a finding the severity that the packs want for its rule or axis. Within a pack the later entry
// wins, among packs the strictest. A finding is never raised above what its confidence carries, and an advice or a
// measure that is no ban never above medium, because neither becomes a ban in any pack.
func (p Policies) override(fd *Finding) {
	var want Severity
	for _, pack := range p.list {
		var own Severity
		for i := range pack.Severity {
			if o := &pack.Severity[i]; o.covers(fd) {
				own = o.Severity
			}
		}
		if own.Rank() > want.Rank() {
			want = own
		}
	}
	if want == "" || want == fd.Severity {
		return
	}
	if want.Rank() > fd.Severity.Rank() {
		raised := within(want, fd.Confidence)
		if (fd.Rule == RuleAdvice || fd.Rule == RuleMeasure) && raised.Rank() > Medium.Rank() {
			raised = Medium
		}
		if raised.Rank() <= fd.Severity.Rank() {
			return
		}
		want = raised
	}
	fd.Caveat = joinCaveats(fd.Caveat, fmt.Sprintf("The policy grades this %s; without it, it is %s.", want, fd.Severity))
	fd.Severity = want
}

func (o *SeverityOverride) covers(fd *Finding) bool {
	return (o.Rule == "" || o.Rule == fd.Rule || o.Rule == fd.PolicyRule) && (o.Axis == "" || o.Axis == fd.Axis) && o.Rule+string(o.Axis) != ""
}
