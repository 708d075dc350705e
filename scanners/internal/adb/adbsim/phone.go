// Package adbsim is a phone for tests: it speaks adbd's side of adb's wire protocol over TCP, so that adb's own
// server connects to it, and answers commands from records that are plain text files in testdata/.
//
// A record holds what stays the same — properties, settings, dumps of services — as the command and its answer.
// What follows from the list of apps (`pm list packages` with its options, `pm path`, `dumpsys package`) and from the
// files (stat, sha256sum, the file transfer) is worked out from those, so that apps can be added. A command that
// neither covers is answered as a phone's shell answers: "inaccessible or not found" and exit code 127.
//
// What the package cannot show: how a real phone of that vendor answers something that is not recorded. The records
// are written after the published formats; they were not taken from phones.
package adbsim

import (
	"bytes"
	"crypto/rsa"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/txtar"
)

//go:embed testdata/*.txtar
var records embed.FS

// Phone is a simulated phone. Its exported fields are set before it is used.
type Phone struct {
	Serial   string
	Banner   string   // what it says of itself: "ro.product.name=…;ro.product.model=…;ro.product.device=…"
	Features []string // none before Android 7
	Version  uint32   // of the wire protocol
	MaxData  int      // bytes a packet
	Auth     Auth
	NoExec   bool // the service exec: does not exist, as before Android 5

	Props map[string]string
	Users []User
	Apps  []*App
	Files map[string]*File

	mu       sync.Mutex
	answers  map[string]Answer
	log      []string
	keys     []*rsa.PublicKey
	listener net.Listener
	link     *link
}

// Answer is what a command prints, and its exit code.
type Answer struct {
	Stdout, Stderr string
	Exit           int
	// Stream, if set, writes the standard output instead.
	Stream func(w io.Writer) int
}

// Records names the phones that are recorded.
func Records() []string {
	entries, _ := fs.ReadDir(records, "testdata")
	var out []string
	for _, e := range entries {
		out = append(out, strings.TrimSuffix(e.Name(), ".txtar"))
	}
	return out
}

// Load makes a phone of the record of that name.
func Load(name string) (*Phone, error) {
	data, err := records.ReadFile("testdata/" + name + ".txtar")
	if err != nil {
		return nil, fmt.Errorf("no phone %q is recorded; there are %q", name, Records())
	}
	return Parse(data)
}

// Parse makes a phone of a record. Its parts: "phone" (keys and values), "users", "apps" and "files" (tables, see
// their types), and for each command "$ COMMAND" with what it prints, and perhaps "2 COMMAND" with what it prints
// to standard error and "? COMMAND" with its exit code.
func Parse(data []byte) (*Phone, error) {
	p := &Phone{Version: versionNoSums, MaxData: maxPayload, Props: map[string]string{}, Files: map[string]*File{},
		answers: map[string]Answer{}, link: newLink()}
	for _, f := range txtar.Parse(data).Files {
		if err := p.part(f.Name, string(f.Data)); err != nil {
			return nil, fmt.Errorf("part %q: %w", f.Name, err)
		}
	}
	for _, a := range p.Apps { // for what the record does not say, the phone's own level
		if a.TargetSDK == 0 {
			a.TargetSDK = p.SDK()
		}
	}
	return p, nil
}

func (p *Phone) part(name, text string) error {
	switch name {
	case "phone":
		return eachLine(text, p.setting)
	case "users":
		return eachLine(text, p.addUser)
	case "apps":
		return eachLine(text, p.addApp)
	case "files":
		return eachLine(text, p.addFile)
	}
	mark, command, ok := strings.Cut(name, " ")
	if !ok {
		return fmt.Errorf("unknown part")
	}
	a := p.answers[command]
	switch mark {
	case "$":
		a.Stdout = text
		if command == "getprop" {
			if err := eachLine(text, p.prop); err != nil {
				return err
			}
		}
	case "2":
		a.Stderr = text
	case "?":
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil {
			return err
		}
		a.Exit = n
	default:
		return fmt.Errorf("unknown part")
	}
	p.answers[command] = a
	return nil
}

func eachLine(text string, do func(string) error) error {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := do(line); err != nil {
			return fmt.Errorf("%q: %w", line, err)
		}
	}
	return nil
}

func (p *Phone) setting(line string) error {
	key, value, _ := strings.Cut(line, "=")
	switch key {
	case "serial":
		p.Serial = value
	case "banner":
		p.Banner = value
	case "features":
		p.Features = strings.Split(value, ",")
	case "checksums":
		p.Version = versionSums
	case "maxdata":
		n, err := strconv.Atoi(value)
		p.MaxData = n
		return err
	case "noexec":
		p.NoExec = true
	default:
		return fmt.Errorf("unknown setting")
	}
	return nil
}

// prop takes a line of getprop: "[ro.product.model]: [SM-A515F]".
func (p *Phone) prop(line string) error {
	key, value, ok := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(line, "["), "]"), "]: [")
	if !ok {
		return fmt.Errorf("not a property")
	}
	p.Props[key] = value
	return nil
}

// SDK is the level of Android's interfaces, from the phone's properties.
func (p *Phone) SDK() int {
	n, _ := strconv.Atoi(p.Props["ro.build.version.sdk"])
	return n
}

// Has says whether the phone has a feature of adb.
func (p *Phone) Has(feature string) bool { return slices.Contains(p.Features, feature) }

// Handle sets the answer to a command, given as its words with one space between them.
func (p *Phone) Handle(command string, a Answer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answers[command] = a
}

// Commands are all commands that the phone was given, with one space between their words, in their order.
func (p *Phone) Commands() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.log)
}

func (p *Phone) note(command string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.log = append(p.log, command)
}

// look finds what a command prints: a record first, then what is worked out.
func (p *Phone) look(argv []string) Answer {
	command := strings.Join(argv, " ")
	p.mu.Lock()
	a, ok := p.answers[command]
	p.mu.Unlock()
	if ok {
		return a
	}
	var b bytes.Buffer
	for _, work := range []func([]string, *bytes.Buffer) (Answer, bool){p.packageManager, p.dumpPackage, p.tool} {
		if a, ok := work(argv, &b); ok {
			a.Stdout = b.String() + a.Stdout
			return a
		}
	}
	return p.notFound(argv[0])
}

// notFound is how the phone's shell says that there is no such program.
func (p *Phone) notFound(name string) Answer {
	if p.SDK() < 29 {
		return Answer{Stderr: "/system/bin/sh: " + name + ": not found\n", Exit: 127}
	}
	return Answer{Stderr: "/system/bin/sh: " + name + ": inaccessible or not found\n", Exit: 127}
}
