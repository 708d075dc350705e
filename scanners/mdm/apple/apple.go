// Package apple reads what Apple's devices answer to the commands of device management: InstalledApplicationList,
// ManagedApplicationList, DeviceInformation, SecurityInfo, ProfileList, ProvisioningProfileList, CertificateList and Restrictions, the
// messages by which they enrol, and status reports of declarative management. Every management system of Apple's devices gets these
// answers, whatever it makes of them.
//
// An answer is a property list, in XML or binary, or the same as JSON; a file may hold one, an array, or any number one after another.
// NanoMDM and MicroMDM hand answers on to a webhook, in JSON with the time at which they came; Fleet lists them as results of a command. Answers of one device become one
// device, in whatever files and order they lie. The format is that of https://github.com/apple/device-management and
// https://developer.apple.com/documentation/devicemanagement.
//
// Of several lists of apps with their times, the newest one says what is installed; an app that only older ones have is told as a
// trace. Where no times are told, apps of all lists count.
//
// What the package cannot see: apps that a device does not tell its management, which are all personal ones where the user
// enrolled it, and those of the system on a phone; whether a list was asked for managed apps alone, because an answer does not repeat the
// question. It keeps no telephone number, IMEI, network address, account and recovery key, although answers hold them.
package apple

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"quaestor/scanners"
	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/jsonstream"
	"quaestor/scanners/internal/textstream"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is that of the scanner.
const ID = "mdm/apple"

type scanner struct{}

// New returns the scanner.
func New() scanners.Fleet { return scanner{} }

// Info implements [scanners.Scanner].
func (scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: "mdm", Title: "answers of Apple's devices to their management",
		Platforms: []inventory.Platform{inventory.MacOS, inventory.IOS},
		Reads: []string{"answers to InstalledApplicationList, ManagedApplicationList, DeviceInformation, SecurityInfo, ProfileList, ProvisioningProfileList, CertificateList, Restrictions as property lists (XML, binary) or JSON",
			"status reports of declarative management (JSON)", "events of the webhook of NanoMDM and MicroMDM, and results of commands of Fleet (JSON)", "one, arrays, or many one after another; plain or gzip"},
		CannotSee: []string{
			"apps of the system on iPhones and iPads, and apps that a user or a profile hides from the management",
			"whether a list of apps was asked for managed apps alone: an answer does not repeat the question",
			"extensions of Safari and other browsers, what apps may and do, and programs of a Mac that are no app bundles",
		},
	}
}

// Recognise implements [scanners.Scanner].
func (scanner) Recognise(src *source.Source) bool {
	if src.IsDir() {
		return false
	}
	if head := src.Head(); bytes.HasPrefix(head, []byte("bplist0")) {
		return looksBinary(head)
	}
	head := textstream.Head(src)
	if text := bytes.TrimLeft(head, " \t\r\n"); len(text) > 0 && text[0] == '<' {
		return looksXML(head)
	}
	first, _, ok := jsonstream.Head(head, jsonOptions)
	return ok && looksJSON(first.Raw)
}

// lists are the members that make a property list an answer by themselves.
var lists = []string{"InstalledApplicationList", "ManagedApplicationList", "ProvisioningProfileList"}

// states are those that other property lists may have too.
var states = []string{"CertificateList", "ProfileList", "SecurityInfo", "QueryResponses", "GlobalRestrictions"}

// messages are the kinds of messages by which a device enrols, reports and leaves.
var messages = []string{"Authenticate", "TokenUpdate", "CheckOut", "DeclarativeManagement"}

// isAnswer reports whether something with these members is an answer; message is its MessageType.
func isAnswer(keys []string, message string) bool {
	has := func(names ...string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return slices.Contains(keys, n) })
	}
	device := has("UDID", "EnrollmentID")
	switch {
	case has(lists...):
		return true
	case has(states...):
		return device || has("CommandUUID", "Status")
	case message != "":
		return slices.Contains(messages, message) && (device || has("Topic"))
	}
	return has("CommandUUID") && has("Status") || device && has("Status")
}

func looksXML(head []byte) (found bool) {
	_ = cut(bytes.NewReader(head), func(p piece) error {
		// certificates come first, and may be so long that nothing else is there
		certificates := len(p.keys) == 1 && p.keys[0] == "CertificateList" && bytes.Contains(head, []byte("<key>IsIdentity</key>"))
		found = certificates || isAnswer(p.keys, p.told["MessageType"])
		return errors.New("enough")
	})
	return found
}

// looksBinary looks for names of members, which stand at the beginning of a binary list.
func looksBinary(head []byte) bool {
	has := func(s string) bool { return bytes.Contains(head, []byte(s)) }
	named := slices.ContainsFunc(lists, has) || slices.ContainsFunc(states, has) || has("MessageType")
	return named && (has("CommandUUID") || has("UDID") || has("EnrollmentID"))
}

func looksJSON(raw []byte) bool {
	var keys []string
	var message, topic string
	_ = jsonpart.Begin(raw).Fields(func(key string, v jsonpart.Value) bool {
		keys = append(keys, key)
		switch key {
		case "MessageType":
			message = v.String()
		case "topic":
			topic = v.String()
		case "StatusItems":
			if v.IsObject() {
				topic = statusTopic
			}
		}
		return len(keys) < maxKeys
	}) // a beginning that is cut off is no error here
	return isTopic(topic) || isResult(keys) || isAnswer(keys, message)
}

// Scan implements [scanners.Scanner].
func (s scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	return scanners.Whole(ctx, s, src)
}
