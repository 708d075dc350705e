package lockdown

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"quaestor/scanners/internal/plist"
)

// program is what this program calls itself to usbmuxd and to phones.
const program = "quaestor"

const (
	muxHeader   = 16
	maxMux      = 4 << 20
	maxAttached = 1000
	patience    = 30 * time.Second
	muxPatience = 3 * time.Second // for what usbmuxd answers by itself
)

// Mux is the usbmuxd of this computer. The zero value looks where the system has it, or where USBMUXD_SOCKET_ADDRESS
// says: "UNIX:/path" or "host:port", as for libimobiledevice.
type Mux struct {
	Addr     string
	Patience time.Duration // for one answer; 30 seconds when zero
}

// Attached is a phone that usbmuxd knows of.
type Attached struct {
	UDID    string
	Network bool // it is reached over Wi-Fi and not plugged in
	id      int64
}

// List names the phones that usbmuxd knows of, each once, and those that are plugged in before those that are not.
func (m *Mux) List(ctx context.Context) ([]Attached, error) {
	answer, err := m.request(ctx, request{"MessageType": "ListDevices"})
	if err != nil {
		return nil, err
	}
	if _, ok := answer["DeviceList"].([]any); !ok {
		return nil, fmt.Errorf("usbmuxd lists no phones; it answers with number %d", plist.Int(answer, "Number"))
	}
	return attached(plist.List(answer, "DeviceList"))
}

func attached(list []any) ([]Attached, error) {
	if len(list) > maxAttached {
		return nil, fmt.Errorf("usbmuxd lists %d phones: %w", len(list), ErrLimit)
	}
	var out []Attached
	for _, e := range list {
		a := Attached{UDID: plist.Text(e, "Properties", "SerialNumber"), id: plist.Int(e, "DeviceID"), Network: plist.Text(e, "Properties", "ConnectionType") == "Network"}
		if validUDID(a.UDID) {
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(a, b Attached) int {
		return cmp.Or(cmp.Compare(order(a), order(b)), cmp.Compare(a.UDID, b.UDID))
	})
	seen := map[string]bool{}
	return slices.DeleteFunc(out, func(a Attached) bool {
		again := seen[a.UDID]
		seen[a.UDID] = true
		return again
	}), nil
}

func order(a Attached) int {
	if a.Network {
		return 1
	}
	return 0
}

// validUDID reports whether s has the form of what Apple tells devices apart by.
func validUDID(s string) bool {
	return len(s) >= 8 && len(s) <= 64 && strings.Trim(s, "0123456789abcdefABCDEF-") == "" && s[0] != '-'
}

// Record reads the record of the pairing of this computer with a phone.
func (m *Mux) Record(ctx context.Context, udid string) (*Record, error) {
	answer, err := m.request(ctx, request{"MessageType": "ReadPairRecord", "PairRecordID": udid})
	if err != nil {
		return nil, err
	}
	data := plist.Bytes(answer, "PairRecordData")
	if data == nil {
		return nil, ErrNoRecord
	}
	return parseRecord(data)
}

// connect opens a connection to a port of the phone.
func (m *Mux) connect(ctx context.Context, at Attached, port uint16) (net.Conn, error) {
	conn, err := m.dial(ctx)
	if err != nil {
		return nil, err
	}
	swapped := int(port>>8 | port<<8) // usbmuxd wants the bytes as they go over a network
	answer, err := m.exchange(ctx, conn, m.patience(), request{"MessageType": "Connect", "DeviceID": int(at.id), "PortNumber": swapped})
	if err == nil {
		err = connected(answer)
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

func connected(answer map[string]any) error {
	if plist.Text(answer, "MessageType") != "Result" {
		return fmt.Errorf("usbmuxd answers a connection with %.60q", plist.Text(answer, "MessageType"))
	}
	switch n := plist.Int(answer, "Number"); n {
	case 0:
		return nil
	case 2:
		return ErrGone
	case 3:
		return fmt.Errorf("the phone takes no connection: restart it")
	default:
		return fmt.Errorf("usbmuxd refuses the connection with number %d", n)
	}
}

// request asks usbmuxd one thing on a connection of its own.
func (m *Mux) request(ctx context.Context, r request) (map[string]any, error) {
	conn, err := m.dial(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	answer, err := m.exchange(ctx, conn, m.own(), r)
	if errors.Is(err, ErrSilent) {
		return nil, ErrMuxSilent
	}
	return answer, err
}

// own is the patience for what usbmuxd answers by itself.
func (m *Mux) own() time.Duration { return min(m.patience(), muxPatience) }

// exchange sends one message and reads the answer to it, and not a byte of what follows.
func (m *Mux) exchange(ctx context.Context, conn net.Conn, patience time.Duration, r request) (map[string]any, error) {
	r["ClientVersionString"], r["ProgName"], r["kLibUSBMuxVersion"] = program, program, 3
	text := encode(r)
	head := []uint32{uint32(len(text)) + muxHeader, 1, 8, 1} // length, version, a property list, number of the message
	frame, _ := binary.Append(nil, binary.LittleEndian, head)
	var body []byte
	err := within(ctx, conn, patience, func() error {
		if _, err := conn.Write(append(frame, text...)); err != nil {
			return err
		}
		var err error
		body, err = readMux(conn)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("usbmuxd: %w", err)
	}
	return dictionary(body)
}

// readMux reads one message of usbmuxd.
func readMux(r io.Reader) ([]byte, error) {
	var head [4]uint32
	if err := binary.Read(r, binary.LittleEndian, &head); err != nil {
		return nil, err
	}
	if head[0] < muxHeader || head[1] != 1 || head[2] != 8 || head[3] != 1 {
		return nil, fmt.Errorf("a message that is no answer in the form of property lists (header %d %d %d %d); a newer usbmuxd may be needed", head[0], head[1], head[2], head[3])
	}
	return readBody(r, int64(head[0])-muxHeader, maxMux)
}

func (m *Mux) patience() time.Duration { return cmp.Or(m.Patience, patience) }

// dial connects to usbmuxd.
func (m *Mux) dial(ctx context.Context) (net.Conn, error) {
	network, addr := place(cmp.Or(m.Addr, os.Getenv("USBMUXD_SOCKET_ADDRESS")))
	ctx, cancel := context.WithTimeout(ctx, m.own())
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
	if err != nil {
		return nil, fmt.Errorf("%w at %q: %w", ErrNoMux, addr, reason(err))
	}
	return conn, nil
}

// place is where usbmuxd listens.
func place(addr string) (network, at string) {
	switch {
	case addr == "" && runtime.GOOS == "windows":
		return "tcp", "127.0.0.1:27015"
	case addr == "":
		return "unix", "/var/run/usbmuxd"
	case strings.HasPrefix(addr, "/"):
		return "unix", addr
	case len(addr) > 5 && strings.EqualFold(addr[:5], "unix:"):
		return "unix", strings.TrimPrefix(addr[5:], "//")
	}
	return "tcp", strings.TrimPrefix(addr, "tcp://")
}
