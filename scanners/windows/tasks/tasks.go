// Package tasks finds the scheduled tasks of a Windows computer: what each starts, as whom, and whether it is turned on.
//
// Tasks of Windows itself are listed too: a task is told by what it starts, not by its name. Arguments of programs and
// descriptions are not kept.
//
// What the package cannot see: tasks in the form of before Windows Vista (*.job), when a task last ran, and what a COM
// object does that a task calls.
package tasks

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"path"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/winfacts"
	"quaestor/scanners/internal/winhives"
	"quaestor/scanners/internal/winimage"
	"quaestor/scanners/internal/winpath"
	"quaestor/scanners/internal/winreg/live"
	"quaestor/scanners/internal/wintask"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "windows/tasks"

// Kind is what the marks are: the system starts it, which says nothing of what it is for.
const Kind = "scheduled-task"

const (
	top      = "Windows/System32/Tasks"
	maxTasks = 20_000
	maxDepth = 16
)

// Scanner reads the documents below Windows\System32\Tasks.
type Scanner struct{}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: source.KindHost, Title: "scheduled tasks of Windows",
		Platforms: []inventory.Platform{inventory.Windows}, Live: []inventory.Platform{inventory.Windows},
		Reads: []string{`\Windows\System32\Tasks and all below it`, "the programs that tasks start: signer, maker, version"},
		CannotSee: []string{
			"scheduled tasks in the form of before Windows Vista (*.job)",
			"signatures that Windows keeps in its catalogs, and whether a certificate leads to a root that Windows trusts",
		},
	}
}

// Recognise implements scanners.Scanner.
func (Scanner) Recognise(src *source.Source) bool {
	h, err := hostroot.Open(src)
	return err == nil && h.Platform() == inventory.Windows && h.Exists(h.Fold(top))
}

// Scan implements scanners.Scanner.
func (Scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	h, err := hostroot.Open(src)
	if err != nil {
		return nil, err
	}
	inv := inventory.New()
	device := h.Device(ID)
	inv.Devices = []inventory.Device{device}
	c := &collector{ctx: ctx, h: h, inv: inv, device: device.ID, top: h.Fold(top), seen: map[string]bool{}, accounts: accounts(h)}
	c.folder(c.top, 0)
	if c.left > 0 {
		c.gap(c.top, inventory.GapLimit, "More scheduled tasks were found, or in deeper folders, than are recorded.", "Look at the folder by hand: this is far more than usual.").Count = c.left
	}
	winimage.Fill(ctx, h, ID, device.ID, inv)
	return inv, ctx.Err()
}

type collector struct {
	ctx      context.Context
	h        *hostroot.Host
	inv      *inventory.Inventory
	device   string
	top      string
	seen     map[string]bool   // identifiers
	accounts map[string]string // names by SID
	read     int
	left     int // out
}

func (c *collector) gap(name string, kind inventory.GapKind, detail, next string) *inventory.Gap {
	c.inv.Gaps = append(c.inv.Gaps, inventory.Gap{Scanner: ID, Device: c.device, Subject: inventory.Text(c.h.Source().Join(name)), Kind: kind, Detail: inventory.Text(detail), Next: next})
	return &c.inv.Gaps[len(c.inv.Gaps)-1]
}

func (c *collector) unread(name string, err error) {
	if errors.Is(err, fs.ErrNotExist) {
		return // it was deleted meanwhile
	}
	g := c.h.Gap(ID, name, err)
	g.Device = c.device
	if g.Kind == inventory.GapNotPermitted {
		g.Next = "Run the scan as administrator to read it."
	}
	c.inv.Gaps = append(c.inv.Gaps, g)
}

func (c *collector) folder(dir string, depth int) {
	entries, err := c.h.ReadDir(dir)
	if err != nil {
		c.unread(dir, err)
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		switch {
		case c.ctx.Err() != nil:
			return
		case e.IsDir() && depth < maxDepth:
			c.folder(name, depth+1)
		case e.IsDir(), c.read >= maxTasks:
			c.left++
		case e.Type().IsRegular():
			c.read++
			c.task(name)
		}
	}
}

// task reads one document. The name of its file is the name of the task, whatever it says of itself.
func (c *collector) task(name string) {
	data, err := c.h.ReadFile(name)
	if err != nil {
		c.unread(name, err)
		return
	}
	t, err := wintask.Parse(data)
	if err != nil {
		c.gap(name, inventory.GapMalformed, "A scheduled task does not parse: "+err.Error()+".", "Look at the file by hand.")
	}
	programs := t.Programs
	if len(programs) == 0 && (len(t.Handlers) > 0 || err == nil) {
		programs = []string{""} // it only calls objects, or nothing
	}
	for _, program := range programs {
		c.add(t, strings.TrimPrefix(name, c.top+"/"), program, name)
	}
}

// starts are the words for when a task starts by itself, as far as there are words.
func starts(t wintask.Task) string {
	switch {
	case t.Disabled:
		return "disabled"
	case t.AtBoot:
		return "boot"
	case t.AtLogon:
		return "login"
	}
	return ""
}

func (c *collector) add(t wintask.Task, task, program, name string) {
	p := inventory.SecurityProduct{
		Device: c.device, Kind: Kind, Name: inventory.Text(path.Base(task)), Identifier: inventory.Text(`\` + strings.ReplaceAll(task, "/", `\`)),
		Vendor: inventory.Text(t.Maker()), State: "enabled", Start: starts(t), Path: inventory.Text(program), User: inventory.Text(c.person(t.User)),
		Origins: []inventory.Origin{c.h.Origin(ID, name, 0)},
	}
	if program != "" {
		p.Process = inventory.Text(winpath.Base(program))
	}
	if t.Disabled {
		p.State = "disabled"
	}
	if t.System() {
		p.Privileges = []string{"root"}
	}
	p.ID = winfacts.ProductID(p)
	if c.seen[p.ID] {
		return // it starts the same program several times
	}
	c.seen[p.ID] = true
	c.inv.SecurityProducts = append(c.inv.SecurityProducts, p)
}

// accounts are the names of accounts by their SID, as the registry of the computer has them; none where it cannot be
// opened, which the scanner of the registry tells.
func accounts(h *hostroot.Host) map[string]string {
	if h.Live() {
		if reg, err := live.Open(); err == nil {
			return winfacts.AccountNames(reg)
		}
		return nil
	}
	reg := h.OpenHives(winhives.Machine(h.Fold))
	defer reg.Close()
	return winfacts.AccountNames(reg)
}

// person is the account that a task runs as where it is somebody's: not one of the system. It is called by its name where
// the computer knows it, as by the other scanners.
func (c *collector) person(account string) string {
	switch {
	case strings.HasPrefix(account, "S-1-5-21-"), strings.HasPrefix(account, "S-1-12-1-"):
		return cmp.Or(c.accounts[strings.ToUpper(account)], account)
	case strings.HasPrefix(account, "S-1-"), account == "":
		return ""
	}
	domain, name, ok := strings.Cut(account, `\`)
	switch strings.ToUpper(domain) {
	case "NT AUTHORITY", "BUILTIN", "NT SERVICE", "SYSTEM", "LOCAL SERVICE", "NETWORK SERVICE":
		return ""
	}
	if ok {
		return name
	}
	return account
}
