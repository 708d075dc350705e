package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"quaestor/cmd/quaestor/internal/bigapk"
)

// generate makes an APK in dir. It does so in a process of its own: a child's peak of memory counts what its
// parent held when it was started, so this process has to stay small.
func generate(ctx context.Context, s settings, dir string, classes, dexFiles int) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, fmt.Sprintf("generated-%d-%d.apk", classes, dexFiles))
	cmd := exec.CommandContext(ctx, self, "generate", fmt.Sprintf("%d/%d", classes, dexFiles), s.base, file)
	cmd.Stderr = os.Stderr
	return file, cmd.Run()
}

// writeGenerated is what that process does; size is "CLASSES/DEXFILES".
func writeGenerated(size, base, file string) error {
	var classes, dexFiles int
	if _, err := fmt.Sscanf(size, "%d/%d", &classes, &dexFiles); err != nil {
		return fmt.Errorf("%s: %w", strconv.Quote(size), err)
	}
	lender, err := os.ReadFile(base)
	if err != nil {
		return err
	}
	manifest, err := bigapk.Manifest(lender)
	if err != nil {
		return err
	}
	apk, err := bigapk.Make(bigapk.Options{Manifest: manifest, Classes: classes, DexFiles: dexFiles, Seed: 1})
	if err != nil {
		return err
	}
	return os.WriteFile(file, apk, 0o600)
}
