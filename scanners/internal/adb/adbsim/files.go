package adbsim

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// File is a file of the phone. In a record it is a line "PATH MODE TIME CONTENT", where CONTENT is the name of a
// file in scanners/apk/testdata, or "secret" for one that adb's user may not see, or "zero:N" for N zero bytes.
type File struct {
	Path   string
	Mode   uint32
	Time   time.Time
	Secret bool
	From   string // name below scanners/apk/testdata
	Data   []byte // instead of From
}

func (p *Phone) addFile(line string) error {
	w := strings.Fields(line)
	if len(w) != 4 {
		return errors.New("not PATH MODE TIME CONTENT")
	}
	mode, err := strconv.ParseUint(w[1], 8, 32)
	if err != nil {
		return err
	}
	f := &File{Path: w[0], Mode: uint32(mode), Secret: w[3] == "secret", From: w[3]}
	if f.Time, err = time.Parse(time.RFC3339, w[2]); err != nil {
		return err
	}
	if n, ok := strings.CutPrefix(w[3], "zero:"); ok {
		size, err := strconv.Atoi(n)
		if err != nil {
			return err
		}
		f.Data = make([]byte, size)
	}
	p.Files[f.Path] = f
	return nil
}

// file finds a file, or says with which error number it is not to be had.
func (p *Phone) file(path string) (*File, uint32) {
	f := p.Files[path]
	switch {
	case f == nil:
		return nil, errNoEntry
	case f.Secret:
		return nil, errPermission
	}
	return f, 0
}

func (f *File) content() ([]byte, error) {
	if f.Data != nil {
		return f.Data, nil
	}
	root, err := moduleRoot()
	if err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(root, "scanners", "apk", "testdata", filepath.FromSlash(f.From)))
}

func (f *File) size() int {
	b, err := f.content()
	if err != nil {
		panic(fmt.Sprintf("the record names %q: %v", f.From, err))
	}
	return len(b)
}

// moduleRoot is the folder that holds go.mod: above the one that a test runs in, else above this file as it was compiled.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	if root, err := rootAbove(dir); err == nil {
		return root, nil
	}
	_, here, _, _ := runtime.Caller(0)
	return rootAbove(filepath.Dir(here))
}

func rootAbove(dir string) (string, error) {
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("no go.mod above the folder: start it in the folder of the program")
		}
		dir = up
	}
}
