package documents

// Version is what `version -o json` writes.
type Version struct {
	Envelope
	Problem   string   `json:"problem,omitempty" jsonschema:"why the risk database cannot be used; database is then absent"`
	Release   string   `json:"release" jsonschema:"release of the source, against which a bundle for a newer program is held"`
	Go        string   `json:"go" jsonschema:"version of Go that built the program"`
	Platform  string   `json:"platform" jsonschema:"system and processor, such as linux/amd64"`
	Report    string   `json:"report" jsonschema:"schema of the report that scan writes"`
	Inventory string   `json:"inventory" jsonschema:"schema of the inventory that scan writes"`
	Documents []string `json:"documents" jsonschema:"schemas of the other documents"`
}

// Scanners is what `scanners -o json` writes.
type Scanners struct {
	Envelope
	Scanners []Scanner `json:"scanners" jsonschema:"in the order in which they are asked"`
}

// Scanner is one reader of sources.
type Scanner struct {
	ID        string   `json:"id" jsonschema:"as runs and gaps of a report name it"`
	Kind      string   `json:"kind" jsonschema:"what scan takes before a colon, as in apk:FILE"`
	Title     string   `json:"title" jsonschema:"for reading"`
	Reads     []string `json:"reads" jsonschema:"what it reads"`
	CannotSee []string `json:"cannot_see" jsonschema:"what its sources never show"`
}
