package iosstate

import (
	"context"
	"strings"
	"time"

	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/internal/sqlite"
	"quaestor/scanners/inventory"
)

// Decision is whether a client may use a service.
type Decision struct {
	Client     string // bundle identifier, or with Path a file
	Path       bool
	Permission inventory.Permission
	Used       *time.Time // when it last did, where the list tells
}

// States of a decision in TCC.db since iOS 14.
const (
	authDenied  = 0
	authAllowed = 2
	authLimited = 3
)

// reasons are why a decision stands, as community research of TCC tells; those that say that nobody was asked matter.
var reasons = map[int64]string{2: "user-consent", 3: "user-set", 4: "system-set", 5: "service-policy", 6: "mdm-policy", 7: "override-policy",
	8: "missing-usage-string", 9: "prompt-timeout", 10: "preflight-unknown", 11: "entitled", 12: "app-type-policy"}

// TCC reads the table of decisions in TCC.db, in its old shape ("allowed") and its new one ("auth_value").
func TCC(ctx context.Context, db *sqlite.DB) (out []Decision, problems []error, err error) {
	columns := []string{"service", "client", "client_type", "allowed"}
	recent := has(db, "access", "auth_value")
	if recent {
		columns = []string{"service", "client", "client_type", "auth_value", "auth_reason"}
	}
	dated := has(db, "access", "last_modified")
	if dated {
		columns = append(columns, "last_modified")
	}
	problems, err = table(ctx, db, "access", columns, func(r []any) {
		service, client := text(r[0]), text(r[1])
		if service == "" || client == "" {
			return
		}
		d := Decision{Client: client, Path: integer(r[2]) != 0, Permission: inventory.Permission{Name: inventory.Text(service)}}
		if recent {
			d.decide(integer(r[3]), reasons[integer(r[4])])
		} else {
			d.Permission.GrantKnown, d.Permission.Granted = true, integer(r[3]) != 0
		}
		if dated {
			d.Permission.DecidedAt = unix(r[len(r)-1])
		}
		out = append(out, d)
	})
	return out, problems, err
}

func (d *Decision) decide(value int64, reason string) {
	p := &d.Permission
	p.GrantKnown = value == authDenied || value == authAllowed || value == authLimited
	p.Granted = value == authAllowed || value == authLimited
	if value == authLimited {
		p.Flags = append(p.Flags, "limited")
	}
	if reason != "" {
		p.Flags = append(p.Flags, reason)
	}
}

// LocationService is the service under which decisions about the location are told. iOS keeps them apart from TCC.db.
const LocationService = "kTCCServiceLocation"

// Locations reads clients.plist of the location service: which apps may know where the phone is.
func Locations(v any) (out []Decision) {
	for _, key := range sortedKeys(plist.Dict(v)) {
		client := plist.Dict(v, key)
		id := plist.Text(client, "BundleId")
		if id == "" {
			id = strings.TrimSuffix(strings.TrimPrefix(key, "i"), ":")
			if !strings.HasSuffix(key, ":") { // the older form of keys
				id = key
			}
		}
		if _, told := client["Authorization"]; !told || strings.Contains(id, "/") {
			continue
		}
		p := inventory.Permission{Name: LocationService, GrantKnown: true}
		switch plist.Int(client, "Authorization") {
		case 1:
		case 2:
			p.Granted, p.Flags = true, []string{"when-in-use"}
		case 4:
			p.Granted, p.Flags = true, []string{"always"}
		default:
			continue // not asked yet
		}
		out = append(out, Decision{Client: id, Permission: p, Used: iosfacts.Time(client["LocationTimeStopped"])})
	}
	return out
}
