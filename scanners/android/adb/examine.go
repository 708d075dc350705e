package adb

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	client "quaestor/scanners/internal/adb"
	"quaestor/scanners/internal/androidfacts"
	"quaestor/scanners/internal/dumpsys"
	"quaestor/scanners/internal/getprop"
	"quaestor/scanners/inventory"
)

// maxUsers is the most users of a phone that are asked about. Phones have up to a dozen.
const maxUsers = 40

// The most packages of a phone that are kept, and then fetched one by one, and the most permissions and users in their
// lists. Real phones have 150 to 800 packages, and one with a thousand has a hundred thousand entries.
const (
	maxApps    = 20_000
	maxEntries = 400_000
)

// examination is one phone that is being asked.
type examination struct {
	phone    phone
	serial   string
	name     string // as readers see it: adb:SERIAL
	progress func(Progress)

	facts   *androidfacts.Phone
	answers []*answer
	unasked []string        // users beyond the limit
	refused map[string]bool // users about which the phone refuses to answer
	closed  []string        // users whose certificate authorities may not be listed
}

// run asks everything, and then reads the answers in an order that does not depend on which came first.
func (e *examination) run(ctx context.Context) (*inventory.Inventory, error) {
	a := newAsking(ctx, e.phone, e.report)
	static := a.begin(whole())
	known := a.ask(users())
	list := readUsers(known)
	var of []*answer
	for i, u := range list {
		if i >= maxUsers {
			e.unasked = append(e.unasked, u)
			continue
		}
		of = append(of, a.begin(ofUser(u))...)
	}
	a.wait()
	e.answers = slices.Concat(static[:2], known, static[2:], of)
	if files := contents(of); len(files) > 0 && ctx.Err() == nil {
		more := newAsking(ctx, e.phone, nil)
		e.answers = append(e.answers, more.begin(files)...)
		more.wait()
	}
	if err := e.nothing(); err != nil {
		return nil, err
	}
	return e.read(ctx)
}

func (e *examination) report(done, total int) {
	if e.progress != nil {
		e.progress(Progress{Serial: e.serial, Doing: "asking", Done: done, Total: total})
	}
}

// nothing is the error when the phone answered no question at all.
func (e *examination) nothing() error {
	for _, a := range e.answers {
		if a.err == nil {
			return nil
		}
	}
	return e.answers[0].err
}

// readUsers takes the numbers of the users out of the last answer. The first user is asked about in any case.
func readUsers(list []*answer) []string {
	if numbers := usersIn(list[len(list)-1]); len(numbers) > 0 {
		return numbers
	}
	return []string{"0"}
}

// usersIn are the numbers of the users that an answer names.
func usersIn(a *answer) (numbers []string) {
	if a.out == nil {
		return nil
	}
	seen := map[string]bool{}
	dumpsys.Read(bytes.NewReader(a.out.Stdout), "user", &dumpsys.Handler{User: func(u dumpsys.DeviceUser) {
		if !seen[u.ID] && strings.Trim(u.ID, "0123456789") == "" {
			seen[u.ID] = true
			numbers = append(numbers, u.ID)
		}
	}})
	return numbers
}

// read turns the answers into facts.
func (e *examination) read(ctx context.Context) (*inventory.Inventory, error) {
	e.facts = androidfacts.New(id)
	e.facts.Limit(maxApps, maxEntries)
	e.facts.Device.Origins = []inventory.Origin{{Scanner: id, Path: e.name}}
	e.refused = map[string]bool{}
	all := sha256.New()
	later, cancel := afterwards(ctx)
	defer cancel()
	for _, a := range e.answers {
		if a.out != nil && later.Err() == nil {
			sum := sha256.Sum256(a.out.Stdout)
			all.Write(sum[:])
			e.facts.Hashed(a.path(e.name), hex.EncodeToString(sum[:]))
			e.answer(later, a)
			if a.kind == dump {
				a.out.Stdout = nil // it is long
			}
		}
	}
	if e.facts.Device.Serial == "" && !strings.Contains(e.serial, ":") {
		e.facts.Device.Serial = inventory.Text(e.serial)
	}
	e.deviceName()
	e.untried()
	e.gaps()
	inv := e.facts.Inventory(e.serial, e.name, hex.EncodeToString(all.Sum(nil)))
	e.userGaps(inv)
	if ctx.Err() != nil {
		return inv, ctx.Err()
	}
	if e.facts.Apps() == 0 {
		return inv, fmt.Errorf("%s: the phone did not tell which apps are installed; unlock it and scan again", e.name)
	}
	return inv, nil
}

// answer reads one answer. What a phone said instead of one is a gap.
func (e *examination) answer(ctx context.Context, a *answer) {
	path := a.path(e.name)
	if a.out.Cut {
		e.gap(path, inventory.GapLimit, fmt.Sprintf("The answer is longer than what is read: some of %s is missing.", a.what), "Take a bug report and scan that.")
	}
	if a.kind == authorities {
		e.authorities(a)
		return
	}
	if a.absent() {
		e.missing(a, path)
		return
	}
	in := interruptible{ctx, bytes.NewReader(a.out.Stdout)}
	switch a.kind {
	case properties:
		p, _ := getprop.Read(in)
		e.facts.AddProperties(p, path)
		if d := &e.facts.Device; d.SDK == 0 && d.OSVersion == "" && a.err == nil {
			e.emptyProperties(a, path)
		}
	case dump:
		e.dump(a, in, path)
	case packageList:
		e.packageList(ctx, a, path)
	case settings:
		e.settings(a, path)
	case rootBinaries:
		e.rootBinaries(a, path)
	}
}

// dump reads the dump of a service, from memory, which fails only when the scan is interrupted.
func (e *examination) dump(a *answer, in io.Reader, path string) {
	var sum *dumpsys.Summary
	var err error
	if a.out.Exit == 0 && !a.out.Cut {
		sum, err = e.facts.AddAnswer(in, path, a.service)
	} else {
		sum, err = e.facts.AddDumpsys(in, path, a.service, nil)
	}
	if err == nil {
		e.hollow(a, sum, path)
	}
}

// packageList reads for whom an app is installed. The command is put before its answer, as in a terminal: it says for which
// user the lines are.
func (e *examination) packageList(ctx context.Context, a *answer, path string) {
	if refused(a) {
		e.refused[a.user] = true
		return
	}
	text := io.MultiReader(strings.NewReader(strings.Join(a.argv, " ")+"\n"), bytes.NewReader(a.out.Stdout))
	if e.facts.AddPackageList(interruptible{ctx, text}, path) == nil {
		e.noPackages(a, path)
	}
}

func (e *examination) settings(a *answer, path string) {
	if refused(a) {
		e.refused[a.user] = true
		return
	}
	if a.user != "0" && a.out.Exit == 0 && len(bytes.TrimSpace(a.out.Stdout)) == 0 {
		if e.awake(a.user) {
			e.emptyAnswer(a, path)
		}
		return // of a user who never ran, nothing is set
	}
	e.facts.AddUserSettings(a.out.Stdout, a.namespace, a.user, path)
}

// rootBinaries states which of the places asked about are there. ls names those that are not, too, as errors.
func (e *examination) rootBinaries(a *answer, path string) {
	if a.err == nil && len(a.out.Stdout)+len(a.out.Stderr) == 0 {
		e.gap(path, inventory.GapUnknownLines, fmt.Sprintf("The phone says neither that they are there nor that they are not: %s are not known.", a.what), again)
	}
	var found []string
	for _, line := range strings.Fields(string(a.out.Stdout)) {
		for _, r := range roots {
			if line == r {
				found = append(found, r)
			}
		}
	}
	e.facts.Property("root_binaries", strings.Join(found, ", "))
}

// refused reports whether the phone did not do what it was asked because adb may not: in place of an answer, or at its start.
func refused(a *answer) bool {
	text := a.out.Stdout[:min(len(a.out.Stdout), 2000)]
	if a.out.Exit == 0 && len(a.out.Stderr) == 0 {
		text, _, _ = bytes.Cut(bytes.TrimSpace(text), []byte("\n"))
		if bytes.HasPrefix(text, []byte("package:")) || a.kind == settings && bytes.IndexByte(text, '=') > 0 {
			return false
		}
	}
	t := strings.ToLower(string(a.out.Stderr) + "\n" + string(text))
	for _, s := range []string{"securityexception", "security exception", "permission to access user", "permission denial", "invalid user", "error: user "} {
		if strings.Contains(t, s) {
			return true
		}
	}
	return false
}

// deviceName takes the name that the owner gave the phone.
func (e *examination) deviceName() {
	for _, a := range e.answers {
		if a.kind != settings || a.namespace != "global" || a.out == nil {
			continue
		}
		for line := range strings.Lines(string(a.out.Stdout)) {
			if v, ok := strings.CutPrefix(line, "device_name="); ok {
				e.facts.Device.Name = strings.TrimSpace(inventory.Text(v))
			}
		}
	}
}

// untried says that a phone's Android is older or newer than those whose answers are known.
func (e *examination) untried() {
	major, _, _ := strings.Cut(e.facts.Device.OSVersion, ".")
	if n, err := strconv.Atoi(major); err == nil && (n < oldest || n > newest) {
		e.gap(e.name, inventory.GapUnknownLines, fmt.Sprintf("The answers of Android %d to %d are known here, and this is Android %d: what it answers otherwise is missing.", oldest, newest, n),
			"Take a bug report as well, and scan that.")
	}
}

// gaps states what was not answered, once for all questions with the same reason.
func (e *examination) gaps() {
	by := map[string][]*answer{}
	var order []string
	for _, a := range e.answers {
		if a.err == nil || errors.Is(a.err, context.Canceled) || errors.Is(a.err, context.DeadlineExceeded) {
			continue
		}
		why := a.err.Error()
		if by[why] == nil {
			order = append(order, why)
		}
		by[why] = append(by[why], a)
	}
	for _, why := range order {
		g := inventory.Gap{Subject: e.name, Kind: inventory.GapFailed, Count: len(by[why]), Next: client.Next(by[why][0].err)}
		for _, a := range by[why][:min(len(by[why]), 5)] {
			g.Samples = append(g.Samples, a.what)
		}
		g.Detail = sentence(fmt.Errorf("questions were not answered, and what they ask for is missing: %w", by[why][0].err))
		e.facts.Gap(g)
	}
	if len(e.unasked) > 0 {
		e.facts.Gap(inventory.Gap{Subject: e.name, Kind: inventory.GapLimit, Count: len(e.unasked), Samples: e.unasked[:min(len(e.unasked), 5)],
			Detail: "More users than a phone can have: the rest was not asked about.", Next: "Look at the list of users by hand: adb shell pm list users."})
	}
}

func (e *examination) gap(subject string, kind inventory.GapKind, detail, next string) {
	e.facts.Gap(inventory.Gap{Subject: inventory.Text(subject), Kind: kind, Detail: inventory.Text(detail), Next: next})
}
