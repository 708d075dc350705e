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
	Platforms []string `json:"platforms" jsonschema:"systems whose devices and apps it reads about: windows, macos, linux, android, ios"`
	Live      []string `json:"live" jsonschema:"systems on which it reads what is running or plugged in there; empty for a reader of files and copies alone, which it reads on every system"`
	OnlyLive  bool     `json:"only_live" jsonschema:"it reads nothing but what is running or plugged in"`
	// Extensions are name endings of its files.
	Extensions []string `json:"extensions" jsonschema:"name endings of its files; they never decide what a file is"`
}

// Devices is what `devices -o json` writes.
type Devices struct {
	Envelope
	Devices  []Device  `json:"devices" jsonschema:"phones that are plugged in, in the order in which their services list them"`
	Services []Service `json:"services" jsonschema:"programs of this computer that know phones"`
}

// Device is a phone that is plugged in.
type Device struct {
	Target   string `json:"target" jsonschema:"what scan takes for it, such as adb:SERIAL"`
	Platform string `json:"platform" jsonschema:"android or ios"`
	Serial   string `json:"serial,omitempty" jsonschema:"serial number, where it is known; foreign text"`
	Name     string `json:"name,omitempty" jsonschema:"name that its owner gave it; foreign text"`
	Model    string `json:"model,omitempty" jsonschema:"model, where the phone tells; foreign text"`
	OS       string `json:"os,omitempty" jsonschema:"system and version, where the phone tells; foreign text"`
	Ready    bool   `json:"ready" jsonschema:"it can be scanned"`
	State    string `json:"state" jsonschema:"in plain words; for reading, ready is for programs"`
	Next     string `json:"next,omitempty" jsonschema:"what to do so that it can be scanned"`
}

// Service is a program of this computer that knows phones.
type Service struct {
	Name    string `json:"name" jsonschema:"adb or usbmuxd"`
	Phones  string `json:"phones" jsonschema:"the phones that it knows, for reading"`
	Reached bool   `json:"reached" jsonschema:"it was asked, and answered"`
	Problem string `json:"problem,omitempty" jsonschema:"why not, and what to install or do"`
}

// Selftest is what `selftest -o json` writes.
type Selftest struct {
	Envelope
	Passed  bool             `json:"passed" jsonschema:"every format holds all that was planted"`
	Formats []SelftestFormat `json:"formats" jsonschema:"in the order of scan --help"`
}

// SelftestFormat is what became of planted findings and gaps in one format.
type SelftestFormat struct {
	Name     string   `json:"name" jsonschema:"as it follows -o of scan"`
	Findings int      `json:"findings" jsonschema:"that were planted"`
	Gaps     int      `json:"gaps" jsonschema:"that were planted"`
	Counted  int      `json:"counted,omitempty" jsonschema:"of the findings, those that the format is not for, of which it says how many there are"`
	Lost     []string `json:"lost" jsonschema:"what is not in it"`
}
