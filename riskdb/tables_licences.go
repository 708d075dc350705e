package riskdb

// Licence is a licence under which rows are held. A data file names its own in the first lines, as
// `licence: SPDX`; a file that names none is under the one marked as default.
type Licence struct {
	SPDX        string `yaml:"spdx"` // its SPDX identifier, or LicenseRef-NAME
	Name        string `yaml:"name"`
	URL         string `yaml:"url"`
	Default     bool   `yaml:"default,omitempty"`     // of files that name none
	ShareAlike  bool   `yaml:"share_alike,omitempty"` // what is derived from the rows must be under it too
	Attribution string `yaml:"attribution,omitempty"` // the words that must go with the rows
	Note        string `yaml:"note,omitempty"`
}

// Holding says how many rows of one table stand in one file, and under which licence. It is counted when the
// data is compiled, and never written by hand.
type Holding struct {
	File    string `yaml:"file"`
	Licence string `yaml:"licence"` // Licence.SPDX
	Table   string `yaml:"table"`
	Rows    int    `yaml:"rows"`
}
