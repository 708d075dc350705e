package documents

import (
	"quaestor/riskdb"
	"quaestor/riskdb/bundle"
	"quaestor/riskdb/export"
	"quaestor/riskdb/installed"
	"quaestor/riskdb/lint"
)

// Explain is what `explain -o json` writes.
type Explain struct {
	Envelope
	Query   string         `json:"query" jsonschema:"what was asked for"`
	Entries []riskdb.Entry `json:"entries" jsonschema:"what is known about it; several where the word names several things"`
}

// Status is what `db status -o json` writes.
type Status struct {
	Envelope
	Problem string            `json:"problem,omitempty" jsonschema:"why the database cannot be used, and what to do; database is then absent"`
	Folder  string            `json:"folder,omitempty" jsonschema:"of the installed database"`
	Bundles []InstalledBundle `json:"bundles" jsonschema:"what the database was made of, the lowest first"`
	Pinned  []Pin             `json:"pinned" jsonschema:"whose bundles are accepted"`
	Tables  []RowCount        `json:"tables" jsonschema:"how much the database holds"`

	AdviceFolder   string       `json:"advice_folder,omitempty" jsonschema:"of the imported advisories"`
	Advisories     []Advisories `json:"advisories" jsonschema:"collections of advisories on vulnerable software that were imported"`
	AdviceProblems []string     `json:"advice_problems,omitempty" jsonschema:"collections that cannot be used, and what to do"`
}

// Advisories is a collection of advisories that was imported.
type Advisories struct {
	Name     string `json:"name" jsonschema:"OSV and an ecosystem, CISA KEV, or FIRST EPSS"`
	Count    int    `json:"count" jsonschema:"how many advisories or entries it has"`
	Newest   string `json:"newest,omitempty" jsonschema:"day of the newest, YYYY-MM-DD; absent where the collection does not say"`
	Imported string `json:"imported" jsonschema:"day of the import, YYYY-MM-DD"`
	Origin   string `json:"origin" jsonschema:"files or web addresses it came from"`
	Licence  string `json:"licence,omitempty" jsonschema:"under which it is published"`
}

// InstalledBundle is a bundle that the database was made of.
type InstalledBundle struct {
	Kind      string `json:"kind" jsonschema:"full: a whole database; overlay: what one authority lays on it"`
	Authority string `json:"authority" jsonschema:"who publishes it"`
	installed.Entry
	Expired bool `json:"expired" jsonschema:"its signers no longer want it relied on"`
}

// Pin is a root that is trusted.
type Pin struct {
	Kind      string `json:"kind" jsonschema:"full: of whole databases; overlay: of one authority's overlay"`
	Authority string `json:"authority" jsonschema:"whose root it is"`
	Version   int64  `json:"root_version" jsonschema:"number of the root"`
	Expires   string `json:"root_expires" jsonschema:"its last day, YYYY-MM-DD"`
	Sequence  int64  `json:"sequence" jsonschema:"the highest number of a bundle that was accepted"`
}

// RowCount is the size of a table.
type RowCount struct {
	Table string `json:"table" jsonschema:"name of the table, as db export writes it"`
	Rows  int    `json:"rows" jsonschema:"how many rows it has"`
}

// Search is what `db search -o json` writes.
type Search struct {
	Envelope
	Query string `json:"query" jsonschema:"what was searched for"`
	Hits  []Hit  `json:"hits" jsonschema:"those first that the text names in full"`
}

// Hit is a row that was found.
type Hit struct {
	Table string `json:"table" jsonschema:"kind of row: product, vendor, ban, …"`
	ID    string `json:"id" jsonschema:"what quaestor explain takes"`
	Name  string `json:"name,omitempty" jsonschema:"for reading"`
	By    string `json:"by" jsonschema:"what of it the text is: id, name, alias, identifier, …"`
	Exact bool   `json:"exact" jsonschema:"the text is the whole of it, not a part"`
}

// Diff is what `db diff -o json` writes. It rests on two databases, and has no field database.
type Diff struct {
	Envelope
	Old     Database        `json:"old"`
	New     Database        `json:"new"`
	Changes []export.Change `json:"changes" jsonschema:"what to change in the old database to have the new one; by table, then by id"`
}

// Lint is what `db lint -o json` writes. The field database is what an overlay was checked upon.
type Lint struct {
	Envelope
	Folder   string       `json:"folder" jsonschema:"what was checked"`
	Errors   int          `json:"errors" jsonschema:"how many keep the data from being used"`
	Warnings int          `json:"warnings" jsonschema:"how many are likely an oversight"`
	Issues   []lint.Issue `json:"issues" jsonschema:"in the order of files and lines"`
}

// Licences is what `db licences -o json` writes.
type Licences struct {
	Envelope
	Held    []HeldLicence   `json:"held" jsonschema:"under which rows of the database are held"`
	Sources []SourceLicence `json:"sources" jsonschema:"of the sources from which facts were taken as a list"`
}

// HeldLicence is a licence, and the rows that are under it.
type HeldLicence struct {
	SPDX        string     `json:"spdx" jsonschema:"SPDX id"`
	Name        string     `json:"name" jsonschema:"name of the licence"`
	URL         string     `json:"url" jsonschema:"address of its text"`
	ShareAlike  bool       `json:"share_alike" jsonschema:"what is derived from these rows has to be under it too"`
	Attribution string     `json:"attribution,omitempty" jsonschema:"what has to be said with the rows"`
	Note        string     `json:"note,omitempty" jsonschema:"for people"`
	Tables      []RowCount `json:"tables" jsonschema:"where the rows are"`
	Files       []string   `json:"files" jsonschema:"files of the data in which they stand"`
}

// SourceLicence is the licence of a source from which facts were taken as a list.
type SourceLicence struct {
	ID      string `json:"id" jsonschema:"id of the source in the risk database"`
	Title   string `json:"title" jsonschema:"title of the source"`
	URL     string `json:"url,omitempty" jsonschema:"address of the source"`
	Licence string `json:"licence" jsonschema:"as the source states it"`
}

// Verify is what `db verify -o json` writes.
type Verify struct {
	Envelope
	File        string       `json:"file" jsonschema:"what was checked"`
	Accepted    bool         `json:"accepted" jsonschema:"db update would accept it"`
	Reason      string       `json:"reason,omitempty" jsonschema:"why not, and what to do"`
	Trusted     string       `json:"trusted" jsonschema:"by what it was checked: root: the file that was named; pinned: the root that is trusted; nothing: neither speaks for it"`
	SHA256      string       `json:"sha256" jsonschema:"SHA-256 of the file, lower-case hexadecimal"`
	Bytes       int          `json:"bytes" jsonschema:"size of the file"`
	Bundle      *bundle.Info `json:"bundle,omitempty"`
	Expires     string       `json:"expires,omitempty" jsonschema:"the last day on which its signers want it relied on, YYYY-MM-DD"`
	Signers     []string     `json:"signers,omitempty" jsonschema:"IDs of the keys that signed it"`
	RootVersion int64        `json:"root_version,omitempty" jsonschema:"number of the newest root that it brings or that is trusted"`
	RootExpires string       `json:"root_expires,omitempty" jsonschema:"last day of that root, YYYY-MM-DD"`
	Tables      []RowCount   `json:"tables,omitempty" jsonschema:"how much the database in it holds"`
}
