package lockdown

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net"
	"testing"
	"time"
)

// FuzzMux reads messages of usbmuxd that are anything.
func FuzzMux(f *testing.F) {
	message := func(body string) []byte {
		head, _ := binary.Append(nil, binary.LittleEndian, []uint32{uint32(len(body)) + muxHeader, 1, 8, 1})
		return append(head, body...)
	}
	f.Add(message(`<plist><dict><key>DeviceList</key><array><dict><key>DeviceID</key><integer>1</integer><key>Properties</key><dict>` +
		`<key>ConnectionType</key><string>USB</string><key>SerialNumber</key><string>00008110-001A2B3C4D5E601E</string></dict></dict></array></dict></plist>`))
	f.Add(message(`<plist><dict><key>MessageType</key><string>Result</string><key>Number</key><integer>3</integer></dict></plist>`))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		body, err := readMux(bytes.NewReader(data))
		if err != nil {
			return
		}
		if d, err := dictionary(body); err == nil {
			list, _ := d["DeviceList"].([]any)
			phones, _ := attached(list)
			for _, p := range phones {
				if !validUDID(p.UDID) {
					t.Errorf("%q", p.UDID)
				}
			}
			connected(d)
		}
	})
}

// FuzzPhone lets a phone answer with anything: every question has to end without a panic.
func FuzzPhone(f *testing.F) {
	frame := func(bodies ...string) (out []byte) {
		for _, b := range bodies {
			out = append(binary.BigEndian.AppendUint32(out, uint32(len(b))), b...)
		}
		return out
	}
	f.Add(frame(`<plist><dict><key>Type</key><string>com.apple.mobile.lockdown</string></dict></plist>`,
		`<plist><dict><key>Value</key><string>Ada's iPhone</string></dict></plist>`, `<plist><dict><key>Error</key><string>PasswordProtected</string></dict></plist>`))
	f.Add(frame(`<plist><dict><key>Error</key><string>InvalidHostID</string></dict></plist>`, `<plist><dict/></plist>`, ``))
	f.Add([]byte{0, 0, 0, 9, 'b', 'p', 'l', 'i', 's', 't', '0', '0', 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		here, there := net.Pipe()
		go io.Copy(io.Discard, there)
		go func() {
			there.Write(data)
			there.Close()
		}()
		c := &Conn{conn: here, patience: 10 * time.Second}
		p := &Phone{mux: &Mux{}, conn: c}
		p.Value(context.Background(), "domain", "key")
		p.Start(context.Background(), &Record{HostID: "x"})
		p.May(context.Background(), AppsService)
		for range 5 {
			if _, err := c.Receive(context.Background()); err != nil {
				break
			}
		}
		here.Close()
	})
}

// FuzzRecord reads records of a pairing that are anything.
func FuzzRecord(f *testing.F) {
	f.Add([]byte(`<plist><dict><key>HostID</key><string>8D3A</string><key>SystemBUID</key><string>1</string><key>HostCertificate</key><data>LS0t</data></dict></plist>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if r, err := parseRecord(data); err == nil {
			r.config()
			r.proves(nil)
		}
	})
}

// FuzzEncode checks that what is asked reads back as it was meant, whatever a name holds.
func FuzzEncode(f *testing.F) {
	f.Add("<&>\"'")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := dictionary(encode(request{"k": text, "n": 7, "b": true, "l": []string{text}, "d": request{"x": text}}))
		if err != nil {
			t.Fatal(err)
		}
		if d["n"] != int64(7) || d["b"] != true || len(d["l"].([]any)) != 1 {
			t.Errorf("%v", d)
		}
	})
}
