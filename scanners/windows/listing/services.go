package listing

import (
	"regexp"
	"strings"

	"quaestor/scanners/internal/records"
	"quaestor/scanners/internal/winpath"
	"quaestor/scanners/inventory"
)

// starts are the words and numbers for how a service begins, in the words of [inventory.SecurityProduct].
var starts = map[string]string{"0": "boot", "boot": "boot", "1": "system", "system": "system", "2": "automatic", "auto": "automatic", "automatic": "automatic",
	"automaticdelayedstart": "automatic", "3": "manual", "manual": "manual", "demand": "manual", "4": "disabled", "disabled": "disabled"}

// runs are the words and numbers for a service that runs.
var runs = map[string]bool{"4": true, "running": true, "wird ausgeführt": true, "en cours d'exécution": true, "actief": true, "in uitvoering": true, "en ejecución": true, "in esecuzione": true}

// state is that of a service, as its start and its being tell.
func state(status, start string) string {
	switch {
	case runs[strings.ToLower(status)]:
		return "running"
	case start == "disabled":
		return "disabled"
	}
	return "installed"
}

// isService recognises Get-Service.
func isService(r records.Record) bool {
	return r.Has("Name", "DisplayName", "Status") && r.HasAny("StartType", "ServiceType", "CanStop", "ServiceName") ||
		r.Has("Name", "DisplayName", "Status") && r.Len() == 3 && serviceStates[strings.ToLower(r.Text("Status"))]
}

// serviceStates are the words and numbers of a service that runs or does not, by which a list of three columns is told.
var serviceStates = map[string]bool{"1": true, "4": true, "7": true, "running": true, "stopped": true, "paused": true}

func readService(c *computer, r records.Record) {
	start := starts[strings.ToLower(r.Text("StartType"))]
	service(c, r, r.Text("Name", "ServiceName"), start, r.Text("Status"), r.Text("BinaryPathName"))
}

// isWin32Service recognises Win32_Service and Win32_SystemDriver.
func isWin32Service(r records.Record) bool {
	return r.Has("Name", "PathName") && r.HasAny("StartMode", "State") && !r.Has("HostName")
}

func readWin32Service(c *computer, r records.Record) {
	service(c, r, r.Text("Name"), starts[strings.ToLower(r.Text("StartMode"))], r.Text("State"), r.Text("PathName"))
}

// driverTypes are the words and numbers for services that are drivers.
var driverTypes = map[string]bool{"1": true, "2": true, "kernel driver": true, "file system driver": true, "kerneldriver": true, "filesystemdriver": true, "recognizer driver": true}

func service(c *computer, r records.Record, name, start, status, command string) {
	p := inventory.SecurityProduct{Kind: "service", Name: r.Text("DisplayName", "Caption"), Service: name, Start: start, State: state(status, start), Path: executable(command)}
	if p.Name == "" {
		p.Name = name
	}
	if driverTypes[strings.ToLower(r.Text("ServiceType"))] || strings.HasSuffix(strings.ToLower(p.Path), ".sys") || strings.EqualFold(r.Class, "Win32_SystemDriver") {
		p.Kind, p.Privileges = "driver", []string{"kernel"}
	} else if winpath.System(r.Text("StartName", "UserName")) {
		p.Privileges = []string{"root"}
	}
	c.product(p, r.Line)
}

// Columns of driverquery /v, in the order in which it writes them. Their names are in the language of the system.
const (
	driverColumns = 15
	driverName    = 0
	driverShown   = 1
	driverStart   = 4
	driverState   = 5
	driverPath    = 13
)

// systemFile is the path of a driver.
var systemFile = regexp.MustCompile(`(?i)^[a-z]:\\.*\.sys$`)

// isDriverQuery recognises driverquery /v by the number of its columns and what stands in that of the path.
func isDriverQuery(r records.Record) bool {
	v := r.Row()
	return len(v) == driverColumns && systemFile.MatchString(v[driverPath]) && v[driverName] != ""
}

func readDriverQuery(c *computer, r records.Record) {
	v := r.Row()
	if len(v) != driverColumns || v[driverName] == "" {
		c.nameless++
		return
	}
	start := starts[strings.ToLower(v[driverStart])]
	p := inventory.SecurityProduct{Kind: "driver", Name: v[driverShown], Service: v[driverName], Start: start, State: state(v[driverState], start), Path: executable(v[driverPath]),
		Privileges: []string{"kernel"}}
	if p.Name == "" {
		p.Name = p.Service
	}
	c.product(p, r.Line)
}

// isTask recognises Get-ScheduledTask.
func isTask(r records.Record) bool { return r.Has("TaskName", "TaskPath") }

var taskStates = map[string]string{"1": "disabled", "disabled": "disabled", "2": "enabled", "queued": "enabled", "3": "enabled", "ready": "enabled", "4": "running", "running": "running"}

func readTask(c *computer, r records.Record) {
	p := inventory.SecurityProduct{Kind: "scheduled-task", Name: r.Text("TaskName"), Identifier: r.Text("TaskPath") + r.Text("TaskName"), State: taskStates[strings.ToLower(r.Text("State"))]}
	if principal, ok := records.From(r.Value("Principal")); ok && winpath.System(principal.Text("UserId")) {
		p.Privileges = []string{"root"}
	}
	programs := 0
	for _, v := range r.List("Actions") {
		a, ok := records.From(v)
		if !ok || a.Text("Execute") == "" {
			continue
		}
		one := p
		one.Path = executable(a.Text("Execute"))
		c.product(one, r.Line)
		programs++
	}
	if programs == 0 {
		c.product(p, r.Line)
	}
}

// executable is the program of a command, without arguments and without what the kernel puts before a path.
func executable(command string) string {
	path := winpath.Executable(command)
	for _, prefix := range []string{`\??\`, `\\?\`} {
		path = strings.TrimPrefix(path, prefix)
	}
	return path
}
