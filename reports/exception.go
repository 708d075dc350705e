package reports

import "quaestor/riskdb"

func exception(e *riskdb.Exception) *Exception {
	if e == nil {
		return nil
	}
	return &Exception{ID: e.ID, ApprovedBy: e.ApprovedBy, Reason: e.Reason, From: string(e.From), Until: string(e.Until), Ticket: e.Ticket, Justification: string(e.Justification)}
}

func positions(list []riskdb.Position) []Position {
	var out []Position
	for _, p := range list {
		q := Position{Policies: p.Policies, Authority: p.Authority, Stance: p.Stance, Binding: p.Binding, Since: string(p.Since), Text: p.String()}
		if q.Policies == nil {
			q.Policies = []string{}
		}
		if p.Measure != nil {
			q.Measure = p.Measure.ID
		}
		out = append(out, q)
	}
	return out
}

// source finds a source of the database, or of the files of the policies.
func (b *builder) source(id string) *riskdb.Source {
	if s := b.db.Source(id); s != nil {
		return s
	}
	return b.a.Sources[id]
}
