package lockdowntest

import (
	"encoding/binary"
	"fmt"
	"net"
	"slices"

	"howett.net/plist"
)

// services are those that the phone has, at port 50000 and on.
var services = []string{"com.apple.mobile.installation_proxy", "com.apple.mobile.MCInstall", "com.apple.misagent", "com.apple.mobile.notification_proxy"}

// listening is what listens at a port of the phone.
func (m *Mux) listening(p *Phone, port int) func(net.Conn) {
	switch i := port - 50000; {
	case port == 62078:
		return func(c net.Conn) { m.lockdownd(c, p) }
	case i >= 0 && i < len(services):
		return func(c net.Conn) { m.service(m.secure(c, p), p, services[i]) }
	}
	return nil
}

// exchange reads a request and sends what is made of it. The pieces of an answer are sent one by one.
func (m *Mux) exchange(c net.Conn, p *Phone, key string, answer func(asked string, r map[string]any) []map[string]any) error {
	var size uint32
	if err := binary.Read(c, binary.BigEndian, &size); err != nil {
		return err
	}
	r, err := readDict(c, int(min(size, 1<<20)))
	if err != nil {
		return err
	}
	asked := fmt.Sprint(r[key])
	for _, a := range answer(asked, r) {
		if p.Change != nil {
			a = p.Change(asked, a)
		}
		if err := p.send(c, a); err != nil {
			return err
		}
	}
	return nil
}

// Raw is the key of an answer that is sent as it is, length and all.
const Raw = "\x00raw"

func (p *Phone) send(c net.Conn, answer map[string]any) error {
	if raw, ok := answer[Raw].([]byte); ok {
		_, err := c.Write(raw)
		return err
	}
	format := plist.XMLFormat
	if p.Binary {
		format = plist.BinaryFormat
	}
	body, err := plist.Marshal(answer, format)
	if err != nil {
		return err
	}
	_, err = c.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), body...))
	return err
}

// lockdownd answers on one connection.
func (m *Mux) lockdownd(c net.Conn, p *Phone) {
	trusted := false
	for {
		secure := false
		err := m.exchange(c, p, "Request", func(asked string, r map[string]any) []map[string]any {
			answer := m.locked(p, asked, r, trusted)
			secure = asked == "StartSession" && answer["Error"] == nil
			trusted = trusted && asked != "StopSession" || secure
			return []map[string]any{answer}
		})
		if err != nil {
			return
		}
		if secure {
			c = m.secure(c, p)
		}
	}
}

func (m *Mux) locked(p *Phone, asked string, r map[string]any, trusted bool) map[string]any {
	switch asked {
	case "QueryType":
		return map[string]any{"Request": asked, "Type": "com.apple.mobile.lockdown"}
	case "GetValue":
		m.note(fmt.Sprintf("%v/%v", r["Domain"], r["Key"]))
		return p.value(r, trusted)
	case "StartSession":
		if p.Untrusted || p.Unpaired || r["HostID"] != hostID {
			return map[string]any{"Request": asked, "Error": "InvalidHostID"}
		}
		return map[string]any{"Request": asked, "SessionID": "6F9E0000-0000-4000-8000-000000000001", "EnableSessionSSL": !p.Plain}
	case "StartService":
		return p.start(r, trusted)
	case "StopSession", "ValidatePair", "SetValue":
		return map[string]any{"Request": asked}
	case "Pair":
		return map[string]any{"Request": asked, "Error": "PairingDialogResponsePending"}
	}
	return map[string]any{"Request": asked, "Error": "InvalidRequest"}
}

func (p *Phone) start(r map[string]any, trusted bool) map[string]any {
	name := fmt.Sprint(r["Service"])
	answer := map[string]any{"Request": "StartService", "Service": name}
	at := slices.Index(services, name)
	switch {
	case !trusted:
		answer["Error"] = "SessionInactive"
	case p.Locked:
		answer["Error"] = "PasswordProtected"
	case at < 0 || slices.Contains(p.Without, name):
		answer["Error"] = "InvalidService"
	default:
		answer["Port"], answer["EnableServiceSSL"] = 50000+at, !p.Plain
	}
	return answer
}

// service answers as the service of that name does.
func (m *Mux) service(c net.Conn, p *Phone, name string) {
	key := map[string]string{services[0]: "Command", services[1]: "RequestType", services[2]: "MessageType", services[3]: "Command"}[name]
	for m.exchange(c, p, key, p.serve) == nil {
	}
}

func (p *Phone) serve(asked string, r map[string]any) []map[string]any {
	switch asked {
	case "Browse":
		return p.browse(r)
	case "GetProfileList":
		list := map[string]any{"Status": "Acknowledged", "OrderedIdentifiers": []any{}, "ProfileManifest": map[string]any{}, "ProfileMetadata": map[string]any{}}
		for key, v := range p.Profiles {
			list[key] = v
		}
		return []map[string]any{list}
	case "GetCloudConfiguration":
		answer := map[string]any{"Status": "Acknowledged"}
		if p.Cloud != nil {
			answer["CloudConfiguration"] = p.Cloud
		}
		return []map[string]any{answer}
	case "CopyAll", "Copy":
		list := []any{}
		for _, b := range p.Provisioning {
			list = append(list, b)
		}
		return []map[string]any{{"Status": 0, "Payload": list}}
	}
	return nil
}
