package main

import (
	"bytes"
	"context"
	"io"

	"quaestor/riskdb"
)

// knowledge is what the facts of a scan are judged by. It is read while the scan runs, since neither needs the
// other.
type knowledge struct {
	used           *usedDatabase
	policies       riskdb.Policies
	judge, against *riskdb.Judge // against is nil for no comparison
	err            error
	direct         io.Writer     // where they go in the end
	warnings       bytes.Buffer  // kept until the line that shows progress is gone
	read           chan struct{} // closed when all of the above is there
}

// readKnowledge begins to read; failed is called when nothing can be judged. Indexes are made after that, and
// nobody waits for one that no judgement asked for.
func readKnowledge(ctx context.Context, env Env, cfg scanConfig, failed func()) *knowledge {
	k := &knowledge{read: make(chan struct{})}
	k.direct = env.Stderr
	env.Stderr = &k.warnings
	go func() {
		k.load(ctx, env, cfg)
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

func (k *knowledge) load(ctx context.Context, env Env, cfg scanConfig) {
	if k.used, k.err = cfg.database.read(env); k.err != nil {
		return
	}
	if k.policies, k.err = loadPolicies(env, k.used.DB, cfg.policies, cfg.excepted, cfg.asOf); k.err != nil {
		return
	}
	var adviser riskdb.Adviser
	asking := env
	asking.Stderr = k.direct // it tells before it asks, which is after the warnings were written
	if adviser, k.err = cfg.advice.adviser(ctx, asking, &cfg.database); k.err != nil {
		return
	}
	k.judge = riskdb.NewJudge(k.used.DB, k.policies, cfg.asOf)
	k.judge.Advise(adviser)
	if len(cfg.against) == 0 {
		return
	}
	var against riskdb.Policies
	if against, k.err = loadPolicies(env, k.used.DB, cfg.against, cfg.excepted, cfg.asOf); k.err == nil {
		k.against = riskdb.NewJudge(k.used.DB, against, cfg.asOf)
		k.against.Advise(adviser)
	}
}

// until lets a judgement end early; it is for when the devices were judged.
func (k *knowledge) until(stop func() error) {
	k.judge.Until(stop)
	if k.against != nil {
		k.against.Until(stop)
	}
}

// wait waits until everything is read, and writes the warnings.
func (k *knowledge) wait(stderr io.Writer) error {
	<-k.read
	k.warnings.WriteTo(stderr)
	return k.err
}
