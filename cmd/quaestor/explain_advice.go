package main

import (
	"errors"
	"fmt"
	"strings"

	"quaestor/reports/documents"
	"quaestor/riskdb"
	"quaestor/riskdb/vuln"
)

// advised is what imported advisories say of a thing that was asked for.
type advised struct {
	entries []riskdb.Entry
	asked   []documents.Advisories // none where nothing was imported
	why     string                 // nothing can be said
}

// explainAdvice asks the imported advisories of an id of theirs. Where nobody named a folder, that there is none is no error: it is told
// when nothing else is known.
func explainAdvice(env Env, osv *osvFlags, db *databaseFlags, id string) (a advised, err error) {
	if !vuln.IsID(id) {
		return a, nil
	}
	dir := osv.folder(env, db)
	opened, err := vuln.Open(dir)
	switch {
	case errors.Is(err, vuln.ErrNoDatabase) && osv.dir == "":
		a.why = "no advisories are installed: import some with `quaestor db import-osv`"
		return a, nil
	case err != nil:
		return a, &exitError{code: ExitDatabase, err: fmt.Errorf("%q: %w", dir, err)}
	}
	defer opened.Close()
	if a.entries, err = opened.Explain(id); err != nil {
		return a, &exitError{code: ExitDatabase, err: fmt.Errorf("the imported advisories cannot be read: %w", err)}
	}
	a.asked, _ = advisories(dir)
	var names []string
	for _, c := range a.asked {
		name := c.Name
		if c.Newest != "" {
			name += " of " + c.Newest
		}
		names = append(names, name)
	}
	a.why = "of what was imported, none names it (" + strings.Join(names, ", ") + "); other collections were not asked"
	return a, nil
}
