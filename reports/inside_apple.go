package reports

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// InsideApple is what an iPhone app in a file is made of, and what its makers state.
type InsideApple struct {
	Team         string              `json:"team,omitempty" jsonschema:"Apple developer team that its main program names"`
	TeamProven   bool                `json:"team_proven" jsonschema:"the signature holds and leads to Apple's root; else anybody may have written the team and the entitlements"`
	Provisioning *InsideProvisioning `json:"provisioning,omitempty" jsonschema:"the profile by which it may run past the App Store; absent where there is none"`
	Entitlements []InsideEntitlement `json:"entitlements,omitempty" jsonschema:"rights that its signature claims and that the risk database knows"`
	OtherRights  int                 `json:"other_entitlements,omitempty" jsonschema:"how many further rights it claims"`
	Frameworks   []InsideFramework   `json:"frameworks,omitempty" jsonschema:"code that lies in it as bundles and libraries of their own; the first few"`
	Bundles      int                 `json:"framework_count,omitempty" jsonschema:"how many there are"`
	Extensions   []Extension         `json:"extensions,omitempty" jsonschema:"parts that the system runs on their own"`
	Privacy      *InsidePrivacy      `json:"privacy,omitempty" jsonschema:"what its privacy manifests state, all together; absent where there is none"`
	Encrypted    bool                `json:"encrypted,omitempty" jsonschema:"the App Store's encryption lies on its main program, so that its code and texts cannot be read"`
}

// InsideProvisioning is the profile by which an app may run.
type InsideProvisioning struct {
	Kind     string `json:"kind,omitempty" jsonschema:"development, ad-hoc, enterprise, app-store"`
	Name     string `json:"name,omitempty" jsonschema:"as its team calls it"`
	Team     string `json:"team,omitempty" jsonschema:"Apple developer team, as the profile says"`
	TeamName string `json:"team_name,omitempty" jsonschema:"the name that Apple registered for the team, where the profile is verified"`
	Devices  int    `json:"devices,omitempty" jsonschema:"how many devices it names"`
	Expires  string `json:"expires,omitempty" jsonschema:"last day"`
	Verified bool   `json:"verified" jsonschema:"its signature holds and leads to Apple's root"`
}

// InsideEntitlement is a right that a signature claims.
type InsideEntitlement struct {
	Name     string   `json:"name"`
	Category string   `json:"category,omitempty" jsonschema:"what it opens: network, location, …"`
	Values   []string `json:"values,omitempty" jsonschema:"as claimed, such as true or the elements of a list"`
}

// InsideFramework is code of others in an app.
type InsideFramework struct {
	Name       string `json:"name"`
	Identifier string `json:"identifier,omitempty"`
	Version    string `json:"version,omitempty" jsonschema:"as it states"`
	Team       string `json:"team,omitempty" jsonschema:"Apple developer team that signed it, where that is proven"`
	File       string `json:"file" jsonschema:"inside the app"`
}

// InsidePrivacy is what the privacy manifests of an app and of the code in it state.
type InsidePrivacy struct {
	Manifests int               `json:"manifests" jsonschema:"how many there are"`
	Tracking  bool              `json:"tracking" jsonschema:"at least one states that it tracks people across apps and sites"`
	Domains   []string          `json:"tracking_domains,omitempty" jsonschema:"hosts that they say they track with"`
	Collected []InsideCollected `json:"collected,omitempty" jsonschema:"kinds of data that they say they collect"`
}

// InsideCollected is a kind of data that an app says it collects.
type InsideCollected struct {
	Type     string `json:"type" jsonschema:"as Apple names it, without its prefix: PreciseLocation"`
	Linked   bool   `json:"linked,omitempty" jsonschema:"to the person"`
	Tracking bool   `json:"tracking,omitempty" jsonschema:"to track the person"`
}

// apple is nil for a file that is no app of Apple's systems.
func (b *builder) apple(f *inventory.Binary) *InsideApple {
	if f.Team == "" && f.Provisioning == nil && len(f.Entitlements)+len(f.Extensions)+len(f.Frameworks)+len(f.PrivacyManifests) == 0 && !f.Encrypted {
		return nil
	}
	out := &InsideApple{Team: f.Team, TeamProven: f.Signed == inventory.SignatureValid, Bundles: len(f.Frameworks), Privacy: privacy(f.PrivacyManifests), Encrypted: f.Encrypted}
	if p := f.Provisioning; p != nil {
		out.Provisioning = &InsideProvisioning{Kind: p.Kind, Name: p.Name, Team: p.Team, TeamName: p.TeamName, Devices: p.Devices, Verified: p.Verified}
		if p.Expires != nil {
			out.Provisioning.Expires = p.Expires.Format(time.DateOnly)
		}
	}
	for _, e := range f.Entitlements {
		known := b.db.Permission(e.Name)
		if known == nil || slices.Equal(e.Values, []string{"false"}) {
			out.OtherRights++
			continue
		}
		out.Entitlements = append(out.Entitlements, InsideEntitlement{Name: e.Name, Category: known.Category, Values: e.Values})
	}
	slices.SortStableFunc(out.Entitlements, func(x, y InsideEntitlement) int { return cmp.Compare(weight(b.db, y), weight(b.db, x)) })
	for _, w := range f.Frameworks[:min(len(f.Frameworks), maxNamed)] {
		out.Frameworks = append(out.Frameworks, InsideFramework{Name: cmp.Or(w.Name, w.File), Identifier: w.Identifier, Version: w.Version, Team: w.Team, File: w.File})
	}
	for _, e := range f.Extensions {
		out.Extensions = append(out.Extensions, Extension{Identifier: e.Identifier, Name: e.Name, Point: e.Point})
	}
	return out
}

func weight(db *riskdb.DB, e InsideEntitlement) int { return db.Permission(e.Name).Weight }

// collectedPrefix stands before what Apple calls each kind of data.
const collectedPrefix = "NSPrivacyCollectedDataType"

// privacy puts the manifests of an app together.
func privacy(list []inventory.PrivacyManifest) *InsidePrivacy {
	if len(list) == 0 {
		return nil
	}
	out := &InsidePrivacy{Manifests: len(list)}
	at := map[string]int{}
	for _, m := range list {
		out.Tracking = out.Tracking || m.Tracking
		out.Domains = append(out.Domains, m.TrackingDomains...)
		for _, c := range m.Collected {
			name := cmp.Or(strings.TrimPrefix(c.Type, collectedPrefix), c.Type)
			i, ok := at[name]
			if !ok {
				i = len(out.Collected)
				at[name] = i
				out.Collected = append(out.Collected, InsideCollected{Type: name})
			}
			out.Collected[i].Linked = out.Collected[i].Linked || c.Linked
			out.Collected[i].Tracking = out.Collected[i].Tracking || c.Tracking
		}
	}
	slices.Sort(out.Domains)
	out.Domains = slices.Compact(out.Domains)
	slices.SortFunc(out.Collected, func(x, y InsideCollected) int { return cmp.Compare(x.Type, y.Type) })
	return out
}
