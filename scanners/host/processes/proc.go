package processes

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/inventory"
)

// kernelThread is the flag of a process that is part of the kernel and has no executable (PF_KTHREAD).
const kernelThread = 0x00200000

// processes records the executables that run.
func (c *collector) processes(ctx context.Context) {
	entries, err := c.h.ReadDir("proc")
	if err != nil {
		c.unread("proc", err)
	}
	hidden, found := 0, 0
	for _, e := range entries {
		if _, err := strconv.ParseUint(e.Name(), 10, 32); err != nil {
			continue
		}
		if ctx.Err() != nil {
			return
		}
		known, denied := c.process(path.Join("proc", e.Name()))
		if known {
			found++
		}
		if denied {
			hidden++
		}
	}
	if hidden > 0 {
		g := c.gap(inventory.GapNotPermitted, c.h.Source().Join("proc"),
			"The executables of other users' processes cannot be seen; of these processes only the short name is recorded.", hostroot.MoreRights())
		g.Count = hidden
	}
	if found+hidden == 0 && err == nil {
		c.gap(inventory.GapEmpty, c.h.Source().Join("proc"), "No process could be seen, not even the scan itself.", "Check that /proc is mounted where the scan runs.")
	}
}

// process records one process. It reports whether its executable is known, or hidden from the scan.
func (c *collector) process(dir string) (known, denied bool) {
	exe, err := c.h.Link(path.Join(dir, "exe"))
	if err == nil {
		exe = strings.TrimSuffix(exe, " (deleted)") // replaced by an update while it runs
		base := path.Base(exe)
		c.add(inventory.SecurityProduct{Kind: KindProcess, Name: inventory.Text(base), State: "running",
			Process: inventory.Text(base), Path: inventory.Text(exe)}, "proc")
		return true, false
	}
	if !errors.Is(err, fs.ErrPermission) {
		return false, false // ended meanwhile, or part of the kernel
	}
	stat, err := c.h.ReadFile(path.Join(dir, "stat"))
	name, ok := parseStat(string(stat))
	if err != nil || !ok {
		return false, false
	}
	c.add(inventory.SecurityProduct{Kind: KindProcess, Name: inventory.Text(name), State: "running", Process: inventory.Text(name)}, "proc")
	return false, true
}

// parseStat takes the name, cut to 15 bytes by the kernel, from a line of /proc/PID/stat. The name may itself
// hold spaces and brackets. It is not ok for a part of the kernel.
func parseStat(line string) (name string, ok bool) {
	begin, end := strings.Index(line, "("), strings.LastIndex(line, ")")
	if begin < 0 || end < begin {
		return "", false
	}
	fields := strings.Fields(line[end+1:])
	if len(fields) < 7 {
		return "", false
	}
	flags, err := strconv.ParseUint(fields[6], 10, 64)
	return line[begin+1 : end], err == nil && flags&kernelThread == 0
}

// modules records the kernel modules that were not built with the kernel or that the kernel calls
// proprietary: those that the flags at the end of the line mark with O or P.
func (c *collector) modules() {
	data, err := c.h.ReadFile("proc/modules")
	if errors.Is(err, fs.ErrNotExist) {
		return // a kernel without modules
	}
	if err != nil {
		c.unread("proc/modules", err)
		return
	}
	for line := range strings.Lines(string(data)) {
		if name, foreign := parseModule(line); foreign {
			c.add(inventory.SecurityProduct{Kind: KindKernelModule, Name: inventory.Text(name), State: "running",
				Privileges: []string{KindKernelModule}}, "proc/modules")
		}
	}
}

func parseModule(line string) (name string, foreign bool) {
	fields := strings.Fields(line)
	if len(fields) < 7 {
		return "", false
	}
	return fields[0], strings.ContainsAny(fields[6], "OP") && strings.HasPrefix(fields[6], "(")
}

// lsm records the kernel's security modules.
func (c *collector) lsm() {
	const name = "sys/kernel/security/lsm"
	data, err := c.h.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		c.unread(name, err)
		return
	}
	for module := range strings.SplitSeq(strings.TrimSpace(string(data)), ",") {
		if module == "" {
			continue
		}
		state := "enabled"
		if module == "selinux" {
			state = c.selinux()
		}
		c.add(inventory.SecurityProduct{Kind: KindLSM, Name: inventory.Text(module), State: state}, name)
	}
}

// selinux tells whether SELinux only warns.
func (c *collector) selinux() string {
	data, err := c.h.ReadFile("sys/fs/selinux/enforce")
	switch {
	case err == nil && strings.HasPrefix(string(data), "0"):
		return "permissive"
	case err == nil && strings.HasPrefix(string(data), "1"):
		return "enforcing"
	}
	return "enabled"
}
