package dumpsys

import (
	"strconv"
	"strings"
)

// Tunnel is a VPN that is connected.
type Tunnel struct {
	Package string // "" when only the identity of its app is told
	UID     int    // -1 when not told
	Line    int
}

// connectivity reads `dumpsys connectivity`: which of the networks that are connected is a VPN, and whose it is.
type connectivity struct {
	h    *Handler
	open bool // inside the list of networks
	n    int
}

func (c *connectivity) line(line []byte, number int) error {
	text := strings.TrimSpace(string(line))
	switch indented := len(line) > 0 && (line[0] == ' ' || line[0] == '\t'); {
	case !indented && text != "":
		c.open = strings.HasPrefix(text, "Current Networks:")
	case !c.open || !strings.HasPrefix(text, "NetworkAgentInfo"):
	case !strings.Contains(text, " CONNECTED") && !strings.Contains(text, "/CONNECTED") || !isTunnel(text):
	case c.h.Tunnel != nil:
		if c.n++; c.n <= maxFacts {
			c.h.Tunnel(Tunnel{Package: owner(text), UID: ownerUID(text), Line: number})
		}
	}
	return nil
}

// isTunnel reports whether a network has the transport of a VPN.
func isTunnel(text string) bool {
	_, rest, ok := strings.Cut(text, "Transports: ")
	transports, _, _ := strings.Cut(rest, " ")
	for _, t := range strings.Split(transports, "|") {
		if ok && strings.TrimRight(t, "]}") == "VPN" {
			return true
		}
	}
	return strings.Contains(text, "ni{VPN ") || strings.Contains(text, "{type: VPN[")
}

// owner is the package in "extra: VPN:com.example.vpn".
func owner(text string) string {
	_, rest, ok := strings.Cut(text, "extra: VPN:")
	if !ok {
		return ""
	}
	if end := strings.IndexAny(rest, " },;]"); end >= 0 {
		rest = rest[:end]
	}
	return rest
}

// ownerUID is the identity that set up the network, -1 when it is not told.
func ownerUID(text string) int {
	for _, key := range []string{"OwnerUid: ", "EstablishingAppUid: "} {
		_, rest, ok := strings.Cut(text, key)
		if !ok {
			continue
		}
		digits := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
		if n, err := strconv.Atoi(digits); err == nil {
			return n
		}
	}
	return -1
}

func (c *connectivity) end(bool) error { return nil }
