package main

import (
	"quaestor/reports"
	"quaestor/reports/documents"
	"quaestor/riskdb"
)

// document begins what a command writes as JSON. The database is nil where the answer rests on none.
func document(name string, asOf riskdb.Date, db *usedDatabase) documents.Envelope {
	return documents.New(name, program(), string(asOf), db.described(asOf))
}

func program() reports.Tool { return reports.Tool{Name: "quaestor", Version: version()} }

// described says which database it is, as of a day.
func (u *usedDatabase) described(asOf riskdb.Date) *documents.Database {
	if u == nil {
		return nil
	}
	v := u.Version()
	return &documents.Database{Version: v.String(), Date: string(v.Date), SHA256: v.SHA256, Origin: u.origin, AgeDays: daysBetween(v.Date, asOf), Expired: u.expired(asOf) != nil}
}
