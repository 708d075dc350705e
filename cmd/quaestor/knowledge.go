package main

import (
	"bytes"
	"io"

	"quaestor/riskdb"
)

// knowledge is what the facts of a scan are judged by. It is read while the scan runs, since neither needs the
// other.
type knowledge struct {
	used              *usedDatabase
	policies, against riskdb.Policies
	err               error
	warnings          bytes.Buffer  // kept until the line that shows progress is gone
	read              chan struct{} // closed when all of the above is there
}

// readKnowledge begins to read; failed is called when nothing can be judged. Indexes are made after that, and
// nobody waits for one that no judgement asked for.
func readKnowledge(env Env, cfg scanConfig, failed func()) *knowledge {
	k := &knowledge{read: make(chan struct{})}
	env.Stderr = &k.warnings
	go func() {
		k.load(env, cfg)
		if k.err != nil {
			failed()
		}
		close(k.read)
		if k.err == nil {
			k.used.Prepare()
		}
	}()
	return k
}

func (k *knowledge) load(env Env, cfg scanConfig) {
	if k.used, k.err = cfg.database.read(env); k.err != nil {
		return
	}
	if k.policies, k.err = loadPolicies(env, k.used.DB, cfg.policies, cfg.excepted, cfg.asOf); k.err != nil {
		return
	}
	if len(cfg.against) > 0 {
		k.against, k.err = loadPolicies(env, k.used.DB, cfg.against, cfg.excepted, cfg.asOf)
	}
}

// wait waits until everything is read, and writes the warnings.
func (k *knowledge) wait(stderr io.Writer) error {
	<-k.read
	k.warnings.WriteTo(stderr)
	return k.err
}
