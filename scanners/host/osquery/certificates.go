package osquery

import (
	"encoding/hex"
	"strings"

	"quaestor/scanners/internal/records"
	"quaestor/scanners/inventory"
)

// readCertificate keeps the authorities that are trusted: those of the stores and keychains of roots.
func readCertificate(h *host, r records.Record) {
	sha1 := strings.ToLower(r.Text("sha1"))
	if _, err := hex.DecodeString(sha1); err != nil || len(sha1) != 40 {
		return
	}
	if ca, ok := r.Bool("ca"); ok && !ca {
		h.leaves.Add(r.Text("common_name"))
		return
	}
	c := inventory.Certificate{Device: h.device.ID, SHA1: sha1, Subject: inventory.Text(r.Text("subject2", "subject", "common_name")), Issuer: inventory.Text(r.Text("issuer2", "issuer")),
		NotBefore: records.Seconds(r.Text("not_valid_before")), NotAfter: records.Seconds(r.Text("not_valid_after"))}
	if !h.place(&c, r) {
		h.leaves.Add(r.Text("common_name"))
		return
	}
	c.Origins = h.origin(r)
	h.certs = append(h.certs, c)
}

// place tells where an authority is trusted; false where it is not a place of trusted roots.
func (h *host) place(c *inventory.Certificate, r records.Record) bool {
	path := r.Text("path")
	switch h.platform {
	case inventory.Windows:
		store := strings.ToLower(r.Text("store"))
		switch {
		case strings.Contains(store, "third-party root"), store == "authroot":
			c.Store, c.Trusted = "system", "yes"
			h.shipped[c.SHA1] = true
		case strings.Contains(store, "trusted root"), store == "root":
			c.Store, c.Trusted = inventory.MixedStore, "yes"
			if location := strings.ToLower(r.Text("store_location")); strings.Contains(location, "users") || strings.Contains(location, "currentuser") {
				c.Store, c.User = "user", inventory.Text(r.Text("username", "sid"))
			}
		default:
			return false
		}
	case inventory.MacOS:
		switch {
		case strings.HasPrefix(path, "/System/Library/Keychains/"):
			c.Store = "system"
		case strings.HasPrefix(path, "/Library/Keychains/"):
			c.Store = "machine"
		default:
			c.Store, c.User = "user", person(path)
		}
	default:
		c.Store = inventory.MixedStore
	}
	return true
}

// authorities drops from each account's store what the system brought, which Windows shows there too, and what is told twice.
func (h *host) authorities() {
	seen := map[string]bool{}
	kept := h.certs[:0]
	for _, c := range h.certs {
		if h.shipped[c.SHA1] {
			c.Store, c.User = "system", ""
		}
		c.ID = inventory.FactID("certificate", c.Device, c.SHA1, c.Store, c.User)
		if !seen[c.ID] {
			seen[c.ID] = true
			kept = append(kept, c)
		}
	}
	h.certs = kept
}
