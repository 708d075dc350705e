// Package wintask reads the scheduled tasks of Windows: the XML documents below Windows\System32\Tasks, which are mostly
// UTF-16, and what the Task Scheduler exports.
//
// Of what a task starts only the program is kept, never its arguments.
//
// What the package cannot see: when the task last ran; what is behind a COM object that it starts, but for its number.
package wintask

import (
	"bytes"
	"errors"
	"strings"

	"quaestor/scanners/internal/lines"
	"quaestor/scanners/internal/winpath"
	"quaestor/scanners/internal/xmlwalk"
)

// maxActions bounds the actions of one task; Windows takes 32.
const maxActions = 32

// namespace is that of all versions of the format.
const namespace = "http://schemas.microsoft.com/windows/2004/02/mit/task"

// Task is a scheduled task.
type Task struct {
	URI      string // its path among the tasks: `\Microsoft\Windows\Defrag\ScheduledDefrag`
	Author   string // as it states it: a company, an account, or a reference to a text of a library
	Source   string
	Programs []string // what it starts
	Handlers []string // numbers of the COM objects that it starts, in braces
	User     string   // SID or name of the account that it runs as
	Group    string   // whose members it runs as
	Highest  bool     // it takes all rights that the account may have
	Disabled bool
	Hidden   bool
	AtLogon  bool
	AtBoot   bool
}

// ErrFormat is that a document is no task.
var ErrFormat = errors.New("this is not a scheduled task")

// Looks reports whether a file begins as a task does.
func Looks(head []byte) bool {
	text := lines.Decode(head[:min(len(head), 4096)])
	at := bytes.Index(text, []byte("<Task"))
	return at >= 0 && bytes.Contains(text[at:], []byte(namespace))
}

// Parse reads a task. What was read before an error is returned beside it.
func Parse(data []byte) (Task, error) {
	var t Task
	known := false
	err := xmlwalk.Walk(data, func(e xmlwalk.Element) {
		known = known || e.Path == "Task" && e.Space == namespace
		switch e.Path {
		case "Task/Triggers/LogonTrigger":
			t.AtLogon = true
		case "Task/Triggers/BootTrigger":
			t.AtBoot = true
		}
	}, t.set)
	if err == nil && !known {
		err = ErrFormat
	}
	return t, err
}

func (t *Task) set(e xmlwalk.Element) {
	switch e.Path {
	case "Task/RegistrationInfo/URI":
		t.URI = e.Text
	case "Task/RegistrationInfo/Author":
		t.Author = e.Text
	case "Task/RegistrationInfo/Source":
		t.Source = e.Text
	case "Task/Principals/Principal/UserId":
		t.User = e.Text
	case "Task/Principals/Principal/GroupId":
		t.Group = e.Text
	case "Task/Principals/Principal/RunLevel":
		t.Highest = e.Text == "HighestAvailable"
	case "Task/Settings/Enabled":
		t.Disabled = isFalse(e.Text)
	case "Task/Settings/Hidden":
		t.Hidden = e.Text != "" && !isFalse(e.Text)
	case "Task/Actions/Exec/Command":
		if program := winpath.Executable(e.Text); program != "" && len(t.Programs) < maxActions {
			t.Programs = append(t.Programs, program)
		}
	case "Task/Actions/ComHandler/ClassId":
		if len(t.Handlers) < maxActions {
			t.Handlers = append(t.Handlers, e.Text)
		}
	}
}

func isFalse(text string) bool { return strings.EqualFold(text, "false") || text == "0" }

// Maker is the author where it is a maker's name: not an account, not a reference to a text elsewhere.
func (t Task) Maker() string {
	if strings.ContainsAny(t.Author, `\@$`) || strings.HasPrefix(t.Author, "S-1-") {
		return ""
	}
	return t.Author
}

// System reports whether it runs as the system itself, which may do everything.
func (t Task) System() bool {
	switch strings.ToUpper(t.User) {
	case "S-1-5-18", "SYSTEM", `NT AUTHORITY\SYSTEM`:
		return true
	}
	return false
}
