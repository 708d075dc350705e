package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"time"
)

// sample is what one run of a process took.
type sample [3]float64

// The places in a sample: nanoseconds, nanoseconds, bytes.
const (
	wall = iota
	cpu
	memory
)

// series are the samples of one tool.
type series struct {
	tool
	samples []sample
	note    string // an exit code other than 0
}

// median of one measure.
func (s *series) median(what int) float64 {
	if len(s.samples) == 0 {
		return 0
	}
	var values []float64
	for _, v := range s.samples {
		values = append(values, v[what])
	}
	slices.Sort(values)
	return (values[(len(values)-1)/2] + values[len(values)/2]) / 2
}

// slowRuns is how often a slow tool is measured.
const slowRuns = 3

// measure runs every tool once to fill the file cache, and then all of them in turn, round after round.
func (s *sheet) measure(ctx context.Context, runs int, files []string) error {
	for round := range runs + 1 {
		for i := range s.rows {
			row := &s.rows[i]
			if row.slow && round > slowRuns {
				continue
			}
			took, note, err := once(ctx, row.tool, files)
			if err != nil {
				return err
			}
			if row.note = note; round > 0 {
				row.samples = append(row.samples, took)
			}
		}
	}
	return nil
}

// once runs a tool on files; nothing of what it prints is kept.
func once(ctx context.Context, t tool, files []string) (sample, string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, t.argv[0], append(slices.Clone(t.argv[1:]), files...)...)
	start := time.Now()
	err := cmd.Run()
	took := time.Since(start)
	note := ""
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && slices.Contains(t.ends, exit.ExitCode()):
		note = fmt.Sprintf("exit %d", exit.ExitCode())
	case err != nil:
		return sample{}, "", fmt.Errorf("%s: %w", cmd, err)
	}
	state := cmd.ProcessState
	return sample{float64(took), float64(state.UserTime() + state.SystemTime()), peak(state)}, note, nil
}
