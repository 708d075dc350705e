package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"quaestor/riskdb"
	"quaestor/riskdb/vuln"
)

// online asks OSV's service. What is sent is said before it is.
func (a *adviceFlags) online(ctx context.Context, env Env) riskdb.Adviser {
	o := &vuln.Online{Context: ctx, Address: vuln.Service, Client: &http.Client{Transport: transportOr(env.Transport), CheckRedirect: onlyHTTPS}, Wait: pause}
	o.Before = func(queries int, to string) {
		fmt.Fprintf(env.Stderr, "quaestor: asking %s about %d components: their ecosystems, names and versions are sent, and nothing else\n", to, queries)
	}
	if dir, err := os.UserCacheDir(); err == nil {
		o.Cache = filepath.Join(dir, "quaestor", "osv")
	}
	if len(a.skip) > 0 {
		o.Private = func(_, name string) bool {
			return slices.ContainsFunc(a.skip, func(pattern string) bool { ok, _ := path.Match(pattern, name); return ok })
		}
	}
	return o
}

// pause waits before another attempt, longer each time.
func pause(ctx context.Context, attempt int) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Duration(attempt) * time.Second):
		return nil
	}
}
