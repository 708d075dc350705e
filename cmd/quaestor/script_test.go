package main

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"quaestor/scanners/pluggedtest"
)

// today is the day of every script, so that their output does not change with the calendar.
var today = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"quaestor": func() {
			env := Env{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, LookupEnv: os.LookupEnv, Environ: os.Environ, Now: func() time.Time { return today }}
			os.Exit(Run(context.Background(), env, os.Args[1:]))
		},
		// The same, but the kernel kills it at the first socket that it opens.
		"quaestor-nosocket": func() {
			killOnSocket()
			env := Env{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, LookupEnv: os.LookupEnv, Environ: os.Environ, Now: func() time.Time { return today }}
			os.Exit(Run(context.Background(), env, os.Args[1:]))
		},
		// Opens a socket after --offline's promise was made.
		"dial-offline": dialOffline,
	})
}

// scripts lists what is to be run. The race detector makes a command twenty times slower, and finds something only where
// there is more than one goroutine: with it, only the scripts that scan are run.
func scripts(t *testing.T, dir string) []string {
	all, err := filepath.Glob(filepath.Join(dir, "*.txt*"))
	if err != nil || len(all) == 0 {
		t.Fatalf("no scripts in %s: %v", dir, err)
	}
	if !raceDetector {
		return all
	}
	return slices.DeleteFunc(all, func(name string) bool {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return !strings.Contains(string(text), "quaestor scan ")
	})
}

// TestScripts runs whole commands: testdata/script/*.txt say what is typed and what must come out.
func TestScripts(t *testing.T) {
	data, err := filepath.Abs(filepath.Join("..", "..", "testdata"))
	if err != nil {
		t.Fatal(err)
	}
	corpus := filepath.Join(data, "..", "..", "shared", "corpus")
	testscript.Run(t, testscript.Params{
		Files:         scripts(t, filepath.Join(data, "script")),
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(env *testscript.Env) error {
			env.Setenv("TESTDATA", data)
			env.Setenv("SCANNERS", filepath.Join(data, "..", "scanners"))
			env.Setenv("CORPUS", corpus)
			env.Setenv("COLUMNS", "80")
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exit":    exitsWith,
			"damage":  damage,
			"iphones": plugIPhones,
			"plug":    func(ts *testscript.TestScript, neg bool, args []string) { plug(t, ts, neg, args) },
		},
		Condition: func(cond string) (bool, error) {
			_, err := os.Stat(corpus)
			return cond == "corpus" && err == nil, nil
		},
	})
}

// exitsWith runs a command and compares its exit code: exit CODE[,CODE] COMMAND ARGS…
func exitsWith(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exit CODE COMMAND ARGS...")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if exit, ok := err.(interface{ ExitCode() int }); ok {
		got = strconv.Itoa(exit.ExitCode())
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if !slices.Contains(strings.Split(args[0], ","), got) {
		ts.Fatalf("exit code %s, want %s", got, args[0])
	}
}

// plug plugs in a phone, and perhaps another one that has not allowed this computer: plug RECORD APPS [RECORD]. It sets
// SERIAL.
func plug(t *testing.T, ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: plug RECORD APPS [RECORD]")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	p := pluggedtest.Plug(t, args[0], n)
	if len(args) > 2 {
		p.Refusing(t, args[2], "REFUSING1")
	}
	ts.Setenv("ANDROID_ADB_SERVER_PORT", p.Port)
	ts.Setenv("SERIAL", p.Serial)
}

// damage changes a byte in the middle of every file of tables below a folder.
func damage(ts *testscript.TestScript, neg bool, args []string) {
	n := 0
	err := filepath.WalkDir(ts.MkAbs(args[0]), func(name string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".tables" {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		n++
		text[len(text)/2] ^= 1
		return os.WriteFile(name, text, 0o600)
	})
	if err != nil || n == 0 {
		ts.Fatalf("damaged %d files (%v)", n, err)
	}
}
