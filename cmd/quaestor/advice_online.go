package main

import (
	"context"

	"quaestor/riskdb"
)

func (a *adviceFlags) online(ctx context.Context, env Env) (riskdb.Adviser, error) {
	return nil, usageError("--vulns online")
}
