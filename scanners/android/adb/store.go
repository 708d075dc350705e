package adb

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// store is the folder of fetched APKs: each lies there once, under the hash of its content, so that one that is there is
// not fetched again, from whichever phone. What is being fetched bears another ending until it is whole.
type store struct {
	dir  string
	root *os.Root
}

const (
	ending = ".apk"
	part   = ".part"
)

// abandoned is the age from which on an unfinished file is that of a run that was ended.
const abandoned = 24 * time.Hour

// openStore opens the folder, or makes it for this user alone.
func openStore(dir string) (*store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, unusable(fmt.Errorf("cannot make the folder for fetched APKs: %w", err))
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, unusable(fmt.Errorf("cannot open the folder for fetched APKs: %w", err))
	}
	info, err := root.Stat(".")
	if err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o022 != 0 {
		err = &blocked{fmt.Errorf("others may write to %q, so that what lies there may be theirs", dir), "Name another folder with --pull-dir, or take the right away: chmod go-w."}
	}
	if err != nil {
		root.Close()
		return nil, err
	}
	return &store{dir: dir, root: root}, nil
}

// unusable is the error of a folder that nothing can be fetched into.
func unusable(err error) error {
	return &blocked{err, "Name another folder with --pull-dir, or see that you may write to this one."}
}

// unwritten is the error of what this computer could not write, whatever the name of the file: what holds for one APK
// holds for all.
func (s *store) unwritten(err error) error {
	var at *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &at):
		err = at.Err
	case errors.As(err, &link):
		err = link.Err
	}
	if full(err) {
		return &unkept{&blocked{fmt.Errorf("the disk of the folder for fetched APKs, %q, is full", s.dir), "Make room, or name a folder on another disk with --pull-dir, and scan again."}}
	}
	return &unkept{unusable(fmt.Errorf("cannot write to the folder for fetched APKs, %q: %w", s.dir, err))}
}

// full reports whether a disk, or the share of it that this user has, is full.
func full(err error) bool {
	var number syscall.Errno
	if !errors.As(err, &number) {
		return false
	}
	if runtime.GOOS == "windows" {
		return number == 39 || number == 112 // ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL
	}
	return number == syscall.ENOSPC || number == overQuota
}

// unkept is an error of this computer's folder, after which fetching more is in vain.
type unkept struct{ error }

// Unwrap is the error.
func (u *unkept) Unwrap() error { return u.error }

func (s *store) close() { s.root.Close() }

// path is where the file with a hash lies on this computer.
func (s *store) path(sum string) string { return filepath.Join(s.dir, sum+ending) }

// size is that of a file that is there.
func (s *store) size(sum string) int64 {
	info, err := s.root.Lstat(sum + ending)
	if err != nil {
		return 0
	}
	return info.Size()
}

// has reports whether the file with a hash is there and holds what it should. One that does not is taken away.
func (s *store) has(ctx context.Context, sum string) bool {
	info, err := s.root.Lstat(sum + ending)
	if err != nil {
		return false
	}
	if info.Mode().IsRegular() {
		f, err := s.root.Open(sum + ending)
		if err != nil {
			return false
		}
		h := sha256.New()
		_, err = io.Copy(h, cancelled{ctx, f})
		f.Close()
		if err != nil || hex.EncodeToString(h.Sum(nil)) == sum {
			return err == nil
		}
	}
	s.root.Remove(sum + ending)
	return false
}

// cancelled reads until a context is done.
type cancelled struct {
	ctx context.Context
	r   io.Reader
}

func (c cancelled) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

// incoming is a file that is being fetched.
type incoming struct {
	store *store
	name  string
	f     *os.File
	lost  error // why not all of it was written
	sum   interface {
		io.Writer
		Sum([]byte) []byte
	}
}

// create begins a file. Its name is one that nobody else uses at the time.
func (s *store) create(hint string) (*incoming, error) {
	for n := range 1000 {
		name := fmt.Sprintf("%s-%d-%d%s", hint, os.Getpid(), n, part)
		f, err := s.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, s.unwritten(err)
		}
		return &incoming{store: s, name: name, f: f, sum: sha256.New()}, nil
	}
	return nil, fmt.Errorf("the folder %q is full of unfinished files; empty it", s.dir)
}

// Write implements io.Writer.
func (in *incoming) Write(p []byte) (int, error) {
	in.sum.Write(p)
	n, err := in.f.Write(p)
	if err != nil {
		in.lost = in.store.unwritten(err)
		err = in.lost
	}
	return n, err
}

// keep makes a whole file of it, under the hash of what was written.
func (in *incoming) keep() (sum string, err error) {
	sum = hex.EncodeToString(in.sum.Sum(nil))
	err = errors.Join(in.f.Sync(), in.f.Close())
	if err == nil {
		err = in.store.root.Rename(in.name, sum+ending)
	}
	if err != nil {
		in.store.root.Remove(in.name)
		return "", in.store.unwritten(err)
	}
	return sum, nil
}

// drop takes away what was written.
func (in *incoming) drop() {
	in.f.Close()
	in.store.root.Remove(in.name)
}

// sweep takes away what runs left that were killed. A file that is newer than a day may be another's work.
func (s *store) sweep() {
	probe, err := s.create("sweep")
	if err != nil {
		return
	}
	defer probe.drop()
	now, err := probe.f.Stat() // the time of the file system, and no clock
	entries, listed := fs.ReadDir(s.root.FS(), ".")
	if err != nil || listed != nil {
		return
	}
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && info.Mode().IsRegular() && strings.HasSuffix(e.Name(), part) && now.ModTime().Sub(info.ModTime()) > abandoned {
			s.root.Remove(e.Name())
		}
	}
}
