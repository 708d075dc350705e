package adb

import (
	"context"
	"strings"
)

// What the server says about a phone, as far as this package tells the states apart.
const (
	StateDevice       = "device"       // ready
	StateUnauthorized = "unauthorized" // its owner has not yet said yes to this computer
	StateAuthorizing  = "authorizing"  // it is being asked
	StateConnecting   = "connecting"
	StateOffline      = "offline"
	StateRecovery     = "recovery"
	StateSideload     = "sideload"
	StateBootloader   = "bootloader"
	StateNoPermission = "no permissions" // this computer's user may not use the USB device
)

// maxDevices is how many phones are listed.
const maxDevices = 1024

// Device is a phone as the adb server lists it. All of it is what the phone or the system claims.
type Device struct {
	Serial    string
	State     string
	Product   string
	Model     string
	Transport string // the number of the connection
	USB       string // where it is plugged in, such as "1-4"; "" over the network
	Note      string // what the server adds to a state, such as how to get permission
}

// Devices lists the phones that are plugged in or connected over the network, whatever their state.
func (s *Server) Devices(ctx context.Context) ([]Device, error) {
	text, err := s.ask(ctx, "host:devices-l")
	if err != nil {
		return nil, err
	}
	return parseDevices(text), nil
}

func parseDevices(text string) []Device {
	var out []Device
	for line := range strings.Lines(text) {
		if d, ok := parseDevice(strings.TrimRight(line, "\r\n")); ok && len(out) < maxDevices {
			out = append(out, d)
		}
	}
	return out
}

// parseDevice reads "SERIAL   STATE usb:1-4 product:p model:m device:d transport_id:1"; over the network the usb
// part is missing, and so are the others while the phone has not said who it is.
func parseDevice(line string) (Device, bool) {
	const nameless = "(no serial number)"
	var d Device
	var rest string
	if strings.HasPrefix(line, nameless) {
		rest = line[len(nameless):]
	} else if i := strings.IndexAny(line, " \t"); i > 0 {
		d.Serial, rest = line[:i], line[i:]
	} else {
		return d, false
	}
	words := strings.Fields(rest)
	n := len(words)
	for n > 0 && d.field(words[n-1]) {
		n--
	}
	if n == 0 {
		return d, false
	}
	d.State, d.Note = clip(words[0]), clip(strings.Join(words[1:n], " "))
	if strings.HasPrefix(strings.Join(words[:n], " "), StateNoPermission) {
		d.State, d.Note = StateNoPermission, clip(strings.Join(words[2:n], " "))
	}
	return d, true
}

// field takes one of the words behind the state, and says whether it was one.
func (d *Device) field(word string) bool {
	key, value, ok := strings.Cut(word, ":")
	if !ok {
		return false
	}
	switch key {
	case "usb":
		d.USB = clip(value)
	case "product":
		d.Product = clip(value)
	case "model":
		d.Model = clip(value)
	case "transport_id":
		d.Transport = value
	case "device":
	default:
		return false
	}
	return true
}
