package riskdb

import "strings"

// Jurisdiction is a state, what its law can compel, and how the European Union regards its data
// protection. Group is a grouping for reports, never a judgement about a company.
type Jurisdiction struct {
	Code       string     `yaml:"code"` // ISO 3166-1 alpha-2, or EU
	Name       string     `yaml:"name"` // English
	Group      string     `yaml:"group"`
	GroupBasis string     `yaml:"group_basis,omitempty"` // the documents and paragraphs the group rests on
	Adequacy   Adequacy   `yaml:"adequacy"`
	Laws       []Law      `yaml:"laws,omitempty"`
	CitedBy    []Citation `yaml:"cited_by,omitempty"`
	Note       string     `yaml:"note,omitempty"`
}

// Priority reports whether the texts behind the database name the state itself as a priority concern.
func (j *Jurisdiction) Priority() bool { return j != nil && j.Group == "priority" }

// Linked reports whether the state is none that the texts name, but is under one: its law is its own, and says
// nothing about what the other state can demand of a company there.
func (j *Jurisdiction) Linked() bool { return j != nil && j.Group == "priority-linked" }

// Adequacy is the standing of a state under the data-protection law of the European Union. It says nothing
// about access by intelligence services.
type Adequacy struct {
	Status string `yaml:"status"` // member, adequate, none
	Note   string `yaml:"note,omitempty"`
	Basis  `yaml:",inline"`
}

// Law is a law that lets a state compel companies to give access or help.
type Law struct {
	ID       string `yaml:"id"`
	Name     string `yaml:"name"`
	Articles string `yaml:"articles,omitempty"` // "7", "35-36", "section 69"; "whole" for all of it
	Effect   string `yaml:"effect"`
	// Assist is true where the law lets the state demand help, access or data from those it addresses. A duty to
	// store, to report or to use a service is none.
	Assist           bool      `yaml:"assist,omitempty"`
	Date             Date      `yaml:"date,omitempty"`
	DateNote         string    `yaml:"date_note,omitempty"`        // in force, amended
	Extraterritorial string    `yaml:"extraterritorial,omitempty"` // what the law says about reach abroad
	Counterpoint     *Citation `yaml:"counterpoint,omitempty"`     // a serious opinion to the contrary
	Note             string    `yaml:"note,omitempty"`
	Basis            `yaml:",inline"`
}

// Cite names the law with its articles: "National Intelligence Law, article 7".
func (l *Law) Cite() string {
	switch {
	case l.Articles == "" || strings.HasPrefix(l.Articles, "whole"):
		return l.Name
	case strings.Trim(l.Articles, "0123456789.") == "":
		return l.Name + ", article " + l.Articles
	case strings.Trim(l.Articles, "0123456789.-, ") == "":
		return l.Name + ", articles " + l.Articles
	}
	return l.Name + ", " + l.Articles
}

// Citation is what a document says.
type Citation struct {
	// About is the Vendor.ID of the company whose case an opinion argues: it is told in findings about that company, and about
	// those of the same house. Empty where it is about all.
	About    string   `yaml:"about,omitempty"`
	Document string   `yaml:"document,omitempty"`
	Text     string   `yaml:"text"`
	Sources  []string `yaml:"sources,omitempty"`
}
